"""Pictures of fields from random sides in random light, by sphere tracing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from maquette.assets.color import srgb_to_linear
from maquette.render.cameras import Camera, direction_from, look_at, perspective
from maquette.render.environment import Environment
from maquette.render.split_sum import reflect
from maquette.render.surface import Surface
from maquette.render.tone import to_bytes, tone_map

from .build import Field
from .light import environments
from .samples import gradient

VIEWS: Final = 4
SIZE: Final = 64
STEPS: Final = 28
FARTHEST: Final = 0.06  # of the cube: the longest step near the surface
ARRIVED: Final = 1.5e-3  # of the cube
GRAZED: Final = 8e-3  # what is still on its way after all steps and that near counts as arrived
COARSE_ERROR: Final = 0.012  # of distances between the grid's cells
CLOSE: Final = 0.008  # below it the field itself is asked
MARGIN: Final = 0.5  # half the side of the cube that rays are followed through
AZIMUTH_DEG: Final = (-180.0, 180.0)
ELEVATION_DEG: Final = (-12.0, 55.0)
FOV_DEG: Final = (20.0, 50.0)
OPENNESS: Final = (0.04, 0.12)  # ways along the normal at which occlusion is looked up

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """Where a picture is taken from and what light it is taken in."""

    azimuth_deg: float  # 0 sees the front
    elevation_deg: float
    fov_deg: float
    fill: float  # the object's bounding sphere's share of the picture's height
    light: int  # of `environments`
    light_turn_deg: float  # about the vertical
    exposure: float

    def camera(self, radius: float) -> Camera:
        """The camera for an object whose bounding sphere has this radius."""
        half = np.radians(self.fov_deg) / 2
        distance = radius / np.sin(np.arctan(np.tan(half) * self.fill))
        eye = distance * direction_from(self.azimuth_deg, self.elevation_deg)
        return Camera(look_at(eye, np.zeros(3)), perspective(self.fov_deg, distance - 1, distance + 1))


@dataclass(frozen=True)
class Seen:
    """Points that a view sees."""

    points: Floats  # [N, 3]
    normal: Floats  # [N, 3] unit
    look: Floats  # [N, 5] sRGB, metallic, roughness
    openness: Floats  # [N]


def random_view(rng: np.random.Generator) -> View:
    """Half of the views are from the front, up to sixty degrees aside, as people take pictures."""
    frontal = rng.random() < 0.5
    azimuth = rng.uniform(-60, 60) if frontal else rng.uniform(*AZIMUTH_DEG)
    return View(
        float(azimuth),
        float(rng.uniform(*ELEVATION_DEG)),
        float(rng.uniform(*FOV_DEG)),
        float(rng.uniform(0.85, 1.15)),
        int(rng.integers(len(environments()))),
        float(rng.choice((0.0, rng.uniform(-180, 180)))),
        float(rng.uniform(0.75, 1.25)),
    )


def render(
    field: Field,
    grid: npt.NDArray[np.float16],  # [R, R, R] the field at cell centres, for large steps
    views: Sequence[View],
    size: int = SIZE,
) -> npt.NDArray[np.uint8]:  # [V, S, S, 4] sRGB, straight
    """The field as the views show it; alpha is 0 or 255."""
    rays = [view.camera(field.radius).rays(size, size) for view in views]
    origin = np.concatenate([starts.reshape(-1, 3) for starts, _ in rays]).astype(np.float32)
    ray = np.concatenate([directions.reshape(-1, 3) for _, directions in rays]).astype(np.float32)
    hit, points = _trace(field, grid, origin, ray)
    pictures = np.zeros((len(ray), 4), np.uint8)
    normal, look, openness = _surface(field, points)
    of_view = hit // (size * size)
    for i, view in enumerate(views):
        rows = np.flatnonzero(of_view == i)
        if len(rows):
            seen = Seen(points[rows], normal[rows], look[rows], openness[rows])
            pictures[hit[rows], :3] = to_bytes(tone_map(_shade(seen, -ray[hit[rows]], view)))
    pictures[hit, 3] = 255
    return pictures.reshape(len(views), size, size, 4)


def _trace(
    field: Field, grid: npt.NDArray[np.float16], origin: Floats, ray: Floats
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Rows [H] of the rays that hit the surface and the points [H, 3] where they do."""
    first, last = _through_cube(origin, ray)
    rows = np.flatnonzero(last > first)
    t = first.copy()
    hit = np.zeros(len(ray), bool)
    coarse = grid.astype(np.float32)
    distance = np.empty(0, np.float32)
    for _ in range(STEPS):
        if not len(rows):
            break
        points = origin[rows] + t[rows, None] * ray[rows]
        distance = _interpolated(coarse, points) - np.float32(COARSE_ERROR)
        close = np.flatnonzero(distance < CLOSE)
        exact = field.distance(np.asfortranarray(points[close]), limit=FARTHEST)
        distance[close] = np.float32(0.95) * exact
        t[rows] += distance
        arrived = np.zeros(len(rows), bool)
        arrived[close] = exact < ARRIVED
        hit[rows[arrived]] = True
        under_way = ~arrived & (t[rows] < last[rows])
        rows, distance = rows[under_way], distance[under_way]
    hit[rows[distance < GRAZED]] = True
    found = np.flatnonzero(hit)
    return found, origin[found] + t[found, None] * ray[found]


def _interpolated(grid: Floats, points: Floats) -> Floats:
    """The grid between its cell centres, [N]."""
    place = (points.T + np.float32(0.5)) * np.float32(len(grid)) - np.float32(0.5)
    return np.asarray(map_coordinates(grid, place, order=1, mode="nearest"), np.float32)


def _through_cube(origin: Floats, ray: Floats) -> tuple[Floats, Floats]:
    """Where rays enter and leave the cube; they miss it where the second is not beyond the first."""
    inverse = 1 / np.where(np.abs(ray) < 1e-6, np.float32(1e-6), ray)
    near, far = (-MARGIN - origin) * inverse, (MARGIN - origin) * inverse
    first = np.maximum(np.minimum(near, far).max(axis=1), 0)
    return first.astype(np.float32), np.maximum(near, far).min(axis=1).astype(np.float32)


def _surface(field: Field, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Normals [N, 3], looks [N, 5] and openness [N] of points on the surface."""
    normal = gradient(field, points)
    look = field.palette[field.both(np.asfortranarray(points), limit=0.1)[1]]
    openness = np.ones(len(points), np.float32)
    for way in OPENNESS:
        ahead = field.distance(np.asfortranarray(points + np.float32(way) * normal), limit=2 * way)
        openness *= np.clip(0.25 + 0.75 * ahead / way, 0.25, 1).astype(np.float32)
    return normal, look, openness


def _shade(seen: Seen, to_viewer: Floats, view: View) -> Floats:  # [N, 3] linear
    turn = _turn(view.light_turn_deg)
    surface = Surface(
        seen.points,
        seen.normal @ turn,
        srgb_to_linear(seen.look[:, :3]),
        np.ones(len(seen.points), np.float32),
        seen.openness,
        seen.look[:, 4],
        seen.look[:, 3],
        None,
        np.ones(len(seen.points), bool),
    )
    environment: Environment = environments()[view.light]
    return np.asarray(reflect(surface, to_viewer @ turn, environment) * np.float32(view.exposure), np.float32)


def _turn(degrees: float) -> Floats:  # [3, 3] about the vertical
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)
