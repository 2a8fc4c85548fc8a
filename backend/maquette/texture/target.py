"""The mesh that a texture is painted on: with its own UVs where they can carry one, else with new ones.

Vertices, faces and UVs that are kept come back as the very arrays that were given.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from maquette.assets import Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.geometry.unwrap.uv_check import check_uvs
from maquette.progress import Progress
from maquette.protocol import bad_input

UvChoice = Literal["auto", "keep", "new"]
PADDING_SHARE: Final = 1 / 128  # of the texture's size: 16 texels at 2048


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
        raise bad_input(f"the mesh cannot keep its UVs, as {report.reason}: set uvs to auto or new")
    if not report.usable:
        note = f"the mesh got new UVs, as {report.reason}"
        return _unwrapped(mesh, texture_size, padding, progress, (note,))
    notes = (report.reason,) if report.reason else ()
    return Target(mesh, kept=True, notes=notes)


def _unwrapped(
    mesh: Mesh, texture_size: int, padding: int, progress: Progress, notes: tuple[str, ...]
) -> Target:
    made = unwrap(mesh.vertices, mesh.faces, texture_size, padding, progress, polygons=mesh.polygons)
    return Target(replace(mesh, uvs=made), kept=False, notes=notes)
