"""How much a texture differs between the two sides of its UV seams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.texture.views.seams import SharedEdges, edge_places, layout
from maquette.texture.views.view import bilinear_taps

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

INWARD = 0.5  # texels from the edge at which both sides are read


@dataclass(frozen=True)
class SeamError:
    """Mean differences of the colours, 0..1, at two places on both sides of edges, a texel apart."""

    seam: float  # at UV seams
    interior: float  # inside charts: what the texture's own detail makes of it

    @property
    def excess(self) -> float:
        """What the seams add: near 0 where they cannot be seen."""
        return self.seam - self.interior


def seam_error(mesh: Mesh, texture: Floats) -> SeamError:  # [S, S, C]
    """Read bilinearly, as viewers do, so that missing gutters count. 0 where there is no such edge."""
    parts = layout(mesh)
    return SeamError(_difference(mesh, texture, parts.seams), _difference(mesh, texture, parts.joints))


def _difference(mesh: Mesh, texture: Floats, edges: SharedEdges) -> float:
    if len(edges.first) == 0:
        return 0.0
    places = edge_places(mesh, edges, len(texture))
    one = _read(texture, places.first + INWARD * places.first_inward)
    other = _read(texture, places.second + INWARD * places.second_inward)
    return float(np.abs(one - other).mean())


def _read(texture: Floats, places: Doubles) -> Floats:  # [N, 2] texels -> [N, C]
    flat = texture.reshape(-1, texture.shape[2])
    return bilinear_taps(places[:, 0], places[:, 1], len(texture)).read(flat)
