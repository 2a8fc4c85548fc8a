"""A data set of balls, small and quick, in the layout of the real one."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

SIDE, POINTS, NEAR = 16, 64, 48
COLORS = {"red": (0.8, 0.1, 0.1), "blue": (0.1, 0.2, 0.8)}


def write_balls(folder: Path, count: int, seed: int) -> None:
    """One shard; balls of random radius, red or blue, with captions that tell the colour."""
    generator = torch.Generator().manual_seed(seed)
    axis = (torch.arange(SIDE) + 0.5) / SIDE - 0.5
    cells = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1)
    radius = 0.2 + 0.2 * torch.rand(count, generator=generator)
    grid = cells.norm(dim=-1) - radius[:, None, None, None]
    direction = torch.nn.functional.normalize(torch.randn(count, POINTS, 3, generator=generator), dim=-1)
    away = 0.04 * (torch.rand(count, POINTS, generator=generator) - 0.5)
    normal = direction.clone()
    normal[:, NEAR:] = 0
    names = [list(COLORS)[i % 2] for i in range(count)]
    palette = torch.tensor([[*COLORS[name], 0.0, 0.5] for name in names])[:, None].expand(-1, 8, -1)
    used = torch.zeros(count, 8, dtype=torch.uint8)
    used[:, 0] = 1
    views = torch.zeros(count, 2, 64, 64, 4, dtype=torch.uint8)
    views[:, :, 16:48, 16:48, :3] = (palette[:, None, :1, None, :3] * 255).to(torch.uint8)
    views[:, :, 16:48, 16:48, 3] = 255
    tensors = {
        "grid": grid.clamp(-0.1, 0.1).half(),
        "points": (direction * (radius[:, None] + away)[..., None]).half(),
        "point_distance": away.half(),
        "point_normal": normal.half(),
        "point_slot": torch.zeros(count, POINTS, dtype=torch.uint8),
        "palette": palette.contiguous(),
        "slot_used": used,
        "kind": torch.zeros(count, dtype=torch.uint8),
        "views": views,
    }
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*.safetensors")))
    lines = [json.dumps({"captions": [f"a {name} ball"]}) + "\n" for name in names]
    (folder / f"{number:05d}.jsonl").write_text("".join(lines), encoding="utf-8")
    save_file(tensors, folder / f"{number:05d}.safetensors")
