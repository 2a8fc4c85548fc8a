"""Reads and checks what a job was given, encoded images and mesh arrays: hostile until checked."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.assets import Material, Mesh
from maquette.assets.images import decode_image, without_plain_alpha
from maquette.protocol import bad_input
from maquette.protocol.inputs import MAP_NAMES, MASK

MAX_VERTICES: Final = 10_000_000
MAX_FACES: Final = 10_000_000
MAX_COORDINATE: Final = 1e6  # metres
_NEUTRAL: Final = {"orm": (255, 128, 0, 255), "normal": (128, 128, 255, 255)}


def read_image(path: Path) -> npt.NDArray[np.uint8]:  # [H, W, 4] sRGB, straight alpha
    """Decodes a picture as `decode_image` does, and raises bad_input as it does."""
    return decode_image(path.read_bytes(), path.stem)


def read_mesh(folder: Path) -> Mesh | None:
    """The mesh in a folder of arrays, or None when there is none. Raises bad_input where it is no mesh."""
    if not (folder / "vertices.npy").exists():
        return None
    vertices = _array(folder / "vertices.npy").astype(np.float32, copy=False)  # [V, 3]
    faces = _array(folder / "faces.npy").astype(np.int32, copy=False)  # [F, 3]
    uvs = None
    if (folder / "uvs.npy").exists():
        uvs = _array(folder / "uvs.npy").astype(np.float32, copy=False)  # [F, 3, 2]
    polygons = None
    if (folder / "polygons.npy").exists():
        polygons = _array(folder / "polygons.npy").astype(np.int32, copy=False)  # [F]
    mesh = Mesh(vertices, faces, uvs, polygons=polygons)
    _check_mesh(mesh)
    return mesh


def read_maps(folder: Path) -> Material | None:
    """The maps that the mesh wears, or None without a base colour.

    They are brought to one square size, the longest side of the base colour; a map that is missing is
    neutral: no occlusion, half rough, no metal, flat. Raises bad_input for pictures that cannot be read.
    """
    pictures = {name: picture for name in MAP_NAMES if (picture := read_picture(folder, name)) is not None}
    if "base_color" not in pictures:
        return None
    size = max(pictures["base_color"].shape[:2])
    maps = {name: _resized(picture, size) for name, picture in pictures.items()}
    for name, neutral in _NEUTRAL.items():
        maps.setdefault(name, np.full((size, size, 4), neutral, np.uint8))
    base_color = without_plain_alpha(maps["base_color"])
    return Material(
        base_color,
        maps["orm"][..., :3].copy(),
        maps["normal"][..., :3].copy(),
        maps["emissive"][..., :3].copy() if "emissive" in maps else None,
        "OPAQUE" if base_color.shape[2] == 3 else "BLEND",
    )


def read_mask(folder: Path) -> npt.NDArray[np.uint8] | None:  # [S, S]
    """The mask in UV space, square; transparent texels are dark. None where there is none."""
    picture = read_picture(folder, MASK)
    if picture is None:
        return None
    square = _resized(picture, max(picture.shape[:2])).astype(np.uint16)
    bright: npt.NDArray[np.uint16] = square[..., :3].max(axis=2)
    return np.asarray(bright * square[..., 3] // 255, dtype=np.uint8)


def read_picture(folder: Path, name: str) -> npt.NDArray[np.uint8] | None:  # [H, W, 4]
    """The encoded picture of that name in a folder of inputs, or None. Raises bad_input as `read_image`."""
    path = next(folder.glob(f"{name}.*"), None)
    return None if path is None else read_image(path)


def _resized(picture: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    """[H, W, 4] -> [size, size, 4]."""
    if picture.shape[:2] == (size, size):
        return picture
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BICUBIC))


def _array(path: Path) -> npt.NDArray[np.generic]:
    try:
        array: npt.NDArray[np.generic] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise bad_input(f"the array {path.stem} cannot be read ({type(error).__name__})") from error
    return array


def _check_mesh(mesh: Mesh) -> None:
    vertices, faces, uvs = mesh.vertices, mesh.faces, mesh.uvs
    if not 3 <= len(vertices) <= MAX_VERTICES:
        raise bad_input(f"a mesh of {len(vertices)} vertices: give 3 to {MAX_VERTICES}")
    if not 1 <= len(faces) <= MAX_FACES:
        raise bad_input(f"a mesh of {len(faces)} triangles: give 1 to {MAX_FACES}")
    if not np.all(np.abs(vertices) <= MAX_COORDINATE):  # false for NaN too
        raise bad_input("a vertex is not finite or lies more than 1000 km away: clean the mesh")
    lowest, highest = int(faces.min()), int(faces.max())
    if lowest < 0 or highest >= len(vertices):
        named = lowest if lowest < 0 else highest
        raise bad_input(f"a triangle names vertex {named} of {len(vertices)}: clean the mesh")
    if uvs is not None and (len(uvs) != len(faces) or not np.all(np.isfinite(uvs))):
        raise bad_input("the UVs do not fit the triangles or are not finite: unwrap the mesh again")
    if mesh.polygons is not None and len(mesh.polygons) != len(faces):
        raise bad_input(f"{len(mesh.polygons)} polygon numbers for {len(faces)} triangles: give one for each")
