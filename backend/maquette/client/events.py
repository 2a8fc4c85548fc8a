"""What a tick of the client brings: typed events, in the order in which things happened."""

from dataclasses import dataclass

from maquette.protocol import Json, MaquetteError, RecipeDescription

from .jobs import JobView
from .results import FetchedAsset


@dataclass(frozen=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True)
class Connected(Event):
    """The server answered, for the first time or again. `instance` tells one run of it from the next."""

    server: str
    instance: str
    environments: dict[str, Json]


@dataclass(frozen=True)
class Disconnected(Event):
    """The server is gone, silent or refuses this client. Jobs keep their last state until it is back."""

    error: MaquetteError


@dataclass(frozen=True)
class RecipesListed(Event):
    recipes: tuple[RecipeDescription, ...]


@dataclass(frozen=True)
class StatusReported(Event):
    """Answers `Pump.status`: the workers as protocol Pong lists them, and how many jobs wait."""

    workers: list[Json]
    queue_length: int


@dataclass(frozen=True)
class JobFound(Event):
    """A job of this session that another program or an earlier run submitted; it may be over."""

    job: JobView


@dataclass(frozen=True)
class JobChanged(Event):
    """It was accepted, moved up or made progress."""

    job: JobView


@dataclass(frozen=True)
class JobEnded(Event):
    """It finished, failed or was cancelled; told once per job."""

    job: JobView


@dataclass(frozen=True)
class JobForgotten(Event):
    """The server deleted it and its files."""

    job: JobView


@dataclass(frozen=True)
class AssetFetched(Event):
    job: JobView
    asset: FetchedAsset


@dataclass(frozen=True)
class RequestFailed(Event):
    """A request other than a submit was not carried out; `request` is its type, such as "fetch"."""

    request: str
    job: JobView | None
    error: MaquetteError
