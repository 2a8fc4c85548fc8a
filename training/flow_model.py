"""What a checkpoint of the flow holds, and how a stage begins from one."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.code_space import CodeSpace
from maquette.models.starter.flow import StarterFlow

from . import checkpoint
from .config import Config
from .flow_data import encode
from .run import Sitting


class FlowModel(nn.Module):
    """The network and the space of codes that it was made for: what a checkpoint of this stage holds."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.space = CodeSpace(config.model.flow)
        self.flow = StarterFlow(config.model.flow)

    def compile_parts(self) -> None:
        """Compiles what a step runs: a minute or two with a C++ compiler, and steps take a third less."""
        for part in (self.flow, self.flow.text, self.flow.picture):
            part.compile(dynamic=False)


def begin(sitting: Sitting, encoder: ShapeEncoder) -> tuple[FlowModel, dict[str, Any], Tensor]:
    """The model to go on with, or a new one; the document of its checkpoint; and the objects' codes."""
    torch.manual_seed(sitting.seed)
    model = FlowModel(sitting.config)
    codes = encode(encoder, sitting.assets.grid)
    about: dict[str, Any] = {"stage": "flow"}
    if sitting.resume is not None:
        tensors, about = checkpoint.load_stage(sitting.resume, "flow")
        for name in adopt(model, tensors):
            print(f"{name} starts anew", flush=True)
    else:
        model.space.fit(codes.flatten(0, 1))
    about["model"] = asdict(sitting.config.model.flow)
    if sitting.compiled:
        model.compile_parts()
    return model.to(sitting.device), about, codes


def adopt(model: FlowModel, tensors: Mapping[str, Tensor]) -> list[str]:
    """Takes what a checkpoint has, and names the parts that it has not, or otherwise: they stay new.

    A part is a module with parameters of its own: it is taken as a whole or not at all.
    """
    own = model.state_dict()
    fits = {name: value for name, value in tensors.items() if name in own and value.shape == own[name].shape}
    new = {name.rpartition(".")[0] for name in {*own, *tensors} - set(fits)}
    kept = {name: value for name, value in fits.items() if name.rpartition(".")[0] not in new}
    model.load_state_dict(own | kept)
    return sorted(new)
