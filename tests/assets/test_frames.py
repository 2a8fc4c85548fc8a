import numpy as np

from maquette.assets.frames import gltf_to_z_up, uvs_to_gltf, z_up_to_gltf


def test_front_and_up_become_gltfs_front_and_up():
    assert z_up_to_gltf(np.array([0.0, 0, 1])).tolist() == [0, 1, 0]
    assert z_up_to_gltf(np.array([0.0, -1, 0])).tolist() == [0, 0, 1]
    assert z_up_to_gltf(np.array([1.0, 0, 0])).tolist() == [1, 0, 0]


def test_the_conversion_is_a_rotation_with_its_inverse():
    vectors = np.random.default_rng(0).normal(size=(5, 4, 3))
    np.testing.assert_array_equal(gltf_to_z_up(z_up_to_gltf(vectors)), vectors)
    assert np.isclose(np.linalg.det(z_up_to_gltf(np.eye(3))), 1)


def test_uvs_swap_bottom_left_for_top_left():
    np.testing.assert_allclose(uvs_to_gltf(np.array([[0.25, 0.0], [1.0, 0.75]])), [[0.25, 1.0], [1.0, 0.25]])
