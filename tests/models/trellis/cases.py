"""The reference's cases: small random networks, their inputs and what the reference computed from them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "trellis"
needs_cases = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared reference cases are not here")


def tensors(case: str) -> dict[str, Any]:
    """Inputs and outputs of a case."""
    import torch

    with np.load(FOLDER / case / "io.npz") as arrays:
        return {name: torch.from_numpy(np.array(arrays[name])) for name in arrays.files}


def assert_near(found: Any, expected: Any, tolerance: float = 2e-4) -> None:
    """Within the stated tolerance, relative to the largest expected number where that is above one."""
    assert found.shape == expected.shape
    error = (found.float() - expected.float()).abs().max().item()
    assert error <= tolerance * max(1.0, expected.abs().max().item()), error
