"""glTF 2.0 binary files, out and in."""

from .read import read_glb, read_glb_mesh
from .write import write_glb

__all__ = ["read_glb", "read_glb_mesh", "write_glb"]
