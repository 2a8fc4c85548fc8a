"""TRELLIS image-large at its published size on a processor, with random weights: time and peak memory.

Half-precision checkpoints of the published configurations are written in the published layout and loaded
through the pipeline. Random weights make no object: the decoder of the structure gets a bias so that about as
many voxels come out as of a usual object, and the mesh decoder one so that most of space is outside.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from .table import Row, at_most

VOXELS: Final = 15_000
STEPS: Final = 12  # of each flow
SEED: Final = 1
THREADS: Final = 2
TOKENS: Final = 1374
LIMIT_GB: Final = 12
_NETWORKS: Final = {
    "sparse_structure_flow_model": "ss_flow_img_dit_L_16l8_fp16",
    "sparse_structure_decoder": "ss_dec_conv3d_16l8_fp16",
    "slat_flow_model": "slat_flow_img_dit_L_64l8p2_fp16",
    "slat_decoder_mesh": "slat_dec_mesh_swin8_B_64l8m256c_fp16",
    "slat_decoder_gs": "slat_dec_gs_swin8_B_64l8gs32_fp16",
}
_STILL: Final = ("sparse_structure_flow_model", "slat_flow_model")  # their velocity is near zero


def rows(steps: int = STEPS) -> list[Row]:
    """Measured in a child process, whose memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.trellis_full_size", "--folder", folder]
        environment = os.environ | {"OMP_NUM_THREADS": str(THREADS)}
        subprocess.run([*command, "--write"], check=True, env=environment)
        child = subprocess.run(
            [*command, "--steps", str(steps)], check=True, env=environment, stdout=subprocess.PIPE
        )
    found = json.loads(child.stdout)
    told = f"{found['voxels']} voxels, {found['tokens']} tokens, {found['faces']} faces"
    name = f"TRELLIS image-large, {steps} + {steps} steps, float32 on {THREADS} threads"
    return [
        at_most(f"{name}: peak memory", found["peak_gb"], "GB", LIMIT_GB, told),
        Row(f"{name}: CPU", found["cpu_s"], "s", f"{found['wall_s']:.0f} s by the clock", "", True),
        *[
            Row(f"its {stage}", seconds, "s by the clock", "", "", True)
            for stage, seconds in found["stages"].items()
        ],
    ]


def write(folder: Path) -> None:
    """The checkpoints and `pipeline.json`."""
    for seed, (role, name) in enumerate(_NETWORKS.items()):
        _write_network(folder, role, name, seed)
    sampler = {
        "name": "FlowEulerGuidanceIntervalSampler",
        "args": {"sigma_min": 1e-5},
        "params": {"steps": STEPS, "cfg_strength": 5.0, "cfg_interval": [0.5, 1.0], "rescale_t": 3.0},
    }
    args = {
        "models": {role: f"ckpts/{name}" for role, name in _NETWORKS.items()},
        "sparse_structure_sampler": sampler,
        "slat_sampler": sampler,
        "slat_normalization": {"mean": [0.0] * 8, "std": [2.4] * 8},
    }
    described = {"name": "TrellisImageTo3DPipeline", "args": args}
    (folder / "pipeline.json").write_text(json.dumps(described))


def measure(folder: Path, steps: int) -> dict[str, Any]:
    """One sample. Stages begin where they are reported."""
    import dataclasses

    import torch

    from maquette.models.trellis import TrellisPipeline
    from maquette.progress import Progress

    torch.set_num_threads(THREADS)
    begun: dict[str, float] = {}

    def report(stage: str, step: int, of: int, note: str, preview: bytes) -> None:
        begun.setdefault(stage, time.perf_counter())
        print(f"{time.perf_counter() - started:.0f} s: {stage} {step} of {of}", file=sys.stderr, flush=True)

    tokens = torch.randn(1, TOKENS, 1024, generator=torch.Generator().manual_seed(SEED))
    started, cpu = time.perf_counter(), time.process_time()
    pipeline = TrellisPipeline.from_pretrained(folder, memory="low")
    samplers = {
        field: dataclasses.replace(getattr(pipeline, field), steps=steps)
        for field in ("structure_sampler", "slat_sampler")
    }
    pipeline = dataclasses.replace(pipeline, **samplers)
    result = pipeline.sample(tokens, torch.zeros_like(tokens), SEED, progress=Progress(report))
    ended = time.perf_counter()
    bounds = [*begun.values(), ended]
    return {
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        "cpu_s": time.process_time() - cpu,
        "wall_s": ended - started,
        "stages": {
            stage: last - first for stage, first, last in zip(begun, bounds, bounds[1:], strict=False)
        },
        "voxels": len(result.coords),
        "tokens": len(result.slat.grid.parents[0].coords),
        "faces": len(result.mesh.faces),
    }


def _write_network(folder: Path, role: str, name: str, seed: int) -> None:
    import torch
    from safetensors.torch import save_file

    from maquette.models.trellis import build
    from maquette.models.trellis.configurations import published

    described, args = published()[name]
    with torch.device("meta"):
        network = build(described, args)
    generator = torch.Generator().manual_seed(seed)
    pool = torch.randn(1 << 24, generator=generator)
    state = {key: _random(key, value, pool) for key, value in network.state_dict().items()}
    if role in _STILL:
        state["out_layer.weight"] *= 1e-3
    if role == "sparse_structure_decoder":
        state["out_layer.2.bias"][:] = _bias(described, args, state)
    if role == "slat_decoder_mesh":
        state["out_layer.bias"][:8] = 1.5  # of signed distances: mostly outside
    stem = folder / "ckpts" / name
    stem.parent.mkdir(exist_ok=True)
    Path(f"{stem}.json").write_text(json.dumps({"name": described, "args": args}))
    save_file(state, f"{stem}.safetensors")


def _random(key: str, like: Any, pool: Any) -> Any:
    """Weights that keep the deviation of what goes through, norms that change nothing."""
    import torch

    if like.ndim == 1 or key.endswith("gamma"):
        value = torch.zeros(like.shape) if key.endswith("bias") else torch.ones(like.shape)
        return value.to(like.dtype)
    fan_in = like[0].numel()
    many = pool.repeat(-(-like.numel() // len(pool)))[: like.numel()]
    return (many.view(like.shape) * fan_in**-0.5).to(like.dtype)


def _bias(described: str, args: dict[str, Any], state: dict[str, Any]) -> float:
    """What makes VOXELS logits positive for the noise of SEED, which the still flow leaves as it is."""
    import torch

    from maquette.models.trellis import build

    decoder = build(described, args, torch.float32)
    decoder.load_state_dict({key: value.float() for key, value in state.items()})
    noise = torch.randn(1, 8, 16, 16, 16, generator=torch.Generator().manual_seed(SEED))
    with torch.no_grad():
        logits = decoder.train(False)(noise).flatten()
    return -float(logits.topk(VOXELS).values[-1])


def main() -> None:
    """Writes checkpoints to a folder, or runs them and prints what was measured as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    if options.write:
        write(options.folder)
    else:
        print(json.dumps(measure(options.folder, options.steps)))


if __name__ == "__main__":
    main()
