"""Trains the autoencoder: distances, slopes and parts at points of the field."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from maquette.models.starter.autoencoder import ShapeAutoencoder

from . import checkpoint, components
from .config import Config, ShapeTraining
from .flow_data import tokenize
from .flow_model import FlowModel
from .loading import TRUNCATION, Assets
from .precision import mixed
from .run import Run, Sitting

TETRAHEDRON: Final = torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
STEP: Final = 0.004  # cube sides, an eighth of a cell: what slopes are measured over
NEAR: Final = 0.5  # truncations: where slopes and parts are asked for
SLOPE_WEIGHT: Final = 0.15
PART_WEIGHT: Final = 0.1
CODE_WEIGHT: Final = 1e-3  # keeps codes from growing to outdo the noise
ESTIMATED: Final = 0.5  # share of codes that a flow has guessed from noisy ones, where there is a flow
LATEST: Final = 0.6  # time up to which those were noisy


@dataclass(frozen=True)
class Batch:
    """Assets, some of them mirrored. Distances are in truncations, cut off at ±1."""

    grid: Tensor  # [B, R, R, R]
    points: Tensor  # [B, N, 3]
    distance: Tensor  # [B, N]
    normal: Tensor  # [B, N, 3]
    slot: Tensor  # [B, N]
    words: Tensor  # [B, L] of a caption of each, see starter.words
    grams: Tensor  # [B, L, G]


def train(sitting: Sitting, decoder_only: bool = False, flow: FlowModel | None = None) -> ShapeAutoencoder:
    """Trains the autoencoder, a new one from principal components.

    With `decoder_only` codes stay what they are, so that a flow that was trained on them still fits. With a
    `flow` the decoder learns to make whole, smooth shapes of what that flow makes of codes.
    """
    config, assets, options = sitting.config, sitting.assets, sitting.config.shape
    generator = torch.Generator().manual_seed(sitting.seed)
    torch.manual_seed(sitting.seed)
    model = ShapeAutoencoder(config.model.shape)
    about: dict[str, Any] = {"stage": "shape", "model": asdict(config.model.shape)}
    if sitting.resume is not None:
        tensors, about = checkpoint.load_stage(sitting.resume, "shape")
        model.load_state_dict(tensors)
    else:
        kept = components.fill(model, assets.grid, generator)
        about["variance_kept"] = round(kept, 4)
        print(f"the code keeps {kept:.2%} of the variance", flush=True)
    model.to(sitting.device)
    about |= {"train": asdict(options), "seed": sitting.seed, "objects": len(assets.lines)}

    def backward(batch: Batch) -> dict[str, Tensor]:
        losses = loss_terms(model, batch, options, generator, decoder_only, flow)
        losses["loss"].backward()
        return losses

    run = Run(sitting.folder, sitting.minutes, about)
    feed = batches(assets, config, generator, sitting.seed)
    run.train(model, _optimiser(model, options, decoder_only), options.ema, options.batch, feed, backward)
    return model


def batches(assets: Assets, config: Config, generator: torch.Generator, seed: int) -> Iterator[Batch]:
    """Endless random batches, of new shards too as they appear."""
    options, rng = config.shape, random.Random(seed)  # noqa: S311  nothing secret
    held, near = assets.points.shape[1], assets.near_points
    few = options.slope_points
    while True:
        for rows in torch.randperm(len(assets.points), generator=generator).split(options.batch):
            sloped = torch.randint(near, (len(rows), few), generator=generator)
            others = torch.randint(held, (len(rows), options.points - few), generator=generator)
            mirrored = torch.rand(len(rows), generator=generator) < 0.5
            told = [rng.choice(assets.lines[row]["captions"]) for row in rows.tolist()]
            yield batch_of(
                assets, rows, torch.cat([sloped, others], dim=1), mirrored, tokenize(told, config.model.flow)
            )
        assets = assets.grown()


def batch_of(
    assets: Assets, rows: Tensor, which: Tensor, mirrored: Tensor, told: tuple[Tensor, Tensor]
) -> Batch:
    """Assets `rows` [B] at points `which` [B, N]; those `mirrored` [B] with left and right swapped; and what
    is `told` of them, see `flow_data.tokenize`.
    """
    grid = assets.grid[rows].float()
    grid = torch.where(mirrored[:, None, None, None], grid.flip(1), grid)
    sign = torch.ones(len(rows), 1, 3)
    sign[mirrored, :, 0] = -1
    at = rows[:, None], which
    return Batch(
        grid,
        assets.points[at].float() * sign,
        assets.point_distance[at].float(),
        assets.point_normal[at].float() * sign,
        assets.point_slot[at].long(),
        *told,
    )


def loss_terms(
    model: ShapeAutoencoder,
    batch: Batch,
    options: ShapeTraining,
    generator: torch.Generator,
    decoder_only: bool = False,
    flow: FlowModel | None = None,
) -> dict[str, Tensor]:
    """The loss and what it is made of."""
    device = next(model.parameters()).device
    batch = Batch(*(getattr(batch, f.name).to(device) for f in fields(Batch)))
    with mixed(device), torch.set_grad_enabled(not decoder_only):
        code = model.encoder(batch.grid)
    strength = options.noise * (2 * torch.rand(len(code), 1, generator=generator) - 1).clamp(min=0)
    noise = (torch.randn(code.shape, generator=generator) * strength).to(device)
    given = code + noise
    if flow is not None:
        is_guessed = torch.rand(len(code), 1, generator=generator) < ESTIMATED
        given = torch.where(is_guessed.to(device), estimates(flow, code, batch, generator), given)
    with mixed(device):
        features = model.decoder(given)
    few = options.slope_points
    corners = batch.points[:, :few, None] + STEP * TETRAHEDRON.to(device)  # [B, Q, 4, 3]
    points = torch.cat([batch.points[:, few:], corners.flatten(1, 2)], dim=1)
    found, scores = model.at(features, points)
    plain = batch.points.shape[1] - few
    tetra = found[:, plain:].unflatten(1, (few, 4))
    distance = torch.cat([tetra.mean(-1), found[:, :plain]], dim=1)
    slopes = torch.einsum("bqk,kc->bqc", tetra, TETRAHEDRON.to(device)) * (TRUNCATION / (4 * STEP))
    scores = torch.cat([scores[:, plain:].unflatten(1, (few, 4)).mean(2), scores[:, :plain]], dim=1)

    near = batch.distance.abs() < NEAR
    error = distance_error(distance, batch.distance)
    weight = 1 + 2 * near  # where the surface is
    terms = {
        "distance": (error * weight).sum() / weight.sum(),
        "slope": ((slopes - batch.normal[:, :few]).square().sum(-1) * near[:, :few]).sum()
        / near[:, :few].sum().clamp(min=1),
        "part": functional.cross_entropy(scores[near].float(), batch.slot[near]),
    }
    total = terms["distance"] + SLOPE_WEIGHT * terms["slope"] + PART_WEIGHT * terms["part"]
    return {"loss": total + CODE_WEIGHT * code.square().mean(), **terms}


@torch.no_grad()
def estimates(flow: FlowModel, code: Tensor, batch: Batch, generator: torch.Generator) -> Tensor:
    """Codes [B, K] as the flow guesses them from noisy ones and captions: what samples end as."""
    device, config = code.device, flow.flow.config
    time = (LATEST * torch.rand(len(code), generator=generator)).to(device)
    shape = flow.space.to_tokens(code)
    noise = torch.randn(shape.shape, generator=generator).to(device)
    slots = torch.randn(len(code), config.slots, config.slot_channels, generator=generator).to(device)
    noisy = shape + time[:, None, None] * (noise - shape)
    with mixed(device):
        context, _guess = flow.flow.read(batch.words, batch.grams)
        velocity, _ = flow.flow(noisy, slots, time, torch.ones_like(time), context)
    return flow.space.to_codes(noisy - time[:, None, None] * velocity.float())


def distance_error(found: Tensor, target: Tensor) -> Tensor:
    """|found - target|, where a target cut off at ±1 asks for no less than that."""
    error = found - target
    return torch.where(target >= 1, (-error).relu(), torch.where(target <= -1, error.relu(), error.abs()))


def _optimiser(model: ShapeAutoencoder, options: ShapeTraining, decoder_only: bool) -> torch.optim.Optimizer:
    linear = ("to_code", "from_code", "to_patch", "from_patch")
    if decoder_only:
        model.encoder.requires_grad_(False)
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    slow = [p for n, p in trained if n.split(".")[1] in linear]
    fast = [p for n, p in trained if n.split(".")[1] not in linear]
    groups = [{"params": fast, "lr": options.learning_rate}, {"params": slow, "lr": options.linear_rate}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
