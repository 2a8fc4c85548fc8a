"""Training of the starter model: its data, its stages, its evaluation and its export."""

from pathlib import Path
from typing import Final

import maquette.starter

CHECKPOINT: Final = Path(maquette.starter.__file__).parent / "weights"  # of all stages: what ships
