"""Which texels each view sees, where in its picture, and how well.

A texel is seen by a view when it faces it, lies at the depth that the view's z-buffer holds around its
place, and, wherever the z-buffer alone leaves a doubt (near jumps in depth, thin gaps), when its ray to
the camera is free. Pixels around its place that show another surface are not read, so that neither
background nor occluders bleed onto it. The weight is cos^k, feathered towards jumps in depth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.geometry.normals import face_normals
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.render.vectors import dot

from .rays import free_of_occluders
from .screen import PIXELS_APART, Doubles, Floats, Places, Screen, edge_distance, view_screen
from .texel_points import TexelPoints, texel_points
from .view import Samples, Taps, ViewProjection, bilinear_taps

CHUNK_TEXELS = 1 << 18  # looked at in one go, which bounds the memory
SURE = 0.02  # pixels of depth: a z-buffer that agrees this well leaves no doubt
GRAZING = 0.2  # of the cosine, over which trust fades in: low exponents show no border there either
FROM_BEHIND = 0.05  # trust in what a view sees of the back of a face, as in open cloth
LEAST_READ = 1e-4  # share of a texel's bilinear read that must show its own surface
LEAST_TRUST = 0.02  # right at a jump in depth
OWN_SURFACE = 1e-4  # of the size of the mesh: occluders nearer to a texel than this are its own surface


@dataclass(frozen=True)
class ProjectionOptions:
    """How texels are weighted."""

    exponent: float = 4.0  # of the cosine: higher prefers the view that faces a texel most
    min_cosine: float = 0.2  # seen at less (more than 78 degrees) counts as unseen
    feather: float = 12 / 1024  # width of the fade at jumps in depth, as a share of the picture
    priors: Sequence[float] | None = None  # one for each view; None: all 1


def project_texels(
    mesh: Mesh,
    cameras: Sequence[Camera],
    texture_size: int,
    image_size: int,
    options: ProjectionOptions | None = None,
    progress: Progress | None = None,
) -> ViewProjection:
    """What square pictures of `image_size` pixels from these cameras say about the texels of the mesh.

    Geometry only: it can be used again for any pictures of that size. The mesh must have UVs.
    """
    options, progress = options or ProjectionOptions(), progress or Progress()
    progress.stage("project", len(cameras) + 1)
    points = texel_points(mesh, texture_size)
    progress.step()
    views = []
    for camera, prior in zip(cameras, options.priors or [1.0] * len(cameras), strict=True):
        views.append(_project_one(mesh, points, camera, image_size, options, prior, progress))
        progress.step()
    return ViewProjection(texture_size, image_size, points.texels, tuple(views), options.exponent)


def _project_one(
    mesh: Mesh,
    points: TexelPoints,
    camera: Camera,
    image_size: int,
    options: ProjectionOptions,
    prior: float,
    progress: Progress,
) -> Samples:
    screen = view_screen(mesh, camera, image_size)
    fade = _smooth_step(edge_distance(screen, mesh) / max(1.0, options.feather * image_size)).reshape(-1)
    facing = _facing(mesh, screen)
    turned = np.flatnonzero((np.abs(facing) >= options.min_cosine)[points.faces])
    extent = float(np.ptp(mesh.bounds, axis=0).max())
    seen = []
    for start in range(0, len(turned), CHUNK_TEXELS):
        progress.check()
        texel = turned[start : start + CHUNK_TEXELS]
        kept, taps, pixel = _visible(screen, points, texel, extent)
        texel = texel[kept]
        cosine = np.abs(dot(points.normals[texel], camera.towards(points.positions[texel])))
        trust = prior * np.where(facing[points.faces[texel]] > 0, 1, FROM_BEHIND) * fade[pixel]
        trust = trust * _smooth_step((cosine - options.min_cosine) / GRAZING)
        # Near creases the smoothed normal may lean away from a view that the face itself looks at.
        cosine = np.maximum(cosine, options.min_cosine / 2)
        seen.append(Samples(texel.astype(np.int32), taps, cosine, trust.astype(np.float32)))
    return _joined(seen)


def _facing(mesh: Mesh, screen: Screen) -> Floats:
    """[F] cosine between each face and its viewer; 0 for faces that cannot be seen.

    The backs of faces count only where the picture shows them: in a closed mesh none is, and half of the
    work is saved.
    """
    middles = mesh.vertices[mesh.faces].mean(axis=1)
    cosine = dot(face_normals(mesh.vertices, mesh.faces), screen.camera.towards(middles))
    shown = np.zeros(len(cosine), bool)
    shown[screen.buffer.face_id[screen.buffer.face_id >= 0]] = True
    return np.where(screen.in_front & ((cosine > 0) | shown), cosine, 0).astype(np.float32)


def _visible(
    screen: Screen, points: TexelPoints, texel: npt.NDArray[np.int64], extent: float
) -> tuple[npt.NDArray[np.int64], Taps, npt.NDArray[np.int64]]:
    """Which of the texels are seen (numbers into `texel`), how they are read, and the pixel each is in."""
    places = screen.place(points.positions[texel])
    taps = bilinear_taps(places.x, places.y, screen.size)
    slopes = screen.slopes[points.faces[texel]]
    steepness = np.abs(slopes).sum(axis=1)
    apart = np.abs(_off_plane(screen, taps, places, slopes))
    weight = taps.weight * (apart < (PIXELS_APART * places.pixel + steepness)[:, None])
    total = weight.sum(axis=1)
    kept = np.flatnonzero(_inside(places, screen.size) & (total > LEAST_READ))
    sure = (apart[kept] < (SURE * (places.pixel + steepness))[kept, None]).all(axis=1)
    doubtful = kept[~sure]
    free = free_of_occluders(
        screen.corners[screen.in_front],
        np.stack([places.x, places.y, places.depth], axis=1)[doubtful],
        (OWN_SURFACE * extent * places.metre)[doubtful],
        screen.size,
    )
    kept = np.sort(np.concatenate([kept[sure], doubtful[free]]))
    pixel = np.floor(places.y[kept]).astype(np.int64) * screen.size + places.x[kept].astype(np.int64)
    return kept, Taps(taps.index[kept], weight[kept] / total[kept, None]), pixel


def _inside(places: Places, size: int) -> npt.NDArray[np.bool_]:
    x, y = places.x, places.y
    return (x >= 0) & (x < size) & (y >= 0) & (y < size) & (np.abs(places.depth) <= 1)


def _off_plane(screen: Screen, taps: Taps, places: Places, slopes: Doubles) -> Doubles:
    """[N, 4] how far behind each pixel's surface the texel's own plane is; infinite over background."""
    rows, columns = np.divmod(taps.index, screen.size)
    across, down = columns + 0.5 - places.x[:, None], rows + 0.5 - places.y[:, None]
    plane = places.depth[:, None] + across * slopes[:, :1] + down * slopes[:, 1:]
    return np.asarray(plane - screen.buffer.ndc_z.reshape(-1)[taps.index])


def _smooth_step(share: Floats) -> Floats:
    """From LEAST_TRUST at 0 to 1 at 1 and beyond."""
    t = np.clip(share, 0, 1)
    return np.asarray(LEAST_TRUST + (1 - LEAST_TRUST) * t * t * (3 - 2 * t), dtype=np.float32)


def _joined(parts: list[Samples]) -> Samples:
    if not parts:
        nothing = np.zeros(0, np.float32)
        empty = Taps(np.zeros((0, 4), np.int32), np.zeros((0, 4), np.float32))
        return Samples(np.zeros(0, np.int32), empty, nothing, nothing)
    taps = Taps(
        np.concatenate([part.taps.index for part in parts]),
        np.concatenate([part.taps.weight for part in parts]),
    )
    return Samples(
        np.concatenate([part.texel for part in parts]),
        taps,
        np.concatenate([part.cosine for part in parts]),
        np.concatenate([part.trust for part in parts]),
    )
