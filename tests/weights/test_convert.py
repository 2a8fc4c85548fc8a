"""What is published as a pickle alone."""

from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")
pytest.importorskip("torch")

import torch
from safetensors.torch import load_file

from maquette import weights
from maquette.weights import registry
from maquette.weights.pull import pull
from maquette.weights.registry import File
from maquette.weights.transfer import DamagedError
from maquette.weights.verify import verify

from .conftest import HUB_ID, TINY, entry
from .local_hub import LocalHub

PICKLE, SAVED = "diffusion_pytorch_model.bin", "diffusion_pytorch_model.safetensors"


def published(path: Path, state: object) -> bytes:
    torch.save(state, path)
    return path.read_bytes()


def test_a_pickle_becomes_safetensors_once(
    hub: LocalHub, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"a.weight": torch.arange(600.0).reshape(20, 30).T, "a.bias": torch.ones(3, dtype=torch.half)}
    hub.repositories[HUB_ID].files[PICKLE] = published(tmp_path / "state", state)
    monkeypatch.setitem(registry.REGISTRY, TINY, entry(files=(File(PICKLE, saved_as=SAVED),)))  # type: ignore[arg-type]
    pull(data, [TINY])
    folder = weights.folder(data, TINY)
    assert not (folder / PICKLE).exists()
    loaded = load_file(folder / SAVED)
    assert {name: tensor.dtype for name, tensor in loaded.items()} == {
        name: tensor.dtype for name, tensor in state.items()
    }
    assert all(torch.equal(loaded[name], tensor) for name, tensor in state.items())
    assert verify(data, TINY) == ()
    hub.requests.clear()
    pull(data, [TINY], verify=True)
    assert not hub.requests


@pytest.mark.parametrize("kind", ["code", "junk", "list"])
def test_a_pickle_that_is_more_than_tensors_is_refused_and_not_run(tmp_path: Path, kind: str) -> None:
    from maquette.weights.convert_torch import convert

    marker = tmp_path / "was run"

    class Evil:
        def __reduce__(self) -> object:
            return (Path.touch, (marker,))

    contents = {"code": {"a": Evil()}, "list": [torch.ones(2)]}
    pickle = tmp_path / PICKLE
    pickle.write_bytes(b"junk" if kind == "junk" else published(tmp_path / "state", contents[kind]))
    with pytest.raises(DamagedError, match="no checkpoint of tensors"):
        convert(pickle, tmp_path / SAVED)
    assert not marker.exists()
    assert not (tmp_path / SAVED).exists()
