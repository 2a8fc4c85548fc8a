"""Shading by surroundings on any device; see `render.split_sum` and `render.environment`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from maquette.render.brdf import _STEPS, _brdf_table
from maquette.render.environment import _ROUGHNESS, _ROWS, Environment
from maquette.render.tone import _DESATURATION, _F90, _START

_DIELECTRIC: Final = 0.04


@dataclass(frozen=True)
class Lights:
    """Surroundings, one behind the other."""

    white: Tensor  # [E, 9, 3]
    texels: Tensor  # [E, T, 3]
    table: Tensor  # [_STEPS^2, 2] of the mirror lobe


def lights(environments: Sequence[Environment], device: torch.device) -> Lights:
    """The environments as tensors."""
    white = np.stack([e.white for e in environments])
    texels = np.stack([e.texels for e in environments])
    arrays = (white, texels, _brdf_table())
    return Lights(*(torch.from_numpy(np.ascontiguousarray(a)).to(device) for a in arrays))


def reflect(
    around: Lights,
    of: Tensor,  # [N] long, which surroundings
    normal: Tensor,  # [N, 3] unit
    to_viewer: Tensor,  # [N, 3] unit
    look: Tensor,  # [N, 5] linear RGB, metallic, roughness
    openness: Tensor,  # [N]
) -> Tensor:  # [N, 3] radiance towards the viewer
    """As `split_sum.reflect`."""
    base, metallic, roughness = look[:, :3], look[:, 3:4], look[:, 4]
    facing = (normal * to_viewer).sum(1).clamp(0, 1)
    scale, offset = _lobe(around.table, roughness, facing)
    head_on = _DIELECTRIC + (base - _DIELECTRIC) * metallic
    mirrored = (head_on * scale + offset) * (1 + head_on * (1 / (scale + offset) - 1))
    direction = 2 * facing[:, None] * normal - to_viewer
    hidden = ((facing + openness) ** torch.exp2(-16 * roughness - 1) - 1 + openness).clamp(0, 1)
    mirror = mirrored * _blurred(around, of, direction, roughness) * hidden[:, None]
    white = torch.einsum("nk,nkc->nc", _harmonics(normal), around.white[of]).clamp_min(0)
    return mirror + base * (1 - metallic) * (1 - mirrored) * white * openness[:, None]


def tone_map(radiance: Tensor) -> Tensor:  # [..., 3] linear to sRGB, 0 to 1
    """As `tone.tone_map`, and the display's curve."""
    f90, start, desaturation = float(_F90), float(_START), float(_DESATURATION)
    least = radiance.amin(-1, keepdim=True)
    color = radiance - torch.where(least < 0.08, least - 6.25 * least * least, f90)
    peak = color.amax(-1, keepdim=True)
    room, capped = 1 - start, peak.clamp_min(start)
    new_peak = 1 - room * room / (capped + room - start)
    squeezed = color * (new_peak / capped)
    grey = 1 - 1 / (desaturation * (capped - new_peak) + 1)
    linear = torch.where(peak < start, color, squeezed + (new_peak - squeezed) * grey).clamp(0, 1)
    return torch.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    )


def to_linear(srgb: Tensor) -> Tensor:
    """The display's curve undone."""
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _lobe(table: Tensor, roughness: Tensor, facing: Tensor) -> tuple[Tensor, Tensor]:  # [N, 1] twice
    row, below = _place(roughness)
    column, right = _place(facing.sqrt())
    start = row * _STEPS + column
    upper = table[start] + (table[start + 1] - table[start]) * right
    lower = table[start + _STEPS] + (table[start + _STEPS + 1] - table[start + _STEPS]) * right
    both = upper + (lower - upper) * below
    return both[:, :1], both[:, 1:]


def _place(x: Tensor) -> tuple[Tensor, Tensor]:
    place = x.clamp(0, 1) * (_STEPS - 1)
    step = place.long().clamp_max(_STEPS - 2)
    return step, (place - step)[:, None]


def _harmonics(n: Tensor) -> Tensor:  # [N, 3] unit -> [N, 9]
    x, y, z = n.unbind(1)
    terms = [torch.ones_like(x), y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y]
    scales = np.sqrt(np.array([1, 3, 3, 3, 15, 15, 1.25, 15, 3.75]) / (4 * np.pi))
    return torch.stack(terms, 1) * torch.tensor(scales, dtype=n.dtype, device=n.device)


def _blurred(around: Lights, of: Tensor, direction: Tensor, roughness: Tensor) -> Tensor:  # [N, 3]
    """Radiance from around the directions, averaged over the lobe."""
    place = roughness.clamp(0, 1) * (len(_ROUGHNESS) - 1)  # the levels are evenly spaced
    level = place.long().clamp_max(len(_ROUGHNESS) - 2)
    sharper, softer = _look(around, of, direction, level), _look(around, of, direction, level + 1)
    return sharper + (softer - sharper) * (place - level)[:, None]


def _look(around: Lights, of: Tensor, direction: Tensor, level: Tensor) -> Tensor:
    """Bilinear in one level for each direction."""
    sizes = torch.tensor(_ROWS, device=level.device)
    starts = torch.tensor(np.cumsum([0, *(2 * np.square(_ROWS[:-1]))]), device=level.device)
    rows, start = sizes[level], starts[level]
    x = torch.atan2(direction[:, 1], direction[:, 0]) * rows / torch.pi - 0.5
    y = direction[:, 2].clamp(-1, 1).arccos() * rows / torch.pi - 0.5
    left, top = x.floor().long(), torch.minimum(y.clamp_min(0), rows.to(y)).floor().long()
    across, down = (x - left)[:, None], (y - top).clamp(0, 1)[:, None]
    upper = start + torch.minimum(top, rows - 1) * 2 * rows
    lower = start + torch.minimum(top + 1, rows - 1) * 2 * rows
    near, far = left % (2 * rows), (left + 1) % (2 * rows)
    above = around.texels[of, upper + near] * (1 - across) + around.texels[of, upper + far] * across
    below = around.texels[of, lower + near] * (1 - across) + around.texels[of, lower + far] * across
    return above + (below - above) * down
