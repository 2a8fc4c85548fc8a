"""The child process of `xatlas_process`: python -m with this module, FOLDER SIZE PADDING."""

import sys
from pathlib import Path

import numpy as np

from maquette.assets.mesh import Floats


def main(folder: Path, texture_size: int, padding_px: int) -> None:
    """Reads vertices.npy and faces.npy of `folder` and writes uvs.npy, [F, 3, 2] float32."""
    vertices = np.load(folder / "vertices.npy", allow_pickle=False)
    faces = np.load(folder / "faces.npy", allow_pickle=False)
    np.save(folder / "uvs.npy", parametrize(vertices, faces, texture_size, padding_px), allow_pickle=False)


def parametrize(vertices: Floats, faces: np.ndarray, texture_size: int, padding_px: int) -> Floats:  # type: ignore[type-arg]
    """The UVs [F, 3, 2] that xatlas gives, one texel density in both directions, no chart mirrored.

    Its rotation of charts is a swap of x and y, which mirrors; `fix_winding` turns over what its
    parameterisation mirrors.
    """
    import xatlas

    atlas = xatlas.Atlas()
    atlas.add_mesh(vertices, faces)
    charts, packing = xatlas.ChartOptions(), xatlas.PackOptions()
    charts.fix_winding = True
    packing.rotate_charts = False
    packing.resolution, packing.padding = texture_size, padding_px
    atlas.generate(charts, packing)
    _, corners, uvs = atlas[0]
    # xatlas divides by the width and the height of an atlas that need not be square.
    shape = np.array([atlas.width, atlas.height], np.float32) / max(atlas.width, atlas.height)
    return np.asarray(uvs[corners] * shape, np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
