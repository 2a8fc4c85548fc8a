"""The rasteriser for tensors, on the device they are on: the ragged z-buffer of `raster_numpy` in PyTorch.

The fill rule is that of `fragments`. Least depths and least face numbers do not depend on the order in which
a GPU finds them, so the same input gives the same pixels. Arithmetic is in double precision, but for devices
that have none (Apple's). nvdiffrast draws views on CUDA only where it is asked for: it moves corners, so its
pixels are not quite ours (`raster_nvdiffrast`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

import torch
from torch import Tensor

from .cameras import LEAST_W, Camera
from .fragments import MIN_AREA

_CHUNK: Final = 1 << 22  # fragments at a time: bounds memory


@dataclass(frozen=True)
class TensorGBuffer:
    """What every pixel sees first, as `rasterize.GBuffer`."""

    face_id: Tensor  # [H, W] int32, -1 where nothing is
    barycentric: Tensor  # [H, W, 3] float32, perspective-correct
    depth: Tensor  # [H, W] float32, metres along the viewing axis, infinity where nothing is
    ndc_z: Tensor  # [H, W] -1 near, 1 far, infinity where nothing is


@dataclass(frozen=True)
class _Spans:
    """R runs of pixels, each of one triangle in one row."""

    face: Tensor  # [R] int64
    row: Tensor  # [R]
    start: Tensor  # [R] first column
    end: Tensor  # [R] past the last column


@torch.no_grad()
def rasterize(
    vertices: Tensor,  # [V, 3] world
    faces: Tensor,  # [F, 3] integers
    camera: Camera,
    width: int,
    height: int,
    use_nvdiffrast: bool = False,
) -> TensorGBuffer:
    """Which surface each pixel sees; of surfaces at one depth, the first face's.

    A face that reaches behind a perspective camera is left out as a whole. ValueError if nvdiffrast is asked
    for and cannot draw here.
    """
    if use_nvdiffrast:
        _check_nvdiffrast(vertices.device)
        from . import raster_nvdiffrast

        drawn: TensorGBuffer = raster_nvdiffrast.rasterize(vertices, faces, camera, width, height)
        return drawn
    clip = project(vertices, camera)
    kept = faces_in_front(clip, faces)
    corners = _to_screen(clip, width, height).T[:, faces[kept].T.long()]  # [3, 3, F]
    nearest, winner = _draw(corners, width, height)
    hits = (winner >= 0).nonzero()[:, 0]
    weights = _flat_weights(corners, winner[hits], hits, width)  # [3, N]
    over_w = weights / clip[:, 3][faces[kept][winner[hits]].T.long()]
    total = over_w.sum(dim=0)
    barycentric = vertices.new_zeros((height * width, 3), dtype=torch.float32)
    barycentric[hits] = (over_w / total).T.float()
    depth = nearest.new_full(nearest.shape, torch.inf, dtype=torch.float32)
    slope, offset = float(camera.projection[2, 2]), float(camera.projection[2, 3])
    seen_depth = weights.sum(dim=0) / total if camera.is_perspective else (offset - nearest[hits]) / slope
    depth[hits] = seen_depth.float()
    face_id = torch.full_like(winner, -1)
    face_id[hits] = kept[winner[hits]].int()
    shape = (height, width)
    return TensorGBuffer(
        face_id.view(shape), barycentric.view(*shape, 3), depth.view(shape), nearest.view(shape)
    )


@torch.no_grad()
def rasterize_plane(corners: Tensor, width: int, height: int) -> tuple[Tensor, Tensor]:
    """The first of the flat triangles [F, 3, 2], in pixels, on each pixel [H, W] int32, -1 for none, and its
    weights there [H, W, 3] float32.
    """
    planes = corners.to(_precision(corners.device)).permute(2, 1, 0).contiguous()
    count = planes.shape[2]
    winner = torch.full((height * width,), count, dtype=torch.int32, device=planes.device)
    spans = _cut(planes, width, height)
    for span, pixel in _fragments(spans, width):
        winner.scatter_reduce_(0, pixel, spans.face[span].int(), "amin")
    winner[winner == count] = -1
    hits = (winner >= 0).nonzero()[:, 0]
    weights = _flat_weights(planes, winner[hits], hits, width)
    barycentric = torch.zeros((height * width, 3), device=planes.device)
    barycentric[hits] = (weights / weights.sum(dim=0)).T.float()
    return winner.view(height, width), barycentric.view(height, width, 3)


def interpolate(
    values: Tensor,  # [F, 3, C]
    face_id: Tensor,  # [...] int32, -1 for none
    barycentric: Tensor,  # [..., 3]
) -> Tensor:  # [..., C]
    """What the corners carry, at points of their faces; zero at points of none. Gradients reach `values`."""
    return (values[face_id.long()] * barycentric[..., None]).sum(dim=-2)


def project(vertices: Tensor, camera: Camera) -> Tensor:  # [V, 3] -> [V, 4]
    """Clip space, in the precision that the device has."""
    world_to_clip = torch.as_tensor(
        camera.world_to_clip, dtype=_precision(vertices.device), device=vertices.device
    )
    return vertices.to(world_to_clip.dtype) @ world_to_clip[:, :3].T + world_to_clip[:, 3]


def faces_in_front(clip: Tensor, faces: Tensor) -> Tensor:  # [V, 4], [F, 3] -> [K] int64
    """The faces of which no part is behind a perspective camera."""
    return (clip[:, 3] > LEAST_W)[faces.long()].all(dim=1).nonzero()[:, 0]


def _check_nvdiffrast(device: torch.device) -> None:
    if device.type != "cuda":
        raise ValueError(f"nvdiffrast draws on CUDA alone, not on {device.type}: leave it out")
    if find_spec("nvdiffrast") is None:
        raise ValueError("nvdiffrast is not installed: install it, or leave it out")


def _precision(device: torch.device) -> torch.dtype:
    return torch.float32 if device.type == "mps" else torch.float64


def _to_screen(clip: Tensor, width: int, height: int) -> Tensor:  # [V, 4] -> [V, 3]
    ndc = clip[:, :3] / torch.where(clip[:, 3:] > LEAST_W, clip[:, 3:], 1)
    return torch.stack([(ndc[:, 0] + 1) * (width / 2), (1 - ndc[:, 1]) * (height / 2), ndc[:, 2]], dim=1)


def _draw(corners: Tensor, width: int, height: int) -> tuple[Tensor, Tensor]:
    """As `raster_numpy.draw`, but that depths are all known before faces are compared."""
    nearest = corners.new_full((height * width,), torch.inf)
    spans = _cut(corners, width, height)
    (ax, bx, cx), (ay, by, cy), (az, bz, cz) = corners[:, :, spans.face]
    doubled_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    slope = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / doubled_area
    slope_y = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / doubled_area
    at_start = az + slope_y * (spans.row + 0.5 - ay) + slope * (0.5 - ax)

    def depths(span: Tensor, pixel: Tensor) -> Tensor:
        return at_start[span] + slope[span] * (pixel - spans.row[span] * width)

    for span, pixel in _fragments(spans, width):
        nearest.scatter_reduce_(0, pixel, depths(span, pixel), "amin")
    count = corners.shape[2]
    winner = torch.full((height * width,), count, dtype=torch.int32, device=corners.device)
    for span, pixel in _fragments(spans, width):
        wins = depths(span, pixel) == nearest[pixel]
        winner.scatter_reduce_(0, pixel[wins], spans.face[span[wins]].int(), "amin")
    winner[winner == count] = -1
    return nearest, winner


def _cut(corners: Tensor, width: int, height: int) -> _Spans:
    """As `fragments.cut`."""
    low, high = corners[:2].amin(dim=1), corners[:2].amax(dim=1)  # [2, F]
    (left, top), (right, bottom) = (
        (_first_center(box[0], width), _first_center(box[1], height)) for box in (low, high)
    )
    (ax, bx, cx), (ay, by, cy) = corners[:2]
    has_area = ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)).abs() > MIN_AREA
    kept = ((right > left) & (bottom > top) & has_area).nonzero()[:, 0]
    number, row = _expand(top[kept], bottom[kept])
    face = kept[number]
    xs, ys = corners[0], corners[1]
    upper, lower = ys.argmin(dim=0), ys.argmax(dim=0)
    order = torch.stack([upper, 3 - upper - lower, lower])  # [3, F]; of faces with area they are distinct
    x, y = xs.gather(0, order.clamp(0, 2))[:, face], ys.gather(0, order.clamp(0, 2))[:, face]
    centre = row + 0.5
    below = centre >= y[1]
    long_x = x[0] + (centre - y[0]) * ((x[2] - x[0]) / (y[2] - y[0]))
    upper_x = x[0] + (centre - y[0]) * ((x[1] - x[0]) / (y[1] - y[0]))
    lower_x = x[1] + (centre - y[1]) * ((x[2] - x[1]) / (y[2] - y[1]))
    short_x = torch.where(below, lower_x, upper_x)
    start = _first_center(torch.minimum(long_x, short_x), width)
    end = _first_center(torch.maximum(long_x, short_x), width)
    filled = (end > start).nonzero()[:, 0]
    return _Spans(face[filled], row[filled], start[filled], end[filled])


def _fragments(spans: _Spans, width: int) -> Iterator[tuple[Tensor, Tensor]]:
    """The number of the span [K] and the flat pixel [K] of all fragments, about _CHUNK at a time."""
    total = (spans.end - spans.start).cumsum(0)
    limits = torch.arange(1, int(total[-1:].sum()) // _CHUNK + 1, device=total.device) * _CHUNK
    stops = [*torch.searchsorted(total, limits, right=True).tolist(), len(total)]
    start = 0
    for stop in stops:
        number, column = _expand(spans.start[start:stop], spans.end[start:stop])
        yield number + start, spans.row[start:stop][number] * width + column
        start = stop


def _expand(start: Tensor, end: Tensor) -> tuple[Tensor, Tensor]:
    """Every whole number of the ranges [start, end): (number of the range, integer)."""
    counts = end - start
    owner = torch.arange(len(counts), device=counts.device).repeat_interleave(counts)
    begin = counts.cumsum(0) - counts
    return owner, torch.arange(len(owner), device=counts.device) + (start - begin)[owner]


def _first_center(places: Tensor, limit: int) -> Tensor:
    return (places.clamp(0, limit) - 0.5).ceil().long()


def _flat_weights(corners: Tensor, face: Tensor, pixels: Tensor, width: int) -> Tensor:  # [3, N]
    """As `raster_numpy._flat_weights`."""
    (ax, bx, cx), (ay, by, cy) = corners[:2, :, face.long()]
    inverse = 1 / ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
    x, y = pixels % width + 0.5 - ax, pixels // width + 0.5 - ay
    of_b = (x * ((cy - ay) * inverse) + y * ((ax - cx) * inverse)).clamp(0, 1)
    of_c = (x * ((ay - by) * inverse) + y * ((bx - ax) * inverse)).clamp(0, 1)
    return torch.stack([(1 - of_b - of_c).clamp(min=0), of_b, of_c])
