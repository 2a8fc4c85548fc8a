"""The kinds of object, listed by hand."""

from maquette.procedural.kind import Kind

from .aircraft import KINDS as AIRCRAFT
from .arms import KINDS as ARMS
from .boats import KINDS as BOATS
from .buildings import KINDS as BUILDINGS
from .cars import KINDS as CARS
from .castles import KINDS as CASTLES
from .characters import KINDS as CHARACTERS
from .chests import KINDS as CHESTS
from .containers import KINDS as CONTAINERS
from .decor import KINDS as DECOR
from .fountains import KINDS as FOUNTAINS
from .garden import KINDS as GARDEN
from .glassware import KINDS as GLASSWARE
from .handtools import KINDS as HANDTOOLS
from .lighting import KINDS as LIGHTING
from .nature import KINDS as NATURE
from .outdoor import KINDS as OUTDOOR
from .plants import KINDS as PLANTS
from .potplants import KINDS as POTPLANTS
from .robots import KINDS as ROBOTS
from .rockets import KINDS as ROCKETS
from .seating import KINDS as SEATING
from .storage import KINDS as STORAGE
from .street import KINDS as STREET
from .tables import KINDS as TABLES
from .tableware import KINDS as TABLEWARE
from .tools import KINDS as TOOLS
from .towers import KINDS as TOWERS
from .trees import KINDS as TREES
from .trucks import KINDS as TRUCKS
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
    *GLASSWARE,
    *DECOR,
    *LIGHTING,
    *TOOLS,
    *HANDTOOLS,
    *WEAPONS,
    *ARMS,
    *TREES,
    *PLANTS,
    *NATURE,
    *BUILDINGS,
    *TOWERS,
    *OUTDOOR,
    *CARS,
    *AIRCRAFT,
    *ROBOTS,
    *CHARACTERS,
    *BOATS,
    *CASTLES,
    *FOUNTAINS,
    *GARDEN,
    *POTPLANTS,
    *ROCKETS,
    *STREET,
    *TRUCKS,
)

__all__ = ["KINDS"]
