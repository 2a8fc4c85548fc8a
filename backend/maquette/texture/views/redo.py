"""Exchanges one view of a bake: only the texels that it sees change."""

from dataclasses import replace

import numpy as np

from .blending import BakedViews, bake_texels, read_views
from .color_matching import match_colors
from .view import Floats, Indices, Pictures, Samples, Taps, ViewProjection


def redo_view(
    projection: ViewProjection,
    baked: BakedViews,  # what `blend` made of `images`
    images: Pictures,  # of all views, as they were blended
    view: int,
    image: Floats,  # [H, H, C] the new picture of that view
    match_colours: bool = True,
    median: bool = False,
    exponent: float | None = None,
) -> BakedViews:
    """The bake with one picture replaced; all texels that this view does not see keep their bits.

    The other views keep their colours as they were matched, and with `match_colours` the new picture comes
    to theirs. `median` and `exponent` as in `blend`.
    """
    touched = projection.views[view].texel
    part = _restricted(projection, touched)
    pictures = [image if number == view else old for number, old in enumerate(images)]
    colors, weights = read_views(part, pictures, median, exponent)
    kept = [None if number == view and match_colours else old for number, old in enumerate(baked.corrections)]
    corrections = match_colors(part, colors, weights, kept)
    values, total = bake_texels(part, colors, weights, corrections, median)
    channels = baked.texture.shape[2]
    texture, covered = baked.texture.copy(), baked.covered.copy()
    texture.reshape(-1, channels)[part.texels] = values
    covered.reshape(-1)[part.texels] = total > 0
    every = [weights[view] if number == view else old for number, old in enumerate(baked.weights)]
    return BakedViews(texture, covered, tuple(every), corrections)


def _restricted(projection: ViewProjection, texels: Indices) -> ViewProjection:
    """The projection of some of its texels only."""
    rank = np.full(len(projection.texels), -1, np.int32)
    rank[texels] = np.arange(len(texels), dtype=np.int32)
    views = []
    for samples in projection.views:
        number = rank[samples.texel]
        kept = number >= 0
        taps = Taps(samples.taps.index[kept], samples.taps.weight[kept])
        views.append(Samples(number[kept], taps, samples.cosine[kept], samples.trust[kept]))
    return replace(projection, texels=projection.texels[texels], views=tuple(views))
