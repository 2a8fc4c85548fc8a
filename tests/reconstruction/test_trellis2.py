"""TRELLIS.2's recipes with small random checkpoints, from what a person gives to assets."""

import numpy as np
import pytest
import trimesh

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from maquette import weights  # noqa: E402
from maquette.assets import Asset, Material, Mesh  # noqa: E402
from maquette.geometry.repair.clean import check  # noqa: E402
from maquette.metrics.uv import measure_uvs  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from maquette.recipes import Request, trellis2_edit, trellis2_image, trellis2_texture  # noqa: E402
from maquette.reconstruction.bake_on_mesh import bake_on_mesh  # noqa: E402
from maquette.reconstruction.local_edit2 import worn_materials  # noqa: E402
from maquette.reconstruction.materials import voxel_surface  # noqa: E402
from maquette.reconstruction.view_features import Subject  # noqa: E402
from maquette.representations.voxel_field import VoxelField  # noqa: E402
from maquette.texture.views.texel_points import texel_points  # noqa: E402
from tests.fakes.tiny_trellis2 import write_data  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

MODULES = (trellis2_edit, trellis2_image, trellis2_texture)
RECIPES = {module.RECIPE.description.name: module.RECIPE for module in MODULES}
TEXTURE = {"texture_steps": 2, "texture_size": "256"}
FEW = TEXTURE | {"structure_steps": 2, "shape_steps": 2, "triangles": 2000}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trellis2")
    write_data(folder)
    return folder


def run(name, data, parameters, progress, **inputs):
    """A recipe, as a worker runs it."""
    values = RECIPES[name].description.validated(parameters)
    made = RECIPES[name].run(Request("", values, 3, data=data, **inputs), progress)
    assert isinstance(made, Asset)
    return made


def picture():
    """A red disc on nothing."""
    y, x = np.mgrid[:64, :64] - 31.5
    made = np.zeros((64, 64, 4), np.uint8)
    made[np.hypot(x, y) < 20] = (200, 30, 30, 255)
    return made


def rod():
    """Beside the origin and thin, so that few voxels are touched; it wears white above and black below."""
    box = trimesh.creation.box((0.02, 0.02, 2)).subdivide().subdivide()
    vertices = (box.vertices + np.array([3, 0, 1])).astype(np.float32)
    corners = vertices[box.faces]
    # All sides on one square, so that v tells the height.
    uvs = np.stack([(corners[..., 0] + corners[..., 1] - 2.98) / 0.04, corners[..., 2] / 2], axis=-1)
    base = np.full((64, 64, 3), 255, np.uint8)
    base[32:] = 0
    flat = np.full((64, 64, 3), (128, 128, 255), np.uint8)
    rough = np.full((64, 64, 3), (255, 51, 204), np.uint8)
    mesh = Mesh(vertices, box.faces.astype(np.int32), np.clip(uvs, 0, 1).astype(np.float32))
    return mesh, Material(base, rough, flat)


def watched():
    stages, notes = [], []

    def report(stage, step, steps, note, preview):
        stages.append(stage)
        notes.extend([note] if note else [])

    return Progress(report), stages, notes


def test_a_picture_becomes_an_asset_with_its_material(data):
    progress, stages, notes = watched()
    asset = run("trellis2-image", data, {**FEW, "size": 2.0}, progress, images=(picture(),))
    assert list(dict.fromkeys(stages)) == [
        *("read", "structure", "shape", "texture", "decode"),
        *("clean", "repair", "simplify", "unwrap", "bake"),
    ]
    assert check(asset.mesh.vertices, asset.mesh.faces).sound
    quality = measure_uvs(asset.mesh.vertices, asset.mesh.faces, asset.mesh.uvs, 256)
    assert quality.mirrored + quality.folded == 0
    np.testing.assert_allclose(asset.mesh.bounds[0, 2], 0, atol=1e-5)
    np.testing.assert_allclose(np.ptp(asset.mesh.bounds, axis=0).max(), 2, atol=1e-4)
    material = asset.material
    assert material.base_color.shape == (256, 256, 3)
    assert material.alpha_mode == "OPAQUE"
    assert min(material.base_color.std(), material.orm[..., 1].std(), material.orm[..., 2].std()) > 1
    about = asset.provenance
    assert about["recipe"] == "trellis2-image"
    assert about["resolution"] == 512
    assert {entry["name"] for entry in about["weights"]} == {
        *("trellis-decoders", "trellis2-shape-512", "trellis2-texture-512", "dinov3-vitl16")
    }
    assert any(note.startswith("memory: ") for note in notes)


