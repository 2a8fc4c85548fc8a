"""The stages of training, each for itself."""

from pathlib import Path

from maquette.models.starter.autoencoder import ShapeAutoencoder

from . import checkpoint, flow_stage, guess_stage, shape_stage
from .config import Config
from .flow_model import FlowModel
from .run import Sitting


def train_shape(sitting: Sitting, decoder_only: bool, flow: Path | None) -> None:
    """The autoencoder; with a trained `flow` for what that makes of codes."""
    guessing = None
    if flow is not None:
        guessing = FlowModel(sitting.config)
        guessing.load_state_dict(checkpoint.load_stage(flow, "flow")[0])
        guessing.to(sitting.device).requires_grad_(False)
    shape_stage.train(sitting, decoder_only, guessing)


def train_flow(sitting: Sitting, shape: Path, what: guess_stage.What | None = None) -> None:
    """The flow, over the codes of the autoencoder in `shape`; or what guesses by pictures or words alone."""
    encoder = load_shape(sitting.config, shape).encoder.to(sitting.device)
    if what is None:
        flow_stage.train(sitting, encoder)
    else:
        guess_stage.train(sitting, encoder, what)


def load_shape(config: Config, folder: Path) -> ShapeAutoencoder:
    """A trained autoencoder."""
    model = ShapeAutoencoder(config.model.shape)
    model.load_state_dict(checkpoint.load_stage(folder, "shape")[0])
    return model.eval()
