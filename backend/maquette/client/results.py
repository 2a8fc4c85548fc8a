"""What a finished job made, read from the frames of a Finished message without copying them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from maquette.protocol import Buffer, Frame, Json, MaquetteError
from maquette.protocol.messages import Finished

FORMS = ("arrays", "glb", "preview", "views")
MAPS = ("base_color", "orm", "normal", "emissive")


@dataclass(frozen=True)
class EncodedImage:
    """A picture as it would stand in a file. `kind` is image/png, image/jpeg or image/webp."""

    kind: str
    data: Buffer = field(repr=False)


@dataclass(frozen=True)
class FetchedAsset:
    """An asset in one of FORMS; the parts of the other forms are empty. Arrays are read-only views."""

    job_id: str
    form: str
    result: dict[str, Json]  # the summary: provenance, counts, extent in metres
    vertices: npt.NDArray[np.float32] | None = None  # [V, 3] metres, Z up
    faces: npt.NDArray[np.int32] | None = None  # [F, 3]
    uvs: npt.NDArray[np.float32] | None = None  # [F, 3, 2] per corner, (0, 0) bottom left
    part_ids: npt.NDArray[np.int32] | None = None  # [F]
    maps: dict[str, EncodedImage] = field(default_factory=dict)  # some of MAPS
    glb: Buffer = field(default=b"", repr=False)
    preview: EncodedImage | None = None
    views: EncodedImage | None = None  # all pictures that a texture was made of, in one grid


def read_result(message: Finished, form: str) -> FetchedAsset:
    """The asset in the frames of an answer to Fetch.

    Raises MaquetteError `internal` where a part is missing, or where an index or a number would take down a
    program that trusts it.
    """
    frames = message.frames
    if form == "glb":
        glb = _frame(frames, "asset", "model/gltf-binary").data
        return FetchedAsset(message.job_id, form, message.result, glb=glb)
    if form == "preview":
        return FetchedAsset(message.job_id, form, message.result, preview=_image(frames, "preview"))
    if form == "views":
        return FetchedAsset(message.job_id, form, message.result, views=_image(frames, "views"))
    vertices = _array(frames, "vertices", "float32", (None, 3))
    faces = _array(frames, "faces", "int32", (None, 3))
    if not np.isfinite(vertices).all():
        raise _broken("vertices", "holds numbers that are not finite")
    if faces.size and not (faces.min() >= 0 and faces.max() < len(vertices)):
        raise _broken("faces", f"names a vertex beyond the {len(vertices)} there are")
    count = len(faces)
    return FetchedAsset(
        message.job_id,
        form,
        message.result,
        vertices,
        faces,
        uvs=_array(frames, "uvs", "float32", (count, 3, 2)) if "uvs" in frames else None,
        part_ids=_array(frames, "part_ids", "int32", (count,)) if "part_ids" in frames else None,
        maps={name: _image(frames, name) for name in MAPS if name in frames},
    )


def _array(
    frames: Mapping[str, Frame], name: str, dtype: str, shape: tuple[int | None, ...]
) -> npt.NDArray[Any]:
    frame = _frame(frames, name, "array")
    fits = len(frame.shape) == len(shape) and all(
        expected in (None, given) for expected, given in zip(shape, frame.shape, strict=True)
    )
    if frame.dtype != dtype or not fits:
        raise _broken(name, f"is {frame.dtype} {list(frame.shape)}")
    return frame.to_array()


def _image(frames: Mapping[str, Frame], name: str) -> EncodedImage:
    frame = frames.get(name)
    if frame is None or not frame.kind.startswith("image/"):
        raise _broken(name, "is not there as a picture")
    return EncodedImage(frame.kind, frame.data)


def _frame(frames: Mapping[str, Frame], name: str, kind: str) -> Frame:
    frame = frames.get(name)
    if frame is None or frame.kind != kind:
        raise _broken(name, f"is not there as {kind}")
    return frame


def _broken(name: str, reason: str) -> MaquetteError:
    return MaquetteError("internal", f"the result's {name} {reason}: generate it again", "retry")
