"""Pictures to texture: every texel is the weighted mean, or median, of what the views show of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.protocol import bad_input

from .color_matching import Correction, match_colors
from .view import Floats, Pictures, ViewProjection, split_alpha

MEDIAN_EXPONENT = 1.0  # a median needs several views with a say; a higher power leaves it to the nearest one
CHUNK_TEXELS = 1 << 18  # of the median, which holds all views of a texel at once


@dataclass(frozen=True)
class BakedViews:
    """A texture, and all that is needed to exchange one of its views."""

    texture: Floats  # [S, S, C], 0 where nothing is covered
    covered: npt.NDArray[np.bool_]  # [S, S] seen by a view
    weights: tuple[Floats, ...]  # of each view, [K] for its samples: cosine, trust and the picture's alpha
    corrections: tuple[Correction, ...]  # of each view's colours


def blend(
    projection: ViewProjection,
    images: Pictures,  # one for each view, 0..1; RGBA ones count by their alpha
    match_colours: bool = True,
    median: bool = False,
    exponent: float | None = None,
) -> BakedViews:
    """Bakes one picture for each view of the projection.

    With `match_colours` the views are first brought to one colour where they overlap. `median` takes the
    weighted median of each channel instead of the mean: what is right for metallic and roughness, which a
    highlight in one view must not shift. `exponent` replaces the projection's, or the median's.
    """
    colors, weights = read_views(projection, images, median, exponent)
    corrections = tuple(Correction.identity(colors[0].shape[1]) for _ in colors)
    if match_colours:
        corrections = match_colors(projection, colors, weights)
    values, total = bake_texels(projection, colors, weights, corrections, median)
    size = projection.texture_size
    texture = np.zeros((size * size, values.shape[1]), np.float32)
    texture[projection.texels] = values
    covered = np.zeros(size * size, bool)
    covered[projection.texels] = total > 0
    return BakedViews(
        texture.reshape(size, size, -1), covered.reshape(size, size), tuple(weights), corrections
    )


def read_views(
    projection: ViewProjection, images: Pictures, median: bool = False, exponent: float | None = None
) -> tuple[list[Floats], list[Floats]]:
    """What each view shows of its texels: colours [K, C] and weights [K], for a mean or a median."""
    colors, weights = [], []
    if exponent is None:
        exponent = MEDIAN_EXPONENT if median else projection.exponent
    for number, image in enumerate(images):
        if image.shape[:2] != (projection.image_size, projection.image_size):
            height, width = image.shape[:2]
            size = f"{projection.image_size} x {projection.image_size}"
            raise bad_input(f"the picture of view {number} is {width} x {height} pixels: scale it to {size}")
    for samples, color, alpha in zip(projection.views, *split_alpha(images), strict=True):
        weight = samples.weights(exponent)
        if alpha is None:
            colors.append(samples.taps.read(color))
        else:
            # Premultiplied, so that the colour under a picture's empty parts does not show.
            shown = samples.taps.read(np.concatenate([color * alpha, alpha], axis=1))
            colors.append(shown[:, :-1] / np.maximum(shown[:, -1:], np.float32(1e-6)))
            weight = weight * shown[:, -1]
        weights.append(weight)
    return colors, weights


def bake_texels(
    projection: ViewProjection,
    colors: Sequence[Floats],  # V times [K, C]
    weights: Sequence[Floats],  # V times [K]
    corrections: Sequence[Correction],
    median: bool,
) -> tuple[Floats, Floats]:
    """Values [T, C] of the projection's texels from what the views show, and total weights [T]."""
    corrected = [correction.apply(color) for correction, color in zip(corrections, colors, strict=True)]
    return (_median if median else _mean)(projection, corrected, weights)


def _mean(
    projection: ViewProjection, colors: Sequence[Floats], weights: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Values [T, C] and total weights [T]."""
    count = len(projection.texels)
    values = np.zeros((count, colors[0].shape[1]), np.float32)
    total = np.zeros(count, np.float32)
    for samples, color, weight in zip(projection.views, colors, weights, strict=True):
        values[samples.texel] += color * weight[:, None]
        total[samples.texel] += weight
    values /= np.maximum(total, np.float32(1e-12))[:, None]
    return values, total


def _median(
    projection: ViewProjection, colors: Sequence[Floats], weights: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Values [T, C] and total weights [T], some texels at a time."""
    count, channels = len(projection.texels), colors[0].shape[1]
    values, total = np.zeros((count, channels), np.float32), np.zeros(count, np.float32)
    for start in range(0, count, CHUNK_TEXELS):
        stop = min(start + CHUNK_TEXELS, count)
        shown = np.zeros((len(colors), stop - start, channels), np.float32)
        trusted = np.zeros((len(colors), stop - start), np.float32)
        for view, samples in enumerate(projection.views):
            part = slice(*np.searchsorted(samples.texel, [start, stop]))
            shown[view, samples.texel[part] - start] = colors[view][part]
            trusted[view, samples.texel[part] - start] = weights[view][part]
        total[start:stop] = trusted.sum(axis=0)
        for channel in range(channels):
            values[start:stop, channel] = weighted_median(shown[..., channel], trusted)
    return values, total


def weighted_median(values: Floats, weights: Floats) -> Floats:  # [V, N], [V, N] -> [N]
    """The value with half of the weight on either side; between two of them where the half falls so.

    Piecewise linear in the weights: the middles of the sorted values' shares are its knots, so it has no
    jumps from texel to texel as weights change. 0 where there is no weight.
    """
    order = np.argsort(values, axis=0)
    values, weights = np.take_along_axis(values, order, 0), np.take_along_axis(weights, order, 0)
    # Values without weight must be no knots: they take the place of the heavier neighbour below.
    middles = np.cumsum(weights, axis=0) - weights / 2
    half = weights.sum(axis=0) / 2
    has_weight = weights > 0
    below = has_weight & (middles <= half)
    above = has_weight & (middles > half)
    views = len(values)
    last_below = views - 1 - np.argmax(below[::-1], axis=0)
    first_above = np.argmax(above, axis=0)
    last_below = np.where(below.any(axis=0), last_below, first_above)
    first_above = np.where(above.any(axis=0), first_above, last_below)
    column = np.arange(values.shape[1])
    low, high = values[last_below, column], values[first_above, column]
    start, end = middles[last_below, column], middles[first_above, column]
    span = end - start
    share = np.divide(half - start, span, out=np.zeros_like(half), where=span > 0)
    result = low + (high - low) * np.clip(share, 0, 1)
    return np.where(half > 0, result, 0).astype(np.float32)
