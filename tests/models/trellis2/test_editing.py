import pytest
import trimesh

torch = pytest.importorskip("torch")

from maquette.models.trellis2 import Trellis2Pipeline  # noqa: E402
from maquette.models.trellis2.editing import Edit, edit, encode, with_encoders  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from tests.fakes.tiny_trellis2 import CONTEXT, write_encoders, write_pipelines  # noqa: E402

pytestmark = pytest.mark.torch

TOKENS = torch.randn(1, 5, CONTEXT, generator=torch.Generator().manual_seed(1))
NONE = torch.zeros(1, 5, CONTEXT)
ROD = trimesh.creation.box((0.03, 0.03, 0.8))


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    folder = write_pipelines(tmp_path_factory.mktemp("trellis2"))
    write_encoders(folder)
    return with_encoders(Trellis2Pipeline.from_pretrained(folder))


def stripes(points):
    """Red above, dull metal below."""
    above = (points[:, 2:] > 0).float()
    ones = torch.ones_like(above)
    return torch.cat([above, 0 * ones, 0 * ones, 1 - above, 0.5 * ones, ones], dim=1)


@pytest.fixture(scope="module", params=[512, 1024])
def original(pipeline, request):
    return encode(pipeline, ROD.vertices, ROD.faces, stripes, request.param)


def upper_half(original):
    side = original.resolution // 16
    region = torch.zeros(side, side, side, dtype=torch.bool)
    region[:, :, side // 2 :] = True
    return region


def changed(pipeline, original, seed=3, progress=None, **options):
    low = pipeline.conditioning(TOKENS, NONE, "stochastic")
    high = None if original.resolution == 512 else pipeline.conditioning(TOKENS + 1, NONE, "stochastic")
    change = Edit(**{"region": upper_half(original), **options})
    return edit(pipeline, original, change, low, high, seed, progress)


def test_shape_and_material_are_encoded_on_the_same_voxels(pipeline, original):
    assert torch.equal(original.shape.coords, original.texture.coords)
    rows = original.shape.coords.tolist()
    assert rows == sorted(rows)
    places = (original.shape.coords[:, 1:] + 0.5) / (original.resolution // 16) - 0.5
    assert places[:, 2].abs().max() <= 0.4 + 16 / original.resolution
    plain = encode(pipeline, ROD.vertices, ROD.faces, lambda p: stripes(-p), original.resolution)
    assert torch.equal(plain.shape.feats, original.shape.feats)
    assert (plain.texture.feats - original.texture.feats).abs().max() > 1e-3


def test_everything_outside_the_region_is_kept_to_the_bit(pipeline, original):
    result = changed(pipeline, original)
    half = original.resolution // 32
    below, was_below = result.coords[:, 3] < half, original.shape.coords[:, 3] < half
    assert torch.equal(result.coords[below], original.shape.coords[was_below])
    assert torch.equal(result.shape.feats[below], original.shape.feats[was_below])
    assert torch.equal(result.texture.feats[below], original.texture.feats[was_below])
    above = result.coords[~below]
    assert len(above) > 0
    assert above.tolist() != original.shape.coords[~was_below].tolist()
    rows = result.coords.tolist()
    assert rows == sorted(rows)
    assert len(result.mesh.faces) > 0
    assert not torch.equal(changed(pipeline, original, seed=4).coords, result.coords)


def test_materials_alone_leave_the_surface(pipeline, original):
    result = changed(pipeline, original, shape=False)
    assert torch.equal(result.coords, original.shape.coords)
    assert torch.equal(result.shape.feats, original.shape.feats)
    differs = (result.texture.feats != original.texture.feats).any(1)
    assert torch.equal(differs, result.coords[:, 3] >= original.resolution // 32)


def test_it_reports_stages(pipeline, original):
    for shape, stages in ((True, ["structure", "shape"]), (False, [])):
        seen = []
        progress = Progress(report=lambda stage, *_, seen=seen: seen.append(stage))
        changed(pipeline, original, progress=progress, shape=shape)
        assert list(dict.fromkeys(seen)) == [*stages, "texture", "decode"]


def test_a_region_that_holds_nothing_is_refused(pipeline, original):
    nothing = torch.zeros_like(upper_half(original))
    with pytest.raises(MaquetteError, match="nothing of the object is in"):
        changed(pipeline, original, region=nothing, shape=False)
