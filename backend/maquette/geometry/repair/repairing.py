"""Makes any triangle soup a mesh to work with: welded, manifold, wound outward, without crumbs, small holes
and hidden shells.

What is left may be open, as cloth and hair cards are; every edge then has one or two faces that run along it
in opposite directions, and the faces around every vertex form one fan.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import compact, face_components, mesh_edges, row_keys
from maquette.progress import Progress
from maquette.protocol import bad_input

from .clean import drop_cancelling, split_nonmanifold, weld
from .holes import fill_holes
from .pieces import drop_floaters
from .visibility import look_around
from .winding import agree, balanced_edges, inside_out, linked_pieces, open_pieces

REPAIR_STEPS = 5  # what `repair` reports to a stage


@dataclass(frozen=True)
class RepairOptions:
    """All lengths are shares of the longest side of the mesh's box."""

    weld: float = 1e-6  # vertices this close become one
    crumbs: float = 1e-3  # connected pieces with less than this share of the area of the largest go
    holes: float = 0.03  # holes with a shorter rim are closed
    hidden: bool = True  # pieces without a rim that no direction sees go


@dataclass(frozen=True)
class RepairReport:
    """What was done."""

    welded: int = 0  # vertices
    copies: int = 0  # faces that lay on others, or had no area
    crumbs: int = 0  # faces of crumbs
    hidden: int = 0  # faces of hidden pieces
    turned: int = 0  # faces
    split: int = 0  # vertices added where the mesh touched itself
    holes: int = 0
    open_edges: int = 0  # left

    @property
    def words(self) -> str:
        """For people: what was done, in one line; empty if nothing was."""
        told = {
            "{} vertices welded": self.welded,
            "{} double faces dropped": self.copies,
            "{} faces of crumbs dropped": self.crumbs,
            "{} faces of hidden shells dropped": self.hidden,
            "{} faces turned outward": self.turned,
            "{} vertices split": self.split,
            "{} holes closed": self.holes,
        }
        return ", ".join(words.format(count) for words, count in told.items() if count)


def repair(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3] in any state
    options: RepairOptions,
    progress: Progress,
) -> tuple[Floats, Ints, RepairReport]:
    """A manifold mesh, wound outward; closed if the input encloses its volume but for small holes.

    Raises bad_input if no face is left.
    """
    size = _size(vertices, faces)
    given, given_faces = len(vertices), len(faces)
    vertices, faces = weld(*_finite(vertices, faces), options.weld * size)
    welded = given - len(vertices)
    progress.step()
    count = len(faces)
    faces = drop_copies(faces)
    copies = count - len(faces)
    if len(faces) == 0:
        raise bad_input(f"all {given_faces} faces of the mesh are lines or cancel out: give another one")
    count = len(faces)
    vertices, faces = drop_floaters(vertices, faces, options.crumbs)
    crumbs = count - len(faces)
    progress.step()
    vertices, faces, turned, hidden = _outward(vertices, faces, options.hidden, progress)
    progress.step()
    count = len(vertices)
    vertices, faces = split_nonmanifold(vertices, faces)
    split = len(vertices) - count
    progress.step()
    faces, holes = fill_holes(vertices, faces, options.holes * size, progress)
    progress.step()
    open_edges = int((mesh_edges(faces).counts == 1).sum())
    return (
        vertices,
        faces,
        RepairReport(welded, copies, crumbs, hidden, turned, split, holes, open_edges),
    )


def drop_copies(faces: Ints) -> Ints:
    """Drops faces that lie on others: pairs with opposite windings are walls inside a solid and go both.

    Only where such pairs are all there is, as in a card with two sides, one of each stays.
    """
    kept = drop_cancelling(faces)
    _, first = np.unique(row_keys(np.sort(faces, axis=1)), return_index=True)
    if len(first) == len(kept):
        return kept
    single = faces[np.sort(first)]
    single = single[(single != np.roll(single, 1, axis=1)).all(axis=1)]
    if len(single) == len(kept):
        return kept
    is_kept = _among(single, kept)
    pieces = face_components(single)
    alone = ~np.bincount(pieces, is_kept).astype(bool)[pieces]
    return np.concatenate([kept, single[alone]]) if alone.any() else kept


def _among(faces: Ints, others: Ints) -> npt.NDArray[np.bool_]:
    """[F] which faces have the vertices of one of the others."""
    keys = row_keys(np.sort(np.concatenate([others, faces]), axis=1))
    return np.isin(keys[len(others) :], keys[: len(others)])


def _size(vertices: Floats, faces: Ints) -> float:
    """The longest side of the box around what the faces use."""
    is_used = np.isfinite(vertices).all(axis=1)
    is_used &= np.bincount(faces.reshape(-1), minlength=len(vertices)) > 0
    used = vertices[is_used]
    size = float(np.ptp(used, axis=0).max()) if len(used) else 0.0
    if size <= 0:
        raise bad_input(f"a mesh with {len(faces)} faces and no extent has no surface: give another one")
    return size


def _finite(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    finite = np.isfinite(vertices).all(axis=1)
    return (vertices, faces) if finite.all() else compact(vertices, faces[finite[faces].all(axis=1)])


def _outward(
    vertices: Floats, faces: Ints, drops_hidden: bool, progress: Progress
) -> tuple[Floats, Ints, int, int]:
    """Wound alike and outward, hidden pieces dropped: also how many faces were turned and dropped.

    Pictures are taken only where a closed outside does not already tell all.
    """
    edges = mesh_edges(faces)
    turned = agree(faces, edges)
    faces = np.where(turned[:, None], faces[:, ::-1], faces)
    edges = mesh_edges(faces) if turned.any() else edges
    balanced = balanced_edges(faces, edges)
    pieces = linked_pieces(faces, edges, balanced)
    is_open = open_pieces(pieces, edges, balanced)
    seen = None if len(is_open) == 1 and not is_open[0] else look_around(vertices, faces, pieces, progress)
    inverted = inside_out(vertices, faces, pieces, is_open, seen)[pieces]
    faces = np.where(inverted[:, None], faces[:, ::-1], faces)
    turned ^= inverted
    if seen is None or not drops_hidden or not seen.hidden.any():
        return vertices, faces, int(turned.sum()), 0
    # A leaf deep inside a bush is seen by no picture either: only shells and walls without a rim go.
    has_rim = np.bincount(pieces, (edges.counts == 1)[edges.of_half].reshape(-1, 3).any(axis=1)) > 0
    shown = (~seen.hidden | has_rim)[pieces]
    vertices, kept = compact(vertices, faces[shown])
    return vertices, kept, int(turned[shown].sum()), int((~shown).sum())
