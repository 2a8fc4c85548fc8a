"""A part of a mesh made anew: which part, and that all else is as it was."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis.voxels import fit_unit_cube  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from maquette.recipes import RECIPES  # noqa: E402
from maquette.reconstruction.local_edit import KeptSurface, Part, find_region, read_change  # noqa: E402
from maquette.reconstruction.view_features import Subject  # noqa: E402
from maquette.texture.surface import SurfaceSample  # noqa: E402
from maquette.texture.uv_raster import rasterize_uv, surface_points  # noqa: E402

from .scenes import STEPS, block, picture, run  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

PARAMETERS = {
    **STEPS,
    "structure_steps": 2,
    "structure_guidance": 2.0,
    "views": 4,
    "grow": 0,
    "delight": 0.0,
    "repeats": 1,
}
WHOLE = np.array([[0.0, 0, 0], [1, 1, 1]])


def fitted():
    mesh, maps = block()
    fit = fit_unit_cube(mesh.vertices)
    return Subject(type(mesh)(fit.into_cube(mesh.vertices).astype(np.float32), mesh.faces, mesh.uvs), maps)


def test_a_box_is_a_share_of_the_meshs_own():
    """The block is half as wide as it is high: its upper half in the cube is 4 x 4 x 4 of 8 voxels."""
    upper = WHOLE + np.array([[0, 0, 0.5], [0, 0, 0]])
    region = find_region(fitted().mesh, Part(upper, None, 0), 8)
    expected = np.zeros((8, 8, 8), bool)
    expected[1:7, 1:7, 3:] = True  # half a voxel of slack on every side
    inner = np.zeros((8, 8, 8), bool)
    inner[2:6, 2:6, 4:] = True
    assert not (region & ~expected).any()
    assert not (inner & ~region).any()
    grown = find_region(fitted().mesh, Part(upper, None, 1), 8)
    assert grown.sum() > region.sum()
    assert not (region & ~grown).any()


def test_a_painted_part_is_where_its_texels_lie():
    subject = fitted()
    mask = np.zeros((64, 64), np.uint8)
    mask[:16] = 255  # v above three quarters: the upper quarter of the height
    region = find_region(subject.mesh, Part(WHOLE, mask, 0), 8)
    assert region[:, :, 6:].any()
    assert not region[:, :, :5].any()
    with pytest.raises(MaquetteError, match="nothing is chosen"):
        find_region(subject.mesh, Part(WHOLE, np.zeros((64, 64), np.uint8), 2), 8)


def test_everything_and_boxes_that_are_inside_out_are_refused():
    values = next(r.description for r in RECIPES if r.description.name == "trellis-edit").validated({})
    with pytest.raises(MaquetteError, match="everything is chosen"):
        read_change(values, None)
    assert read_change(values, np.full((4, 4), 255, np.uint8)).part.mask is not None
    with pytest.raises(MaquetteError, match=r"from_z 0.9 is not below to_z 0.2"):
        read_change(values | {"from_z": 0.9, "to_z": 0.2}, None)


def test_outside_the_part_the_new_surface_is_laid_back_and_wears_the_old_maps():
    subject = fitted()
    region = np.zeros((16, 16, 16), bool)
    region[:, :, 12:] = True
    kept = KeptSurface(subject, region)
    below, above, far = [-0.25, 0.02, -0.2], [-0.25, 0.02, 0.45], [0.49, 0.02, -0.2]
    shift = np.array([0.02, 0, 0])
    moved = kept.lay_back(torch.tensor(np.array([below, above, far]) + shift)).numpy()
    np.testing.assert_allclose(moved[0], below, atol=1e-4)
    np.testing.assert_allclose(moved[1:], np.array([above, far]) + shift, atol=1e-6)

    def red(points, normals):
        ones = np.ones(len(points), np.float32)
        return SurfaceSample(np.tile(np.float32([1, 0, 0]), (len(points), 1)), ones * 0.9, ones * 0)

    found = kept.dress(red)(np.float32([below, above, far]), np.float32([[-1, 0, 0]] * 3))
    np.testing.assert_allclose(found.base_color_srgb, [[1, 1, 1], [1, 0, 0], [1, 0, 0]], atol=0.02)
    np.testing.assert_allclose(found.roughness, [0.2, 0.9, 0.9], atol=0.01)
    np.testing.assert_allclose(found.metallic, [0.8, 0, 0], atol=0.01)


@pytest.mark.parametrize("inputs", [{"prompt": "a tower"}, {"images": (picture(),)}])
def test_a_part_is_made_anew_and_the_rest_stands_and_looks_as_before(trellis_data, inputs):
    mesh, maps = block()
    stages = []
    progress = Progress(lambda stage, *_: stages.append(stage))
    # Most of the height stays: with 8 voxels to it, the old surface counts fully from three on.
    asset = run(
        "trellis-edit",
        trellis_data,
        {**PARAMETERS, "from_z": 0.7},
        progress,
        mesh=mesh,
        maps=maps,
        **inputs,
    )
    listed = next(r.description for r in RECIPES if r.description.name == "trellis-edit").stages
    assert tuple(dict.fromkeys(stages)) == listed
    assert asset.provenance["recipe"] == "trellis-edit"
    assert {"trellis-encoders", "dinov2-with-registers-large"} <= {
        entry["name"] for entry in asset.provenance["weights"]
    }
    assert asset.mesh.bounds[0, 2] > mesh.bounds[0, 2] - 0.3
    points = surface_points(asset.mesh, rasterize_uv(asset.mesh.faces, asset.mesh.uvs, 256))
    on_old = points.positions[:, 2] < 0.5
    near = np.abs(np.abs(points.positions[:, :2] - [3, 0]).max(axis=1) - 0.5) < 0.01
    assert on_old.any()
    assert (on_old & near).any()
    colors = asset.material.base_color.reshape(-1, 3)[points.texels]
    assert np.median(colors[on_old & near]) > 250


def test_looks_alone_keep_the_voxels(trellis_data):
    mesh, maps = block()
    parameters = {**PARAMETERS, "from_z": 0.5, "shape": False}
    asset = run("trellis-edit", trellis_data, parameters, Progress(), mesh=mesh, maps=maps, prompt="a tower")
    again = run(
        "trellis-vary", trellis_data, STEPS, Progress(), mesh=mesh, prompt="a tower"
    )  # the same voxels, all latents new
    assert asset.provenance["voxels"] == again.provenance["voxels"]


def test_without_the_encoders_the_command_that_brings_them_is_named(tmp_path):
    mesh, _ = block()
    with pytest.raises(MaquetteError, match=r"weights pull .*trellis-encoders"):
        run("trellis-edit", tmp_path, {**PARAMETERS, "to_z": 0.5}, Progress(), mesh=mesh, prompt="a tower")
