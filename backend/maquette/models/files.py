"""Networks from published files: `<stem>.json` says which, `<stem>.safetensors` holds its weights."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from maquette.protocol import bad_input

Build = Callable[[str, dict[str, Any], torch.dtype | None], nn.Module]
"""The network of a published class name, its arguments and the precision of its trunk."""


def load_network(
    stem: str | Path,
    build: Build,
    device: str | torch.device,
    dtype: torch.dtype | None,
    computed: Callable[[nn.Module], Mapping[str, Tensor]] = lambda _: {},
) -> nn.Module:
    """The network at the path without suffix, for inference. `computed` gives buffers that files may lack
    and that are not read from them.

    Raises bad_input where a file is missing or damaged, or a weight is absent, unknown or misshapen.
    """
    description, weights = read_description(stem), _existing(stem, ".safetensors")
    with torch.device("meta"):
        network = build(description["name"], description["args"], dtype)
    made = {key: tensor.to(device) for key, tensor in computed(network).items()}
    expected = {key: tensor for key, tensor in network.state_dict().items() if key not in made}
    try:
        with safe_open(weights, framework="pt", device=str(device)) as file:
            _check_names(weights, set(file.keys()) - set(made), set(expected))
            state = {key: file.get_tensor(key).to(expected[key].dtype) for key in expected}
    except SafetensorError as error:
        raise bad_input(f"{weights} is damaged ({error}): pull the weights again") from error
    for key, tensor in state.items():
        if tensor.shape != expected[key].shape:
            wanted, found = list(expected[key].shape), list(tensor.shape)
            raise bad_input(f"{weights}: {key} is {found} instead of {wanted}: pull the weights again")
    network.load_state_dict(state | made, assign=True)
    return network.requires_grad_(False).train(False)


def read_description(stem: str | Path) -> dict[str, Any]:
    """`<stem>.json`: the network's class `name` and its `args`."""
    description: dict[str, Any] = json.loads(_existing(stem, ".json").read_text(encoding="utf-8"))
    return description


def _existing(stem: str | Path, suffix: str) -> Path:
    path = Path(f"{stem}{suffix}")
    if not path.is_file():
        raise bad_input(f"{path} is missing: pull the weights again")
    return path


def _check_names(path: Path, found: set[str], expected: set[str]) -> None:
    if found != expected:
        odd = sorted(found ^ expected)
        kind = "lacks" if odd[0] in expected else "has the unknown"
        raise bad_input(f"{path} {kind} weight {odd[0]} ({len(odd)} do not fit): pull the weights again")
