"""What a configuration file says: the sizes of the networks, and how each stage is trained."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from maquette.models.starter.config import StarterConfig


@dataclass(frozen=True)
class ShapeTraining:
    """The autoencoder's stage. Rates are of Adam; `linear_rate` is that of the linear path."""

    batch: int = 32
    points: int = 768  # of an asset in a step
    slope_points: int = 192  # of these, where the field's gradient is held to the normal
    learning_rate: float = 6e-4
    linear_rate: float = 3e-5
    ema: float = 0.998
    noise: float = 0.35  # strongest on codes, half of which get some: what the flow makes is not exact either


@dataclass(frozen=True)
class FlowTraining:
    """The flow's stage."""

    batch: int = 64
    picture_share: float = 0.35  # of a batch that is conditioned by a picture
    fresh_looks: float = 0.0  # share of objects without a picture whose looks are drawn anew each time
    learning_rate: float = 1e-3
    ema: float = 0.999


@dataclass(frozen=True)
class GuessTraining:
    """The stage of what guesses by pictures or by words, before the flow goes on with it."""

    batch: int = 64
    learning_rate: float = 1e-3
    ema: float = 0.998


@dataclass(frozen=True)
class Config:
    """One file of training/configs."""

    model: StarterConfig
    shape: ShapeTraining
    flow: FlowTraining
    picture: GuessTraining = GuessTraining()
    text: GuessTraining = GuessTraining(batch=128)


def read_config(path: Path) -> Config:
    """Reads a TOML file; what it leaves out stays as it is by default."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    train = values.get("train", {})
    return Config(
        StarterConfig.read(values),
        ShapeTraining(**train.get("shape", {})),
        FlowTraining(**train.get("flow", {})),
        GuessTraining(**train.get("picture", {})),
        GuessTraining(**train.get("text", {})),
    )
