"""The reference's cases: small random networks, their inputs and what the reference computed from them.

Those of less than a megabyte lie in `reference/`; the others are tested where the shared ones are at hand.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

_HERE = Path(__file__).resolve().parent / "reference"
_SHARED = Path(__file__).resolve().parents[3] / "shared" / "fixtures"


@dataclass(frozen=True)
class Cases:
    """The cases of one family of models."""

    family: str

    @property
    def index(self) -> dict[str, Any]:
        """Every case by name."""
        return json.loads((_HERE / self.family / "index.json").read_text())

    @property
    def manifests(self) -> list[Path]:
        """Every published network's names, shapes and precisions."""
        return sorted((_HERE / self.family / "manifests").glob("*.json"))

    def folder(self, case: str) -> Path:
        """Of a case; skips the test where it is not here."""
        for place in (_HERE, _SHARED):
            if (place / self.family / case).is_dir():
                return place / self.family / case
        pytest.skip(f"the case {case} is too large for the repository")

    def tensors(self, case: str) -> dict[str, Any]:
        """Inputs and outputs of a case."""
        import torch

        with np.load(self.folder(case) / "io.npz") as arrays:
            return {name: torch.from_numpy(np.array(arrays[name])) for name in arrays.files}


def assert_near(found: Any, expected: Any, tolerance: float = 2e-4) -> None:
    """Within the stated tolerance, relative to the largest expected number where that is above one."""
    assert found.shape == expected.shape
    error = (found.float() - expected.float()).abs().max().item()
    assert error <= tolerance * max(1.0, expected.abs().max().item()), error
