"""Whether geometry came back untouched, and whether two results are the same bytes."""

import hashlib
from dataclasses import dataclass, fields

import numpy as np

from maquette.assets import Material, Mesh
from maquette.assets.mesh import Floats


@dataclass(frozen=True)
class Identity:
    """How far a returned mesh is from the one that was sent; all 0 and True for an untouched one."""

    vertex_delta: float  # metres, infinite if their number changed
    same_faces: bool
    uv_delta: float  # infinite if there are others, or none

    @property
    def holds(self) -> bool:
        return self.vertex_delta == 0 and self.same_faces and self.uv_delta == 0


def compare_meshes(returned: Mesh, sent: Mesh) -> Identity:
    """Compares arrays as they are: order counts."""
    return Identity(
        _delta(returned.vertices, sent.vertices),
        bool(np.array_equal(returned.faces, sent.faces)),
        _delta(returned.uvs, sent.uvs),
    )


def digest(mesh: Mesh, material: Material) -> str:
    """SHA-256 over all arrays of an asset: equal for equal bytes, for tests of determinism."""
    state = hashlib.sha256()
    for thing in (mesh, material):
        for field in fields(thing):
            value = getattr(thing, field.name)
            state.update(field.name.encode())
            if isinstance(value, np.ndarray):
                state.update(f"{value.dtype}{value.shape}".encode())
                state.update(np.ascontiguousarray(value).tobytes())
            else:
                state.update(repr(value).encode())
    return state.hexdigest()


def _delta(one: Floats | None, other: Floats | None) -> float:
    if one is None or other is None:
        return 0.0 if one is other else float("inf")
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one.astype(np.float64) - other).max(initial=0))
