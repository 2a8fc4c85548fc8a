"""Brings views to one colour: a gain and an offset for each channel of each view, by least squares.

As gains in panoramas (Brown and Lowe, "Automatic Panoramic Image Stitching using Invariant Features",
2007), with offsets, and robust against texels where views show different things. It works on the values
as they are; for sRGB pictures a change of exposure or white balance is nearly a gain of the coded values
too, and errors count as they are seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .view import Floats, ViewProjection

Doubles = npt.NDArray[np.float64]

SAMPLED = 20_000  # texels that several views see
GAIN_SPREAD, OFFSET_SPREAD = 0.15, 0.08  # expected of the corrections: strong ones need strong evidence
NOISE = 0.1  # expected difference of matched views at a texel
EVIDENCE = 300.0  # texels that count as independent, however many are sampled
ROUNDS = 4  # of reweighting


@dataclass(frozen=True)
class Correction:
    """color * gain + offset."""

    gain: Floats  # [C]
    offset: Floats  # [C]

    @classmethod
    def identity(cls, channels: int) -> "Correction":
        return cls(np.ones(channels, np.float32), np.zeros(channels, np.float32))

    def apply(self, color: Floats) -> Floats:  # [N, C] -> [N, C]
        if (self.gain == 1).all() and (self.offset == 0).all():
            return color
        return np.asarray(np.clip(color * self.gain + self.offset, 0, 1))


def match_colors(
    projection: ViewProjection,
    colors: Sequence[Floats],  # V times [K, C], what each view shows of its texels
    weights: Sequence[Floats],  # V times [K]
    fixed: Sequence[Correction | None] | None = None,
) -> tuple[Correction, ...]:
    """One correction for each view; views that are `fixed` keep theirs and the others come to them."""
    fixed = fixed or [None] * len(colors)
    shown, trusted = _overlaps(projection, colors, weights)
    channels = colors[0].shape[1]
    every = [_solve(shown[..., channel], trusted, fixed, channel) for channel in range(channels)]
    solved = np.stack(every).astype(np.float32)  # [C, V, 2]
    return tuple(
        Correction(solved[:, view, 0], solved[:, view, 1]) if known is None else known
        for view, known in enumerate(fixed)
    )


def _overlaps(
    projection: ViewProjection, colors: Sequence[Floats], weights: Sequence[Floats]
) -> tuple[Doubles, Doubles]:
    """Some texels that at least two views see: colours [V, N, C] and weights [V, N], 0 where unseen."""
    seen = np.zeros(len(projection.texels), np.int32)
    for samples, weight in zip(projection.views, weights, strict=True):
        seen[samples.texel[weight > 0]] += 1
    shared = np.flatnonzero(seen >= 2)
    chosen = shared[:: max(1, len(shared) // SAMPLED)]
    number = np.full(len(projection.texels), -1, np.int64)
    number[chosen] = np.arange(len(chosen))
    shown = np.zeros((len(colors), len(chosen), colors[0].shape[1]))
    trusted = np.zeros((len(colors), len(chosen)))
    for view, samples in enumerate(projection.views):
        at = number[samples.texel]
        hit = at >= 0
        shown[view, at[hit]] = colors[view][hit]
        trusted[view, at[hit]] = weights[view][hit]
    return shown, trusted


def _solve(
    shown: Doubles,  # [V, N] one channel
    trusted: Doubles,  # [V, N]
    fixed: Sequence[Correction | None],
    channel: int,
) -> Doubles:  # [V, 2] gain and offset
    """Least squares over all pairs of views, reweighted (Geman and McClure) so that outliers do not pull.

    Gains that go to 0 would match views perfectly; the prior around 1 stands against that.
    """
    views = len(shown)
    first, second = np.triu_indices(views, 1)
    solution = np.tile([1.0, 0.0], (views, 1))
    prior = np.tile([GAIN_SPREAD**-2, OFFSET_SPREAD**-2], views)
    start = solution.copy()
    for view, known in enumerate(fixed):
        if known is not None:
            start[view] = known.gain[channel], known.offset[channel]
            prior[2 * view : 2 * view + 2] = 1e12
    solution = start.copy()
    overlap = np.sqrt(trusted[first] * trusted[second])  # [P, N]
    for _ in range(ROUNDS):
        matched = shown * solution[:, :1] + solution[:, 1:]
        residual = matched[first] - matched[second]
        weight = overlap / (1 + (residual / NOISE) ** 2) ** 2
        matrix = _normal_matrix(shown, weight, first, second)
        matrix *= EVIDENCE / max(float(overlap.sum()), 1e-12) / NOISE**2
        right = prior * start.reshape(-1)
        solution = np.linalg.solve(matrix + np.diag(prior), right).reshape(-1, 2)
    return solution


def _normal_matrix(
    shown: Doubles, weight: Doubles, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
) -> Doubles:  # [2V, 2V]
    """Of the sum over pairs (u, v) of weight (g_u c_u + o_u - g_v c_v - o_v)^2."""
    views = len(shown)
    matrix = np.zeros((views, 2, views, 2))
    rows = np.stack([shown, np.ones_like(shown)], axis=1)  # [V, 2, N]
    for u, v, w in zip(first, second, weight, strict=True):
        if not w.any():
            continue
        one, other = rows[u] * w, rows[v] * w
        matrix[u, :, u] += one @ rows[u].T
        matrix[v, :, v] += other @ rows[v].T
        cross = one @ rows[v].T
        matrix[u, :, v] -= cross
        matrix[v, :, u] -= cross.T
    return matrix.reshape(2 * views, 2 * views)
