"""FlexiCubes on fields that are known: closed, outward, the same from sparse cubes as from the whole grid."""

from collections import Counter

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from maquette.representations import flexicubes  # noqa: E402
from maquette.representations.cube_features import extract_from_cubes  # noqa: E402
from maquette.representations.flexicubes import cube_keys, extract, vertex_keys  # noqa: E402
from maquette.representations.flexicubes_tables import EDGES, build_tables, edge_groups  # noqa: E402

pytestmark = pytest.mark.torch


def grid(resolution):
    side = torch.arange(resolution + 1) / resolution - 0.5
    return torch.cartesian_prod(side, side, side)


def directed_edges(faces):
    return Counter((a, b) for face in faces.tolist() for a, b in zip(face, face[1:] + face[:1], strict=True))


def volume(vertices, faces):
    a, b, c = vertices[faces].unbind(1)
    return (a * torch.linalg.cross(b, c)).sum().item() / 6


def plain(resolution):
    return torch.zeros((resolution + 1) ** 3, 3), torch.zeros(resolution**3, 21)


def test_a_ball_is_closed_turned_outwards_and_as_large_as_it_should_be():
    vertices, faces, _ = extract(grid(32).norm(dim=1) - 0.4, *plain(32), 32)
    edges = directed_edges(faces)
    assert set(edges.values()) == {1}
    assert all((b, a) in edges for a, b in edges)
    assert len(vertices) - len(edges) // 2 + len(faces) == 2
    assert volume(vertices, faces) == pytest.approx(4 / 3 * np.pi * 0.4**3, rel=0.01)
    assert (vertices.norm(dim=1) - 0.4).abs().max() < 0.004


def test_a_plane_is_reproduced_and_carries_attributes_linearly():
    places = grid(8)
    normal = torch.tensor([0.5, -0.3, 0.8])
    logits = torch.stack([places[:, 0], places[:, 2]], dim=1)
    vertices, _, attributes = extract(places @ normal - 0.03, *plain(8), 8, logits)
    torch.testing.assert_close(vertices @ normal, torch.full((len(vertices),), 0.03), atol=1e-6, rtol=0)
    expected = torch.sigmoid(vertices[:, [0, 2]])
    torch.testing.assert_close(attributes, expected, atol=2e-4, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_any_signs_give_edges_between_faces_that_agree(seed):
    """The hardest field: every sign at random, so that all cases and all ambiguous faces occur."""
    generator = torch.Generator().manual_seed(seed)
    sdf = torch.randn(9**3, generator=generator)
    inner = ((grid(8).abs() < 0.45).all(1)).float()
    sdf = sdf * inner + (1 - inner)
    vertices, faces, _ = extract(sdf, *plain(8), 8)
    edges = directed_edges(faces)
    assert all(edges[b, a] == count for (a, b), count in edges.items())
    assert len(vertices) > 300


def random_cubes(resolution, count, channels, seed=0):
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(resolution**3, generator=generator)[:count]
    coords = torch.stack([chosen // resolution**2, chosen // resolution % resolution, chosen % resolution], 1)
    return coords.int(), torch.randn(count, channels, generator=generator)


def densely(coords, feats, resolution):
    """The same through the whole grid, written plainly."""
    keys = vertex_keys(coords, resolution)
    values = torch.cat([feats[:, :8, None] - 1 / resolution, feats[:, 8:32].view(-1, 8, 3)], dim=2)
    if feats.shape[1] > 53:
        values = torch.cat([values, feats[:, 53:].view(-1, 8, 6)], dim=2)
    sums = torch.zeros((resolution + 1) ** 3, values.shape[2])
    sums.index_add_(0, keys.flatten(), values.flatten(0, 1))
    counts = torch.bincount(keys.flatten(), minlength=len(sums))
    means = sums / counts.clamp(min=1)[:, None]
    means[counts == 0, 0] = 1
    weights = torch.zeros(resolution**3, 21)
    weights[cube_keys(coords, resolution)] = feats[:, 32:53]
    return extract(means[:, 0], means[:, 1:4], weights, resolution, means[:, 4:])


@pytest.mark.parametrize("channels", [53, 101], ids=["plain", "coloured"])
@pytest.mark.parametrize("count", [1, 300, 10**3], ids=["one", "some", "all"])
def test_sparse_cubes_give_exactly_what_the_whole_grid_gives(channels, count):
    coords, feats = random_cubes(10, count, channels)
    sparse, dense = extract_from_cubes(coords, feats, 10), densely(coords, feats, 10)
    assert all(torch.equal(found, expected) for found, expected in zip(sparse, dense, strict=True))
    assert len(sparse[1]) > 0


def test_nothing_inside_gives_an_empty_mesh():
    coords, feats = random_cubes(6, 20, 101)
    for vertices, faces, attributes in (
        extract_from_cubes(coords, feats.abs() + 1, 6),
        extract(torch.ones(7**3), *plain(6), 6, torch.zeros(7**3, 6)),
    ):
        assert (vertices.shape, faces.shape, attributes.shape) == ((0, 3), (0, 3), (0, 6))


def test_every_crossed_edge_has_one_group_and_opposite_cases_share_unambiguous_groups():
    tables = build_tables()
    for case in range(256):
        groups = edge_groups(case)
        crossed = [e for e, (a, b) in enumerate(EDGES) if (case >> a & 1) != (case >> b & 1)]
        assert sorted(edge for group in groups for edge in group) == crossed
        assert tables.groups[case] == len(groups) <= 4
        assert all(3 <= len(group) <= 7 for group in groups)
    single = [edge_groups(1 << corner) for corner in range(8)]
    assert all(len(groups) == 1 and len(groups[0]) == 3 for groups in single)
    assert len(edge_groups(0b01101001)) == 4  # the alternating cube: each inside corner is cut off


def test_a_doubtful_cube_yields_to_its_neighbour_only_where_both_are_in_doubt():
    tables = build_tables()
    assert tables.doubtful.sum() > 0
    assert (abs(tables.outward[tables.doubtful]).sum(1) == 1).all()
    assert not tables.outward[~tables.doubtful].any()
    assert flexicubes.WEIGHTS == (12, 8, 1)