def test_what_is_looked_through_has_alpha(data):
    asset = run("trellis2-image", data, {**FEW, "transparency": True}, Progress(), images=(picture(),))
    assert asset.material.base_color.shape == (256, 256, 4)
    assert asset.material.base_color[..., 3].std() > 1
    assert asset.material.alpha_mode == "BLEND"


def test_a_cascade_has_a_stage_and_weights_of_its_own(data):
    progress, stages, _ = watched()
    asset = run(
        "trellis2-image", data, {**FEW, "resolution": "1024_cascade"}, progress, images=(picture(),) * 2
    )
    assert "refine" in stages
    assert asset.provenance["resolution"] == 1024
    assert {entry["name"] for entry in asset.provenance["weights"]} >= {
        *("trellis2-shape-1024", "trellis2-texture-1024")
    }


@pytest.mark.parametrize("resolution", ["512", "1024"])
def test_a_mesh_gets_materials_on_its_own_uvs(data, resolution):
    mesh, worn = rod()
    progress, stages, _ = watched()
    asset = run(
        "trellis2-texture",
        data,
        {**TEXTURE, "resolution": resolution, "uvs": "keep"},
        progress,
        images=(picture(),),
        mesh=mesh,
        maps=worn,
    )
    assert list(dict.fromkeys(stages)) == ["read", "unwrap", "voxels", "texture", "decode", "bake"]
    assert asset.mesh.vertices is mesh.vertices
    assert asset.mesh.uvs is mesh.uvs
    material = asset.material
    assert material.base_color.shape == (256, 256, 3)
    assert material.base_color.std() > 1
    assert (material.normal == (128, 128, 255)).all()  # as the mesh had it
    assert (material.orm[..., 0] == 255).all()
    assert asset.provenance["uvs"] == "kept"


def test_a_mesh_without_uvs_gets_them_and_the_shadows_of_its_shape(data):
    mesh, _ = rod()
    bare = Mesh(mesh.vertices, mesh.faces)
    asset = run("trellis2-texture", data, TEXTURE, Progress(), images=(picture(),), mesh=bare)
    assert asset.provenance["uvs"] == "new"
    assert asset.mesh.uvs is not None


def test_a_mask_keeps_the_rest_bit_for_bit(data):
    mesh, worn = rod()
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 32:] = 255
    asset = run(
        "trellis2-texture", data, TEXTURE, Progress(), images=(picture(),), mesh=mesh, maps=worn, mask=mask
    )
    assert np.array_equal(asset.material.base_color[:, :32], worn.base_color[:, :32])
    assert np.array_equal(asset.material.orm[:, :32], worn.orm[:, :32])
    assert not np.array_equal(asset.material.base_color[:, 32:], worn.base_color[:, 32:])
    with pytest.raises(MaquetteError, match="no texture to keep"):
        run("trellis2-texture", data, TEXTURE, Progress(), images=(picture(),), mesh=mesh, mask=mask)


@pytest.mark.parametrize("shape", [True, False])
def test_a_part_of_a_mesh_is_made_anew(data, shape):
    """The upper half of a rod that is white above and black below."""
    mesh, worn = rod()
    progress, stages, _ = watched()
    options = {"from_z": 0.5, "grow": 6, "repeats": 1, "shape": shape}
    asset = run("trellis2-edit", data, FEW | options, progress, images=(picture(),), mesh=mesh, maps=worn)
    found = ["structure", "shape"] if shape else []
    assert list(dict.fromkeys(stages)) == [
        *("read", "encode", *found, "texture", "decode"),
        *("clean", "repair", "simplify", "unwrap", "bake"),
    ]
    points = texel_points(asset.mesh, 256)
    colors = asset.material.base_color.reshape(-1, 3)[points.texels].astype(float)
    on_rod = np.abs(points.positions[:, :2] - [3, 0]).max(1) < 0.015
    kept = on_rod & (points.positions[:, 2] < 0.4)
    assert kept.sum() > 20
    assert np.median(colors[kept]) < 30  # black, as it was
    assert colors[points.positions[:, 2] > 1.2].std() > 1
    assert {entry["name"] for entry in asset.provenance["weights"]} >= {
        *("trellis-encoders", "trellis2-encoder", "trellis2-texture-encoder")
    }


