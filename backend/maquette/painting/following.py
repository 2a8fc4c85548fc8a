"""The other maps follow the base colour: larger where it is larger, and with its new detail as relief."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from maquette.assets import Material, Mesh
from maquette.texture.enlarge import enlarge, enlarge_guided
from maquette.texture.gutter import fill
from maquette.texture.masking import THRESHOLD
from maquette.texture.normal_detail import detail_normals
from maquette.texture.target import padding_of
from maquette.texture.uv_raster import rasterize_uv

from .maps import add_relief

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)


def enlarge_material(mesh: Mesh, worn: Material, size: int) -> Material:
    """All maps at a larger size, bicubic; the very same for their own size.

    Charts are widened first, so that what lies between them does not bleed onto them.
    """
    if len(worn.base_color) == size:
        return worn
    covered = on_mesh(mesh, len(worn.base_color))

    def grown(image: Bytes) -> Bytes:
        return _bytes(enlarge(_widened(_floats(image), covered), size))

    emissive = None if worn.emissive is None else grown(worn.emissive)
    normal = _bytes(_unit_normals(enlarge(_widened(_floats(worn.normal), covered), size)))
    return Material(grown(worn.base_color), grown(worn.orm), normal, emissive, worn.alpha_mode, worn.name)


def follow(
    mesh: Mesh,
    worn: Material,  # as the mesh wears it
    plain: Material,  # as `enlarge_material` made it
    color: Floats,  # [S, S, 3] the new base colour, 0..1
    detail: float,  # strength of the relief of what is new
    mask: Bytes | None,  # [S, S] above THRESHOLD may change
) -> Material:
    """The new material. Texels beside this mesh's charts, farther than their gutter, stay as in `plain`: they
    may be another mesh's. Texels that the mask protects stay so too. Alpha and emission are as in `plain`.
    """
    size = len(color)
    covered = on_mesh(mesh, size)
    orm = plain.orm if plain is worn else _following_orm(mesh, worn, color)
    old = _floats(plain.base_color[..., :3])
    normal = plain.normal
    if detail > 0:
        relief = detail_normals(mesh, color - old, detail)
        normal = _bytes(add_relief(_floats(plain.normal), relief))
    padding = padding_of(size)
    near = distance_transform_edt(~covered) <= padding
    changes = near if mask is None else near & (mask > THRESHOLD)
    painted, orm, normal = fill([_bytes(color), orm, normal], covered, padding)

    def mixed(new: Bytes, old: Bytes) -> Bytes:
        result: Bytes = np.where(changes[..., None], new, old)
        return result

    base_color = plain.base_color.copy()
    base_color[..., :3] = mixed(painted, plain.base_color[..., :3])
    return Material(
        base_color,
        plain.orm if plain is worn else mixed(orm, plain.orm),
        plain.normal if detail == 0 else mixed(normal, plain.normal),
        plain.emissive,
        plain.alpha_mode,
        plain.name,
    )


def on_mesh(mesh: Mesh, size: int) -> Bools:  # [S, S]
    """The texels that a face of the mesh covers."""
    assert mesh.uvs is not None, "the mesh wears maps"
    return rasterize_uv(mesh.faces, mesh.uvs, size).face_id >= 0


def _following_orm(mesh: Mesh, worn: Material, color: Floats) -> Bytes:
    small = len(worn.orm)
    covered = on_mesh(mesh, small)
    values = _widened(_floats(worn.orm), covered)
    small_guide = _widened(_floats(worn.base_color[..., :3]), covered) @ _LUMINANCE
    return _bytes(enlarge_guided(values, small_guide, color @ _LUMINANCE, covered))


def _widened(image: Floats, covered: Bools) -> Floats:
    """Texels between charts take the colour of the nearest one on a chart."""
    [whole] = fill([image], covered, padding_of(len(image)))
    return whole


def _unit_normals(encoded: Floats) -> Floats:  # [..., 3] 0..1
    normals = encoded * 2 - 1
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-6)
    return np.asarray(normals * 0.5 + 0.5, dtype=np.float32)


def _floats(image: Bytes) -> Floats:
    return image.astype(np.float32) / np.float32(255)


def _bytes(values: Floats) -> Bytes:
    rounded: Bytes = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return rounded
