"""The kinds of object, listed by hand."""

from maquette.procedural.kind import Kind

from .aircraft import KINDS as AIRCRAFT
from .buildings import KINDS as BUILDINGS
from .cars import KINDS as CARS
from .chests import KINDS as CHESTS
from .containers import KINDS as CONTAINERS
from .decor import KINDS as DECOR
from .lighting import KINDS as LIGHTING
from .nature import KINDS as NATURE
from .outdoor import KINDS as OUTDOOR
from .plants import KINDS as PLANTS
from .seating import KINDS as SEATING
from .storage import KINDS as STORAGE
from .tables import KINDS as TABLES
from .tableware import KINDS as TABLEWARE
from .tools import KINDS as TOOLS
from .towers import KINDS as TOWERS
from .trees import KINDS as TREES
from .upholstery import KINDS as UPHOLSTERY
from .weapons import KINDS as WEAPONS

KINDS: tuple[Kind, ...] = (
    *SEATING,
    *UPHOLSTERY,
    *TABLES,
    *STORAGE,
    *CONTAINERS,
    *CHESTS,
    *TABLEWARE,
    *DECOR,
    *LIGHTING,
    *TOOLS,
    *WEAPONS,
    *TREES,
    *PLANTS,
    *NATURE,
    *BUILDINGS,
    *TOWERS,
    *OUTDOOR,
    *CARS,
    *AIRCRAFT,
)

__all__ = ["KINDS"]
