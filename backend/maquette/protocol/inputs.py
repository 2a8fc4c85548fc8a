"""The binary frames that a submit may carry: which names there are, and of what kind each is."""

from collections.abc import Mapping
from typing import Final

from .errors import ProtocolError
from .framing import Frame

MAX_IMAGES: Final = 8
IMAGE_NAMES: Final = tuple(f"image_{index}" for index in range(MAX_IMAGES))
MAP_NAMES: Final = ("base_color", "orm", "normal", "emissive")
"""The maps that the mesh wears now, encoded, as `assets.Material` holds them."""
MASK: Final = "mask"
"""A grey picture in UV space: texels brighter than the middle may change, the others must not."""
VIEWS: Final = "views"
"""The pictures of all views of an earlier result in one grid, so that one of them can be made again."""
MESH_ARRAYS: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "vertices": ("float32", (3,)),
    "faces": ("int32", (3,)),
    "uvs": ("float32", (3, 2)),
    "polygons": (
        "int32",
        (),
    ),  # of an artist's mesh, which each triangle is cut from: new UVs keep them whole
}
_PICTURES: Final = frozenset({*IMAGE_NAMES, *MAP_NAMES, MASK, VIEWS})


def check_inputs(frames: Mapping[str, Frame]) -> None:
    """Raises ProtocolError for a frame with another name, or of another kind than its name asks for."""
    for name, frame in frames.items():
        if name in _PICTURES:
            if not frame.kind.startswith("image/"):
                raise ProtocolError(f"frame {name} is of kind {frame.kind}, not an image")
        elif name not in MESH_ARRAYS:
            known = ", ".join((*MESH_ARRAYS, *MAP_NAMES, MASK, VIEWS))
            raise ProtocolError(f"submit has no frame {name!r}: use image_0 to image_7, {known}")
        elif (frame.dtype, frame.shape[1:]) != MESH_ARRAYS[name] or not frame.shape:
            dtype, row = MESH_ARRAYS[name]
            raise ProtocolError(
                f"frame {name} is {frame.dtype} {list(frame.shape)}, not {dtype} {['N', *row]}"
            )
