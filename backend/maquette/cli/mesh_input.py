"""A mesh file as the frames of a Submit."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from maquette.protocol import Frame

from .files import read_file
from .output import Output

if TYPE_CHECKING:
    from maquette.assets import Mesh

MAX_MESH_BYTES: Final = 1 << 30
CHECK_SIZE: Final = 512  # texels along a side of the map that materials are laid over each other on
MOST_SHARED: Final = 0.02  # of the covered texels, by several materials

# The readers are imported where they are used: no other command has use for them.


def mesh_frames(path: Path, up: Literal["", "y", "z"], output: Output) -> dict[str, Frame]:
    """Vertices, faces, polygons, UVs and maps of a mesh file.

    UVs are left out where several materials use the same part of the square, each for maps of its own: one
    texture cannot lie on them. Raises bad_input for files that cannot be read.
    """
    from maquette.assets.images import encode_maps
    from maquette.assets.mesh_files import read_mesh_file

    mesh, material = read_mesh_file(read_file(path, MAX_MESH_BYTES, "mesh"), path.name, up)
    arrays = {"vertices": mesh.vertices, "faces": mesh.faces}
    if mesh.polygons is not None:
        arrays["polygons"] = mesh.polygons
    if mesh.uvs is not None and materials_overlap(mesh):
        output.remark(
            f"the UVs of {path.name}'s {len(mesh.part_names)} materials lie on top of each other: the mesh "
            "gets new ones"
        )
    elif mesh.uvs is not None:
        arrays["uvs"] = mesh.uvs
    frames = {name: Frame.from_array(array) for name, array in arrays.items()}
    if material is not None and mesh.uvs is not None:
        frames |= {name: Frame("image/png", data) for name, data in encode_maps(material).items()}
    return frames


def materials_overlap(mesh: "Mesh") -> bool:
    """Whether parts of the mesh that wear different materials share texels."""
    import numpy as np

    from maquette.render.cameras import texel_corners
    from maquette.render.rasterize import rasterize_plane

    if mesh.part_ids is None or mesh.uvs is None:
        return False
    layers = np.zeros((CHECK_SIZE, CHECK_SIZE), np.int32)
    for part in range(len(mesh.part_names)):
        corners = texel_corners(mesh.uvs[mesh.part_ids == part], CHECK_SIZE)
        layers += rasterize_plane(corners, CHECK_SIZE, CHECK_SIZE)[0] >= 0
    return bool((layers > 1).sum() > MOST_SHARED * (layers > 0).sum())