def test_what_a_mesh_wears_is_known_at_points_near_it():
    mesh, worn = rod()
    points = torch.tensor([[3.0, 0.0, 1.8], [3.01, 0.01, 0.2]])
    found = worn_materials(Subject(mesh, worn))(points)
    expected = [[1.0] * 3, [0.0] * 3]
    torch.testing.assert_close(found[:, :3], torch.tensor(expected), atol=0.02, rtol=0)
    torch.testing.assert_close(found[:, 3:], torch.tensor([[0.8, 0.2, 1.0]] * 2), atol=0.01, rtol=0)
    plain = worn_materials(Subject(mesh, None))(points)
    torch.testing.assert_close(plain[:, 3:], torch.tensor([[0.0, 0.5, 1.0]] * 2))


def test_what_is_missing_is_named_before_anything_is_computed(data, tmp_path):
    write_data(tmp_path, ["trellis2-shape-512", "trellis-decoders"])
    with pytest.raises(MaquetteError, match="weights pull trellis2-texture-512 dinov3-vitl16") as raised:
        run("trellis2-image", tmp_path, FEW, Progress(), images=(picture(),))
    assert raised.value.code == "missing_weights"
    with pytest.raises(MaquetteError, match="give one"):
        run("trellis2-image", data, FEW, Progress())
    with pytest.raises(MaquetteError, match="select one"):
        run("trellis2-texture", data, TEXTURE, Progress(), images=(picture(),))
    assert not weights.find("dinov3-vitl16").is_permissive
    assert weights.find("dinov3-vitl16").is_gated


def test_a_material_in_space_is_baked_where_the_texels_are():
    """Base colour, metallic and roughness are the place along x, y and z."""
    side = 32
    coords = torch.cartesian_prod(*[torch.arange(side)] * 3).int()
    place = (coords.float() + 0.5) / side
    x, y, z = place.T
    values = torch.stack([x, x, x, y, z, torch.ones(len(x))], dim=1)
    box = trimesh.creation.box((0.8, 0.6, 0.7)).subdivide()
    corners = np.asarray(box.vertices, np.float32)[box.faces]
    number = np.arange(len(corners))
    cells = int(np.ceil(np.sqrt(len(corners))))  # every face in a square of its own
    corner = np.array([[0.1, 0.1], [0.9, 0.1], [0.1, 0.9]], np.float32)
    uvs = (np.stack([number % cells, number // cells], axis=1)[:, None] + corner) / cells
    mesh = Mesh(np.asarray(box.vertices, np.float32), box.faces.astype(np.int32), uvs.astype(np.float32))
    surface = voxel_surface(VoxelField(coords, values, side), opacity=False)
    material = bake_on_mesh(mesh, surface, None, 128, 2, Progress())
    points = texel_points(mesh, 128)
    found = np.concatenate([material.base_color[..., :1], material.orm[..., [2, 1]]], axis=2)
    expected = (points.positions + 0.5) * 255
    assert np.abs(found.reshape(-1, 3)[points.texels] - expected).max() <= 1.0
    assert (material.normal == (128, 128, 255)).all()
    assert material.orm[..., 0].min() > 240  # nothing shades a box


def test_beyond_the_voxels_the_nearest_one_speaks():
    coords = torch.tensor([[0, 0, 0], [7, 7, 7]])
    values = torch.tensor([[0.1] * 6, [0.9] * 6])
    surface = voxel_surface(VoxelField(coords, values, 8), opacity=True)
    points = np.array([[-0.1, -0.1, -0.1], [0.2, 0.3, 0.1]], np.float32)
    found = surface(points, points)
    np.testing.assert_allclose(found.base_color_srgb, [[0.1] * 3, [0.9] * 3], atol=1e-6)
    assert found.opacity is not None
    np.testing.assert_allclose(found.opacity, [0.1, 0.9], atol=1e-6)
