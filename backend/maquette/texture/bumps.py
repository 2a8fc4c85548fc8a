"""Normals of a surface with bumps: differentiates heights in texture space and puts normals into tangent
space.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.geometry.field import normalized

from .uv_raster import Neighbours, SurfacePoints

STEEPEST_BUMP = 1.0  # rise over run
SAME_SIDE_COSINE = 0.7  # no slope is taken between texels whose normals differ by more
FLATTEST = 0.05  # z of a tangent-space normal at least, so that it never points below the surface


def bump_normals(
    height: Floats,  # [K] metres
    normals: Floats,  # [K, 3] unit, of the surface without bumps
    right: Floats,  # [K, 3] metres to the next column
    up: Floats,  # [K, 3] metres to the next row above
    neighbours: Neighbours,
) -> Floats:
    """[K, 3] unit normals of the surface raised by `height` (Blinn 1978, "Simulation of Wrinkled
    Surfaces").
    """
    slope_right = _slope(height, normals, neighbours.right, neighbours.left)
    slope_up = _slope(height, normals, neighbours.above, neighbours.below)
    gradient = _surface_gradient(slope_right, slope_up, right, up)
    gradient -= normals * _dot(gradient, normals)[:, None]
    steepness = np.sqrt(_dot(gradient, gradient))
    gradient *= np.minimum(1, STEEPEST_BUMP / np.maximum(steepness, 1e-20))[:, None]
    return normalized(normals - gradient)


def to_tangent_space(normals: Floats, frame: SurfacePoints) -> Floats:
    """[K, 3] coefficients that a viewer's interpolated frame turns back into `normals` [K, 3].

    As in MikkTSpace, tangent and normal are interpolated, not made unit vectors, and the bitangent is their
    cross product times the sign; that frame is skewed, so that the coefficients take an inverse and not a
    transpose.
    """
    tangent, normal, handed = frame.tangents[:, :3], frame.normals, frame.tangents[:, 3]
    along, out = _dot(normals, tangent), _dot(normals, normal)
    skew, length, height = _dot(normal, tangent), _dot(tangent, tangent), _dot(normal, normal)
    # the rows of the inverse, but for the determinant: (n x t) x n = t (n n) - n (n t), and so on
    x = along * height - out * skew
    y = _dot(normals, np.cross(normal, tangent)) * handed
    z = out * length - along * skew
    coefficients = normalized(np.stack([x, y, z], axis=1))
    coefficients[:, 2] = np.maximum(coefficients[:, 2], FLATTEST)
    return normalized(coefficients)


def _slope(
    height: Floats, normals: Floats, ahead: npt.NDArray[np.int64], behind: npt.NDArray[np.int64]
) -> Floats:
    """[K] height difference per texel, central where both neighbours are on the same side of all creases."""
    leads = (ahead >= 0) & (_dot(normals[ahead], normals) > SAME_SIDE_COSINE)  # to the next one
    follows = (behind >= 0) & leads[behind]
    rise = np.where(leads, height[ahead] - height, 0)
    slope: Floats = rise + np.where(follows, rise[behind], 0)
    slope[leads & follows] *= np.float32(0.5)
    return slope


def _surface_gradient(slope_right: Floats, slope_up: Floats, right: Floats, up: Floats) -> Floats:
    """[K, 3] the vector g in the plane of right and up with g . right and g . up as given."""
    rr, ru, uu = _dot(right, right), _dot(right, up), _dot(up, up)
    inverse = 1 / np.maximum(rr * uu - ru * ru, 1e-30)
    along_right = (slope_right * uu - slope_up * ru) * inverse
    along_up = (slope_up * rr - slope_right * ru) * inverse
    gradient: Floats = right * along_right[:, None] + up * along_up[:, None]
    return gradient


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum("ki,ki->k", a, b)
    return product
