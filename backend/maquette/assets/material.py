"""Metallic-roughness PBR material as in glTF 2.0, as maps in memory."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from maquette.protocol import bad_input

Bytes = npt.NDArray[np.uint8]
AlphaMode = Literal["OPAQUE", "MASK", "BLEND"]


@dataclass(frozen=True)
class Material:
    """Square maps of one size; row 0 is the top of the picture (v = 1)."""

    base_color: Bytes  # [S, S, 3 or 4] uint8, sRGB; alpha in the fourth channel
    orm: Bytes  # [S, S, 3] uint8, linear: R occlusion, G roughness, B metallic
    normal: Bytes  # [S, S, 3] uint8, linear, tangent space, OpenGL (+Y)
    emissive: Bytes | None = None  # [S, S, 3] uint8, sRGB
    alpha_mode: AlphaMode = "OPAQUE"
    name: str = "material"


def read_alpha_mode(text: object) -> AlphaMode:
    """One of the three modes of untrusted text; raises bad_input for anything else."""
    for mode in get_args(AlphaMode):
        if text == mode:
            return cast(AlphaMode, mode)
    modes = ", ".join(get_args(AlphaMode))
    raise bad_input(f"alpha mode {str(text)[:40]!r} is none of {modes}: export the material again")
