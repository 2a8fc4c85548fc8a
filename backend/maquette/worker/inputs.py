"""Reads and checks what a job was given, encoded images and mesh arrays: hostile until checked."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from maquette.assets import Mesh
from maquette.protocol import bad_input

MAX_PIXELS: Final = 4096 * 4096
MAX_SIDE: Final = 16384
MAX_VERTICES: Final = 10_000_000
MAX_FACES: Final = 10_000_000
MAX_COORDINATE: Final = 1e6  # metres
FORMATS: Final = ("PNG", "JPEG", "WEBP")


def read_image(path: Path) -> npt.NDArray[np.uint8]:  # [H, W, 4] sRGB, straight alpha
    """Decodes a picture, upright. Raises bad_input for other formats, bombs and broken files."""
    name = path.stem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a corrupt EXIF block is no reason to refuse a picture
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                _check_size(name, image.size)
                upright = ImageOps.exif_transpose(image)
                return np.asarray(_to_rgba(upright), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, EOFError) as error:
        raise bad_input(f"{name} cannot be read as PNG, JPEG or WebP ({type(error).__name__})") from error


def read_mesh(folder: Path) -> Mesh | None:
    """The mesh in a folder of arrays, or None when there is none. Raises bad_input where it is no mesh."""
    if not (folder / "vertices.npy").exists():
        return None
    vertices = _array(folder / "vertices.npy").astype(np.float32, copy=False)  # [V, 3]
    faces = _array(folder / "faces.npy").astype(np.int32, copy=False)  # [F, 3]
    uvs = None
    if (folder / "uvs.npy").exists():
        uvs = _array(folder / "uvs.npy").astype(np.float32, copy=False)  # [F, 3, 2]
    mesh = Mesh(vertices, faces, uvs)
    _check_mesh(mesh)
    return mesh


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE or min(size) < 1:
        raise bad_input(f"{name} is {width} x {height} pixels, above 16 megapixels: make it smaller")


def _to_rgba(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):  # 16-bit grey: Pillow would clip it, not scale it
        grey = np.asarray(image, dtype=np.int64) >> 8  # [H, W]
        image = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    return image.convert("RGBA")


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
