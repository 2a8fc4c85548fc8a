"""Training of the starter model: its data, its stages, its evaluation and its export."""

from pathlib import Path
from typing import Final

CHECKPOINT: Final = (
    Path(__file__).parent / "checkpoints"
)  # of both stages, exported: what training goes on from
