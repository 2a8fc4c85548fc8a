# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked for and what became of it: plain Python without Blender data, so that nothing goes stale."""

import uuid
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from maquette.client.jobs import JobView
from maquette.protocol import Frame, Json, MaquetteError

PULL_WEIGHTS = "pull-weights"  # the recipe whose jobs bring weights to this disk, and make nothing to show

Vector = tuple[float, float, float]


class Fate(Enum):
    """Where a job stands for the artist."""

    OPEN = "open"  # waiting or running
    ARRIVING = "arriving"  # finished; its result is on its way into the scene
    PLACED = "placed"  # it is or was in a scene, and can be shown again
    WAITING = "waiting"  # finished, and offered: the scene that asked is not there
    ENDED = "ended"  # failed or cancelled


@dataclass(frozen=True)
class Wearer:
    """The mesh that gets new maps, and how: all by value.

    `loops` says which corner of the mesh each triangle corner is, and `topology` that it is still so; without
    them new UVs cannot be written.
    """

    object_uid: int
    slots: tuple[int, ...] = ()  # of its materials; empty for a mesh that has none yet
    uv_map: str = ""  # what the maps were made for, if the result keeps it
    maps: tuple[str, ...] = ("base_color", "orm", "normal")  # the ones that are wanted
    blender_unwraps: bool = False  # of new UVs only the seams are taken
    topology: tuple[int, ...] = ()
    loops: npt.NDArray[np.int32] | None = field(default=None, repr=False, compare=False)  # [F, 3]


@dataclass(frozen=True)
class Target:
    """Where a result goes, by value: identifiers that a rename survives, and where the cursor stood.

    `file` counts the loaded files, so that a result never lands in another file than the one that asked.
    """

    file: int
    scene_uid: int
    location: Vector = (0.0, 0.0, 0.0)
    batch: str = ""  # variants that stand side by side
    name: str = ""  # of a new object, where the recipe cannot know a good one
    wearer: Wearer | None = None  # None for a result that becomes an object of its own


@dataclass(frozen=True)
class Order:
    """One job's input, as it will be submitted. An empty recipe is the first one that does the task."""

    recipe: str
    task: str
    prompt: str
    parameters: dict[str, Json]
    seed: int
    frames: dict[str, Frame] = field(default_factory=dict, repr=False)


@dataclass
class Job:
    """One row of the Jobs panel. `view` is what the client knows of it, once it was submitted."""

    key: str
    order: Order
    target: Target | None = None
    view: JobView | None = None
    fate: Fate = Fate.OPEN
    failure: MaquetteError | None = None  # of what this side did with it
    waits_for: str = ""  # why a finished result is not in the scene yet, in words

    @property
    def title(self) -> str:
        """The prompt, or what is downloaded; "" for what was asked without words."""
        if self.is_download:
            return f"Download {self.order.parameters.get('names', 'weights')}"
        return self.order.prompt

    @property
    def is_download(self) -> bool:
        """Whether it brings weights, so that it has no result for a scene."""
        return self.order.recipe == PULL_WEIGHTS

    @property
    def seed(self) -> int:
        """The seed that makes it again."""
        return self.view.seed if self.view and self.view.seed >= 0 else self.order.seed

    @property
    def error(self) -> MaquetteError | None:
        """What went wrong with it, here or in the backend."""
        return self.failure or (self.view.error if self.view else None)

    @property
    def notes(self) -> list[str]:
        """What the recipe told of it: first what it understood, then what one should know."""
        return self.view.notes if self.view else []

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.fate is Fate.OPEN

    @property
    def can_be_forgotten(self) -> bool:
        """Whether nothing is going on with it any more."""
        return self.fate in (Fate.PLACED, Fate.WAITING, Fate.ENDED)


class JobList:
    """The rows of this Blender session, by key; the order of asking is kept."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._ordered: list[tuple[str, str]] = []  # key and task

    def add(self, order: Order, target: Target | None) -> Job:
        """A new job, to be submitted."""
        job = Job(uuid.uuid4().hex, order, target)
        self._jobs[job.key] = job
        self._ordered.append((job.key, order.task))
        return job

    def adopt(self, view: JobView, fate: Fate) -> None:
        """Lists a job of an earlier session, below everything that was asked for in this one."""
        order = Order(view.recipe, "generate", view.prompt, {}, view.seed)
        self._jobs = {view.request_id: Job(view.request_id, order, None, view, fate), **self._jobs}

    def get(self, key: str) -> Job | None:
        """A job by its key."""
        return self._jobs.get(key)

    def of(self, view: JobView) -> Job | None:
        """The row of what the client told of."""
        return next((job for job in self._jobs.values() if job.view is view), None)

    def remove(self, job: Job) -> None:
        """Drops a row."""
        self._jobs.pop(job.key, None)

    def latest(self, *tasks: str) -> Job | None:
        """The job that was ordered last, of some tasks or of any; None once it was dropped."""
        keys = [key for key, task in self._ordered if not tasks or task in tasks]
        return self._jobs.get(keys[-1]) if keys else None

    def newest_first(self) -> list[Job]:
        """Rows for the panel."""
        return list(reversed(self._jobs.values()))

    def with_fate(self, *fates: Fate) -> list[Job]:
        """Jobs in the order of asking."""
        return [job for job in self._jobs.values() if job.fate in fates]
