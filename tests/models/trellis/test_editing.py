import pytest

torch = pytest.importorskip("torch")

from maquette.models.repositories import find_file  # noqa: E402
from maquette.models.trellis import TrellisPipeline  # noqa: E402
from maquette.models.trellis.editing import Edit, edit, encode, with_encoders  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from tests.fakes.tiny_trellis import CONTEXT, write_data  # noqa: E402

pytestmark = pytest.mark.torch

SIDE = 8
TOKENS = torch.randn(1, 5, CONTEXT, generator=torch.Generator().manual_seed(1))
NONE = torch.zeros(1, 5, CONTEXT)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    write_data(data, ("trellis-image-large", "trellis-decoders", "trellis-encoders", "trellis-text-base"))
    return data


@pytest.fixture(scope="module")
def pipeline(data):
    return with_encoders(
        TrellisPipeline.from_pretrained("microsoft/TRELLIS-image-large", find=find_file(data))
    )


def block():
    """The voxels of a box, with features as pictures of it would give."""
    cells = torch.cartesian_prod(torch.arange(2, 6), torch.arange(1, 7), torch.arange(1, 7)).int()
    coords = torch.nn.functional.pad(cells, (1, 0))
    return coords, torch.randn(len(coords), CONTEXT, generator=torch.Generator().manual_seed(2))


def upper_half():
    region = torch.zeros(SIDE, SIDE, SIDE, dtype=torch.bool)
    region[:, :, 4:] = True
    return region


def changed(pipeline, original, region, seed=3, shape=True):
    conditioning = pipeline.conditioning(TOKENS, NONE, "stochastic")
    return edit(pipeline, original, Edit(region, shape, 2), conditioning, seed)


@pytest.fixture(scope="module")
def original(pipeline):
    return encode(pipeline, *block())


def test_voxels_are_encoded_in_their_order(pipeline, original):
    assert torch.equal(original.coords, block()[0])
    assert original.feats.shape == (len(original.coords), 8)
    assert original.feats.std() > 0.01


def test_everything_outside_the_region_is_kept_to_the_bit(pipeline, original):
    result = changed(pipeline, original, upper_half())
    below = result.coords[:, 3] < 4
    was_below = original.coords[:, 3] < 4
    assert torch.equal(result.coords[below], original.coords[was_below])
    assert torch.equal(result.slat.feats[below], original.feats[was_below])
    above = result.coords[~below]
    assert len(above) > 0
    assert above.tolist() != original.coords[~was_below].tolist()
    rows = result.coords.tolist()
    assert rows == sorted(rows)
    assert len(result.mesh.faces) > 0
    assert not torch.equal(changed(pipeline, original, upper_half(), seed=4).coords, result.coords)


def test_looks_alone_leave_every_voxel(pipeline, original):
    result = changed(pipeline, original, upper_half(), shape=False)
    assert torch.equal(result.coords, original.coords)
    differs = (result.slat.feats != original.feats).any(1)
    assert torch.equal(differs, original.coords[:, 3] >= 4)


def test_nothing_is_changed_where_nothing_is(pipeline, original):
    region = torch.zeros(SIDE, SIDE, SIDE, dtype=torch.bool)
    region[0, 0, 0] = True
    with pytest.raises(MaquetteError, match="holds nothing"):
        changed(pipeline, original, region, shape=False)


def test_the_kept_part_is_seen_while_the_new_one_is_made(pipeline, original):
    """With other latents around it, the same seed makes another part."""
    other = SparseVoxels(original.coords, original.feats + (original.coords[:, 3:] < 4).float())
    one, two = (
        changed(pipeline, voxels, upper_half(), shape=False).slat.feats for voxels in (original, other)
    )
    above = original.coords[:, 3] >= 4
    assert not torch.equal(one[above], two[above])


def test_a_pipeline_of_texts_finds_the_encoders_of_the_one_of_pictures(data):
    texts = TrellisPipeline.from_pretrained("microsoft/TRELLIS-text-base", find=find_file(data))
    assert torch.equal(encode(with_encoders(texts), *block()).coords, block()[0])
