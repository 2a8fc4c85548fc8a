"""Any triangles to a mesh that can be worked with."""
