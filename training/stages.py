"""The stages of training, each for itself."""

from pathlib import Path

import torch

from maquette.models.starter.autoencoder import ShapeAutoencoder

from . import checkpoint, flow_stage, picture_stage, shape_stage
from .config import Config
from .flow_model import FlowModel
from .loading import Assets


def train_shape(
    config: Config,
    assets: Assets,
    device: torch.device,
    out: Path,
    minutes: float,
    resume: Path | None,
    seed: int,
    decoder_only: bool,
    flow: Path | None,
) -> None:
    """The autoencoder; with a trained `flow` for what that makes of codes."""
    guessing = None
    if flow is not None:
        guessing = FlowModel(config)
        guessing.load_state_dict(checkpoint.load_stage(flow, "flow")[0])
        guessing.to(device).requires_grad_(False)
    shape_stage.train(config, assets, device, out, minutes, resume, seed, decoder_only, guessing)


def train_flow(
    config: Config,
    assets: Assets,
    device: torch.device,
    out: Path,
    minutes: float,
    resume: Path | None,
    seed: int,
    shape: Path,
    picture_only: bool,
    compiled: bool,
) -> None:
    """The flow, over the codes of the autoencoder in `shape`; or its picture's encoder alone."""
    encoder = load_shape(config, shape).encoder.to(device)
    stage = picture_stage.train if picture_only else flow_stage.train
    stage(config, assets, encoder, device, out, minutes, resume, seed, compiled)


def load_shape(config: Config, folder: Path) -> ShapeAutoencoder:
    """A trained autoencoder."""
    model = ShapeAutoencoder(config.model.shape)
    model.load_state_dict(checkpoint.load_stage(folder, "shape")[0])
    return model.eval()
