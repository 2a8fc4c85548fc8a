"""Metallic-roughness PBR material as in glTF 2.0, as maps in memory."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Material:
    """Square maps of one size; row 0 is the top of the picture (v = 1)."""

    base_color: Bytes  # [S, S, 3 or 4] uint8, sRGB; alpha in the fourth channel
    orm: Bytes  # [S, S, 3] uint8, linear: R occlusion, G roughness, B metallic
    normal: Bytes  # [S, S, 3] uint8, linear, tangent space, OpenGL (+Y)
    emissive: Bytes | None = None  # [S, S, 3] uint8, sRGB
    alpha_mode: Literal["OPAQUE", "MASK", "BLEND"] = "OPAQUE"
    name: str = "material"
