"""The mesh that a texture is painted on: with its own UVs where they can carry one, else with new ones.

Vertices, faces and UVs that are kept come back as the very arrays that were given.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from maquette.assets import Mesh
from maquette.assets.mesh import Floats
from maquette.geometry.clean import face_areas
from maquette.geometry.unwrap import unwrap
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.render.cameras import texel_corners
from maquette.render.fragments import cover

UvChoice = Literal["auto", "keep", "new"]
UV_CHOICES: Final = ("auto", "keep", "new")
PADDING_SHARE: Final = 1 / 128  # of the texture's size: 16 texels at 2048

_CHECK_SIZE: Final = 512  # texels along a side of the map that overlaps are counted on
_MOST_OUTSIDE: Final = 0.01  # share of the surface
_MOST_FLAT: Final = 0.2
_MOST_STACKED: Final = 0.5  # above that nearly every texel would be shared: each face has the whole square


@dataclass(frozen=True)
class Target:
    """What to paint on. `notes` are lines for people about its UVs."""

    mesh: Mesh
    kept: bool
    notes: tuple[str, ...] = ()

    @property
    def uvs(self) -> str:
        """ "kept" or "new", as results say it."""
        return "kept" if self.kept else "new"


@dataclass(frozen=True)
class UvReport:
    """Whether UVs can carry a texture, and why not. Shares are of the surface, or of the covered texels."""

    usable: bool
    reason: str
    outside_share: float
    zero_area_share: float
    overlap_share: float


def padding_of(texture_size: int) -> int:
    """How many texels around the charts are filled, and charts of new UVs kept apart."""
    return max(2, int(texture_size * PADDING_SHARE))


def prepare_target(mesh: Mesh, uvs: UvChoice, texture_size: int, padding: int, progress: Progress) -> Target:
    """The mesh with the UVs to paint on. "auto" keeps its own if they are usable, else makes new ones.

    Raises bad_input for "keep" where there are none, or none that fit one square.
    """
    if uvs == "new":
        return _unwrapped(mesh, texture_size, padding, progress, ())
    if mesh.uvs is None:
        if uvs == "keep":
            raise bad_input("the mesh has no UVs to keep: set uvs to auto or new")
        return _unwrapped(mesh, texture_size, padding, progress, ("the mesh had no UVs: it got new ones",))
    report = check_uvs(mesh)
    if not report.usable and uvs == "keep":
        raise bad_input(f"the mesh's UVs cannot be painted on: {report.reason}; set uvs to auto or new")
    if not report.usable:
        note = f"new UVs, because of the mesh's own {report.reason}"
        return _unwrapped(mesh, texture_size, padding, progress, (note,))
    notes = (report.reason,) if report.reason else ()
    return Target(mesh, kept=True, notes=notes)


def check_uvs(mesh: Mesh) -> UvReport:
    """Looks for UVs outside the square, without area, or on top of each other."""
    assert mesh.uvs is not None, "the caller has looked"
    area = face_areas(mesh.vertices, mesh.faces)
    share = area / max(float(area.sum()), 1e-30)
    outside = ((mesh.uvs < -1e-3) | (mesh.uvs > 1 + 1e-3)).any(axis=(1, 2))
    flat = np.abs(_doubled_areas(mesh.uvs)) < 1e-9
    fragments = cover(texel_corners(np.clip(mesh.uvs, 0, 1), _CHECK_SIZE), _CHECK_SIZE, _CHECK_SIZE)
    painted = len(fragments.face)
    distinct = len(np.unique(fragments.y * _CHECK_SIZE + fragments.x))
    overlap = 1 - distinct / max(painted, 1)
    outside_share, zero_share = float(share[outside].sum()), float(share[flat].sum())
    reason = ""
    if outside_share > _MOST_OUTSIDE:
        reason = f"{outside_share:.0%} of the surface lies outside the UV square (UDIM or tiling)"
    elif zero_share > _MOST_FLAT or painted == 0:
        reason = f"{zero_share:.0%} of the surface has no area in the UVs"
    elif overlap > _MOST_STACKED:
        reason = f"{overlap:.0%} of the UVs lie on top of each other"
    usable = not reason
    if usable and overlap > 0.005:
        reason = f"{overlap:.0%} of the UVs lie on top of each other: those parts share their texture"
    return UvReport(usable, reason, outside_share, zero_share, overlap)


def _doubled_areas(uvs: Floats) -> Floats:  # [F, 3, 2] -> [F]
    first, second = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])


def _unwrapped(
    mesh: Mesh, texture_size: int, padding: int, progress: Progress, notes: tuple[str, ...]
) -> Target:
    made = unwrap(mesh.vertices, mesh.faces, texture_size, padding, progress, polygons=mesh.polygons)
    return Target(replace(mesh, uvs=made), kept=False, notes=notes)
