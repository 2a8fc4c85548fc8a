"""Unwrapping in CPU seconds with pinned BLAS threads: a generator-like mesh, xatlas beside it, odd meshes."""

import json
import os
import subprocess
import sys
import time
from typing import Final

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.unwrap.adjacency import distinct_faces, weld_exactly
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.metrics.uv import measure_uvs
from maquette.progress import Progress
from tests.fakes.odd_meshes import ODD_MESHES

from .blob import decimated, finest_blob, raw_blob
from .table import Row, at_least, at_most

FACES: Final = 100_000
SIZE, PADDING = 2048, 16
ROUNDS: Final = 3
DETAIL: Final = 70  # about 10 000 faces to an odd mesh
LIMIT_S: Final = 10.0  # for one odd mesh
PINNED: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def rows() -> list[Row]:
    """Measured in a child process, whose BLAS threads are pinned before numpy is loaded."""
    command = [sys.executable, "-m", "benchmarks.unwrapping"]
    child = subprocess.run(command, env={**os.environ, **PINNED}, check=True, stdout=subprocess.PIPE)
    found = json.loads(child.stdout)
    against = f"xatlas with its defaults: {found['xatlas_s']:.1f} CPU-s, {found['xatlas_charts']} charts"
    ratio, ours = found["xatlas_s"] / found["ours_s"], f"{found['ours_s']:.2f} CPU-s"
    odd = f"{len(ODD_MESHES)} kinds, slowest {found['odd_slowest']} {found['odd_s']:.1f} CPU-s"
    return [
        at_least(f"unwrap {FACES} faces, xatlas / ours", ratio, "x", 15, f"{against}; ours {ours}"),
        at_most("its charts", found["charts"], "", 150, against),
        at_most("its mirrored charts and folded faces", found["mirrored"], "", 0, ""),
        at_most("its overlap", 100 * found["overlap"], "%", 0.05, f"of the covered texels at {SIZE}"),
        at_most("unwrap 1M faces", found["million_s"], "CPU-s", 15, f"{found['million_charts']} charts"),
        at_most("odd meshes that fail or are not valid", found["odd_bad"], "", 0, odd),
        at_most("slowest odd mesh", found["odd_s"], "CPU-s", LIMIT_S, "about 10 000 faces each"),
    ]


def main() -> None:
    """Prints what was measured as one line of JSON."""
    mesh = decimated(*raw_blob(), FACES)
    uvs, ours = min((_timed(*mesh) for _ in range(ROUNDS)), key=lambda run: run[1])
    quality = measure_uvs(*mesh, uvs, SIZE)
    million, million_s = _timed(*finest_blob())
    found = {
        "ours_s": ours,
        "charts": quality.charts,
        "mirrored": quality.mirrored + quality.folded,
        "overlap": quality.overlap,
        "million_s": million_s,
        "million_charts": measure_uvs(*finest_blob(), million, SIZE).charts,
    }
    print(json.dumps({**found, **_xatlas(*mesh), **_odd_meshes()}))


def _timed(vertices: Floats, faces: Ints) -> tuple[Floats, float]:
    started = time.process_time()
    return unwrap(vertices, faces, SIZE, PADDING, Progress()), time.process_time() - started


def _xatlas(vertices: Floats, faces: Ints) -> dict[str, float]:
    import xatlas  # optional: only this benchmark needs it

    started = time.process_time()
    atlas = xatlas.Atlas()
    atlas.add_mesh(vertices, faces.astype(np.uint32))
    packing = xatlas.PackOptions()
    packing.resolution, packing.padding = SIZE, PADDING
    atlas.generate(pack_options=packing)
    return {"xatlas_s": time.process_time() - started, "xatlas_charts": atlas.chart_count}


def _odd_meshes() -> dict[str, object]:
    seconds, bad = {}, 0
    for name, make in ODD_MESHES.items():
        vertices, faces = make(DETAIL)
        uvs, seconds[name] = _timed(vertices, faces)
        own = distinct_faces(weld_exactly(vertices, faces))[0]
        quality = measure_uvs(vertices, faces[own], uvs[own], SIZE)
        in_square = bool(np.isfinite(uvs).all() and uvs.min() >= 0 and uvs.max() <= 1)
        bad += not in_square or quality.mirrored + quality.folded > 0 or quality.overlap > 5e-4
    slowest = max(seconds, key=lambda name: seconds[name])
    return {"odd_bad": bad, "odd_slowest": slowest, "odd_s": seconds[slowest]}


if __name__ == "__main__":
    main()
