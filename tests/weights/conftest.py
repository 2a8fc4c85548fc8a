"""A hub, a data folder, and weights to pull: every test of this folder has its own."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from maquette.weights import registry
from maquette.weights.registry import File, Source, Weights

from .local_hub import COMMIT, LFS_FROM_BYTES, LocalHub

TINY, BOUND = "tiny", "bound"  # BOUND is TINY under a licence that binds
HUB_ID = "maker/tiny"
LARGE = "unet/diffusion_pytorch_model.fp16.safetensors"
SMALL = "unet/config.json"
FILES = {SMALL: b'{"layers": 2}', LARGE: random.Random(3).randbytes(300_000)}
SIZE = sum(map(len, FILES.values()))


def entry(**values: object) -> Weights:
    """Weights in the registry's manner, with FILES in them."""
    fields: dict[str, object] = {
        "name": TINY,
        "about": "Small weights",
        "sources": (Source(HUB_ID, COMMIT),),
        "files": tuple(
            File(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in FILES.items()
        ),
        "size_bytes": SIZE,
        "variant": "",
        "licence": "mit",
        "licence_url": "https://example.org/licence",
        "is_permissive": True,
        "territory": "",
        "is_gated": False,
    }
    return Weights(**{**fields, **values})  # type: ignore[arg-type]


def additions() -> dict[str, Weights]:
    """What tests add to the registry."""
    return {TINY: entry(), BOUND: entry(name=BOUND, licence="openrail++", is_permissive=False)}


def register() -> None:
    """Adds them in a program that a test started."""
    registry.REGISTRY.update(additions())  # type: ignore[attr-defined]


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    with LocalHub() as started:
        started.add(HUB_ID, {**FILES, "unet/other.bin": bytes(LFS_FROM_BYTES), "README.md": b"# Tiny"})
        yield started


@pytest.fixture
def data(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose weights come from the hub; TINY and BOUND are registered."""
    for name in (
        "MAQUETTE_WEIGHTS",
        "MAQUETTE_OFFLINE",
        "HF_HUB_OFFLINE",
        "HF_ENDPOINT",
        "MAQUETTE_HUB_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAQUETTE_HUB", hub.endpoint)
    for name, added in additions().items():
        monkeypatch.setitem(registry.REGISTRY, name, added)  # type: ignore[arg-type]
    transfer = pytest.importorskip("maquette.weights.transfer")
    monkeypatch.setattr(transfer, "PATIENCE_S", (0.0, 0.0, 0.0))  # a second try does not wait
    monkeypatch.setattr("maquette.weights.plan.PATIENCE_S", (0.0, 0.0))
    return tmp_path / "data"
