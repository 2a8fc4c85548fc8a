"""Cameras for a part of a surface: those that see most of it, each as close as leaves it some context."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.assets import Mesh
from maquette.painting.progress import within
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.render.cameras import Camera
from maquette.texture.views import ViewProjection, orbit, project_texels
from maquette.texture.views.texel_points import texel_points

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

DIRECTIONS: Final = (
    *((30.0 * step, elevation) for elevation in (0.0, 40.0, -40.0) for step in range(12)),
    (0.0, 90.0),
    (0.0, -90.0),
)
SIZE: Final = 256  # texels and pixels of what decides
LEAST_GAIN: Final = 0.01  # of the part: a further view must see so much of it that much better
CONTEXT: Final = 1.6  # of the part's extent in a picture
CLOSEST: Final = 1 / 8  # of the whole object: nearer, nobody can tell what it is


def frame_region(mesh: Mesh, region: Bools, most: int, progress: Progress) -> list[Camera]:
    """At most so many orthographic cameras for the texels [S, S] of a region.

    Raises bad_input where none of it can be seen from outside.
    """
    cameras = orbit(mesh, DIRECTIONS)
    projection = project_texels(mesh, cameras, SIZE, SIZE, progress=within(progress))
    share = Image.fromarray(region.astype(np.float32)).resize((SIZE, SIZE), Image.Resampling.BOX)
    inside = (np.asarray(share) > 0).reshape(-1)[projection.texels]
    chosen = _choose(projection, inside, most)
    if not chosen:
        raise bad_input("the part that may change cannot be seen from outside: choose another mask")
    points = texel_points(mesh, SIZE).positions
    framed = []
    for number in chosen:
        texel = projection.views[number].texel
        framed.append(closer(cameras[number], points[texel[inside[texel]]]))
    return framed


def closer(camera: Camera, points: Floats) -> Camera:  # points [N, 3]
    """The same orthographic camera moved aside and narrowed to the points and what is around them."""
    axes = camera.camera_to_world[:3, :3]
    flat = ((points - camera.position) @ axes)[:, :2]
    low, high = flat.min(axis=0), flat.max(axis=0)
    whole = 1 / float(camera.projection[0, 0])
    half = float(np.clip(CONTEXT * (high - low).max() / 2, CLOSEST * whole, whole))
    if half == whole:
        return camera
    pose, projection = camera.camera_to_world.copy(), camera.projection.copy()
    pose[:3, 3] += axes[:, :2] @ ((low + high) / 2)
    projection[0, 0] = projection[1, 1] = 1 / half
    return Camera(pose, projection)


def _choose(projection: ViewProjection, inside: Bools, most: int) -> list[int]:
    """Views, each the one that sees most of what those before do not see, or see at a slant."""
    values = np.zeros((len(projection.views), len(inside)), np.float32)
    for row, samples in zip(values, projection.views, strict=True):
        row[samples.texel] = samples.cosine * np.minimum(samples.trust, 1)
    values = values[:, inside]
    best = np.zeros(values.shape[1], np.float32)
    chosen: list[int] = []
    while len(chosen) < most:
        gains = np.maximum(values - best, 0).mean(axis=1)
        number = int(gains.argmax())
        if gains[number] < LEAST_GAIN:
            break
        chosen.append(number)
        best = np.maximum(best, values[number])
    return chosen
