"""Runs the benchmarks named, or all, and prints one table. Exits with 1 if a bar is missed."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Final

from . import finishing, first_command, generation, procedural_texturing, responsiveness, throughput, ticks
from .table import Row, render


def _placement() -> list[Row]:
    from . import placement  # needs bpy, which the others do without

    return placement.rows()


def _rasterizing() -> list[Row]:
    from . import rasterizing  # needs embree and numba

    return rasterizing.rows()


def _view_baking() -> list[Row]:
    from . import view_baking  # needs OpenCV

    return view_baking.rows()


def _unwrapping() -> list[Row]:
    from . import unwrapping  # needs xatlas

    return unwrapping.rows()


def _diffusion_texturing() -> list[Row]:
    from . import diffusion_texturing  # needs PyTorch and diffusers

    return diffusion_texturing.rows()


def _refining() -> list[Row]:
    from . import refining  # needs PyTorch and diffusers

    return refining.rows()


def _starter() -> list[Row]:
    from . import starter  # needs PyTorch and diffusers

    return starter.rows()


def _structured_latents() -> list[Row]:
    from . import structured_latents  # needs PyTorch

    return structured_latents.rows()


def _trellis_memory() -> list[Row]:
    from . import trellis_memory  # needs PyTorch

    return trellis_memory.rows()


def _trellis_full_size() -> list[Row]:
    from . import trellis_full_size  # needs PyTorch, 3 GB of disk and an hour

    return trellis_full_size.rows()


BENCHMARKS: Final[dict[str, Callable[[], list[Row]]]] = {
    "responsiveness": responsiveness.rows,
    "ticks": ticks.rows,
    "generation": generation.rows,
    "throughput": throughput.rows,
    "placement": _placement,
    "rasterizing": _rasterizing,
    "procedural_texturing": procedural_texturing.rows,
    "unwrapping": _unwrapping,
    "view_baking": _view_baking,
    "finishing": finishing.rows,
    "diffusion_texturing": _diffusion_texturing,
    "refining": _refining,
    "starter": _starter,
    "structured_latents": _structured_latents,
    "trellis_memory": _trellis_memory,
    "trellis_full_size": _trellis_full_size,
    "first_command": first_command.rows,
}


ON_REQUEST: Final = ("trellis_full_size",)  # takes an hour


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", nargs="*", help=f"any of {', '.join(BENCHMARKS)} (default: all but {', '.join(ON_REQUEST)})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    options = parser.parse_args()
    unknown = [name for name in options.name if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}: use {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in options.name or [name for name in BENCHMARKS if name not in ON_REQUEST]:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name]()
    print("\n".join(json.dumps(row.to_json()) for row in rows) if options.json else render(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
