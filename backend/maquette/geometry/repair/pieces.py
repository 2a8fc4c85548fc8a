"""Which of a mesh's connected pieces are kept."""

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import compact, face_components

from .clean import face_areas, signed_volumes

MOST_FLOATERS = 0.05  # of the whole area


def drop_floaters(vertices: Floats, faces: Ints, area_share: float) -> tuple[Floats, Ints]:
    """Drops the connected pieces with less than `area_share` of the area of the largest one.

    Where they are a good part of the surface they all stay: leaves and strands of hair are no dirt.
    """
    pieces = face_components(faces)
    areas = np.bincount(pieces, face_areas(vertices, faces))
    kept = areas >= min(area_share, 1) * areas.max(initial=0)
    if areas[~kept].sum() > MOST_FLOATERS * areas.sum():
        return vertices, faces
    return compact(vertices, faces[kept[pieces]])


def drop_small(vertices: Floats, faces: Ints, area_share: float, volume_share: float) -> tuple[Floats, Ints]:
    """Drops crumbs and pockets of a closed mesh wound outward; the largest piece always stays.

    A crumb has less than `area_share` of the area. A pocket bounds a closed hollow of less than
    `volume_share` of the volume, and so is wound inward. Pockets lie where parts nearly touch, cannot be
    seen, and would take triangles and texels. A hollow with an opening is part of the outer surface and
    stays, as does a wide closed one.
    """
    pieces = face_components(faces)
    if int(pieces.max(initial=0)) == 0:
        return vertices, faces
    areas = np.bincount(pieces, face_areas(vertices, faces))
    volumes = np.bincount(pieces, signed_volumes(vertices, faces))
    kept = areas >= min(area_share * areas.sum(), areas.max(initial=0))
    kept &= (volumes >= 0) | (volumes <= -volume_share * volumes.sum())
    return compact(vertices, faces[kept[pieces]])
