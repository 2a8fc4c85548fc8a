# SPDX-License-Identifier: GPL-3.0-or-later
"""One Blender's work with the backend: orders go out, events come back, results wait for their moment.

Plain Python without bpy. The timer calls `tick` and brings `arrivals` into the scene.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from maquette.client.events import (
    AssetFetched,
    Event,
    JobChanged,
    JobEnded,
    JobForgotten,
    JobFound,
    RecipesListed,
    RequestFailed,
)
from maquette.client.jobs import JobView
from maquette.client.results import FetchedAsset
from maquette.protocol import Json, MaquetteError, RecipeDescription

from .full_environment import FullEnvironment
from .jobs import PULL_WEIGHTS, Fate, Job, JobList, Order, Target
from .link import Link
from .phases import Phase
from .unshown import Unshown

Describe = Callable[[list[RecipeDescription]], None]
ShowPicture = Callable[[str, bytes], None]
ShowViews = Callable[[str, bytes, dict[str, Json]], None]  # with the result's summary


class Session:
    """`on_recipes`, `on_picture` and `on_views` are told what Blender has to know at once."""

    def __init__(
        self, folder: Path, on_recipes: Describe, on_picture: ShowPicture, on_views: ShowViews
    ) -> None:
        self.link = Link(folder)
        self.full = FullEnvironment(folder)
        self.jobs = JobList()
        self.arrivals: dict[str, FetchedAsset] = {}
        self.widths: defaultdict[str, list[float]] = defaultdict(list)  # metres, of a batch's placed variants
        self.file_number = 0  # how many files were loaded
        self.views: dict[str, bytes] = {}  # of textures, by job: the pictures they were made of
        self._is_paused = False  # the backend was stopped, to be started again
        self._undecided: list[Job] = []  # ordered before any recipe was known
        self._recipes: dict[str, str] = {}  # task -> the recipe that does it unless another is named
        self._unshown = Unshown(folder / "unshown")
        self._on_recipes, self._on_picture, self._on_views = on_recipes, on_picture, on_views
        self._pictured: dict[str, int] = {}
        if self._unshown.any_left_over():
            self.link.start()

    @property
    def phase(self) -> Phase:
        """How the backend is."""
        return self.link.phase

    @property
    def is_busy(self) -> bool:
        """Whether ticks should come quickly."""
        under_way = self.phase in (Phase.INSTALLING, Phase.STARTING) or self.full.is_active
        return under_way or bool(self.arrivals) or (self.phase is Phase.READY and self.link.pump.is_busy)

    # --- what buttons ask for

    def order(self, order: Order, target: Target | None) -> Job:
        """Takes an order, and starts the backend where none runs; nothing has to be ready for it."""
        job = self.jobs.add(order, target)
        self.link.start()
        self._undecided.append(job)
        self._submit_decided()
        return job

    def cancel(self, job: Job) -> None:
        """Stops a job, however far it is."""
        if job in self._undecided:
            self._undecided.remove(job)
            job.fate = Fate.ENDED
        elif job.view is not None:
            self.link.pump.cancel(job.key)

    def bring(self, job: Job, target: Target) -> None:
        """Has a finished job's result put at a target."""
        if job.view is not None and job.view.state == "finished":
            job.target, job.fate, job.waits_for = target, Fate.ARRIVING, ""
            self.link.start()
            self.link.pump.fetch(job.key)

    def fetch_views(self, key: str) -> None:
        """Asks for the pictures that a texture was made of. Raises bad_input where its job is not known."""
        self.link.start()
        self.link.pump.fetch(key, "views")

    def forget(self, job: Job) -> None:
        """Drops a row, and the backend's record and files of it."""
        self._unshown.discard(job.key)
        self.jobs.remove(job)
        if job.view is not None and job.view.is_over:
            self.link.pump.forget(job.key)

    def forget_file(self) -> None:
        """Another file was loaded: what was on its way into the old one is offered instead."""
        self.file_number += 1
        for job in self.jobs.with_fate(Fate.ARRIVING):
            self.offer(job)

    def install_full(self) -> None:
        """Begins to install PyTorch, or goes on with it. The backend is told when nothing runs in it."""
        if self.full.is_whole:  # it is to be replaced, and the backend may run from it
            self._pause_backend()
        self.full.install()

    def remove_full(self) -> None:
        """Begins to remove PyTorch. Running jobs are lost."""
        self._pause_backend()
        self.full.remove()

    # --- what becomes of results

    def offer(self, job: Job) -> None:
        """Keeps a result for a Show button, where the scene that asked for it is gone."""
        job.fate, job.waits_for = Fate.WAITING, ""
        self.arrivals.pop(job.key, None)

    def placed(self, job: Job) -> None:
        """The result is in the scene."""
        job.fate, job.waits_for = Fate.PLACED, ""
        self.arrivals.pop(job.key, None)
        self._unshown.discard(job.key)

    def fail(self, job: Job, error: MaquetteError) -> None:
        """The result could not be used."""
        job.fate, job.failure = Fate.ENDED, error
        self.arrivals.pop(job.key, None)

    def tick(self, budget_s: float) -> bool:
        """Does what can be done within the budget; True if the panels should be drawn anew."""
        before = (self.link.phase, self.link.fraction)
        events = self.link.step(budget_s)
        for event in events:
            self._follow(event)
        changed = self.full.step(budget_s)
        self._take_up_full()
        return changed or bool(events) or before != (self.link.phase, self.link.fraction)

    def stop(self) -> None:
        """Ends the backend and what is being installed."""
        self.full.cancel()
        self.link.stop()

    def _pause_backend(self) -> None:
        if self.phase in (Phase.STARTING, Phase.READY):
            self.link.stop()
            self._is_paused = self.full.has_changed = True

    def _take_up_full(self) -> None:
        """A backend learns of environments when it starts; one at work is not disturbed."""
        if self.full.is_active or not self.full.has_changed or self.jobs.with_fate(Fate.OPEN):
            return
        is_wanted = self._is_paused or self.phase in (Phase.STARTING, Phase.READY)
        self._is_paused = self.full.has_changed = False
        if is_wanted:
            self.link.stop()
            self.link.start()

    def _submit_decided(self) -> None:
        for job in list(self._undecided):
            recipe = job.order.recipe or self._recipes.get(job.order.task, "")
            if recipe:
                self._undecided.remove(job)
                job.order = replace(job.order, recipe=recipe)
                self._submit(job)
            elif self._recipes:
                self._undecided.remove(job)
                words = f"no recipe of this backend can {job.order.task}: update it"
                self.fail(job, MaquetteError("unknown_recipe", words, "update"))

    def _submit(self, job: Job) -> None:
        order, pump = job.order, self.link.pump
        try:
            pump.submit(order.recipe, order.prompt, order.parameters, order.seed, order.frames, job.key)
        except MaquetteError as error:
            self.fail(job, error)
        else:
            job.view = pump.job(job.key)
            self._unshown.add(job.key)

    def _follow(self, event: Event) -> None:
        match event:
            case RecipesListed(recipes):
                self._recipes = {recipe.task: recipe.name for recipe in reversed(recipes)}
                self._on_recipes(list(recipes))
                self._submit_decided()
            case JobFound(view):
                self._found(view)
            case JobChanged(view):
                self._picture(view)
            case JobEnded(view):
                self._ended(view)
            case AssetFetched(view, asset):
                self._fetched(view, asset)
            case RequestFailed("fetch", JobView() as view, error):
                self._not_fetched(view, error)
            case JobForgotten(view):
                self._pictured.pop(view.request_id, None)

    def _found(self, view: JobView) -> None:
        """A job of an earlier session: offered if nobody saw its result, else listed to be shown again."""
        left_over = self._unshown.is_left_over(view.request_id)
        if self.jobs.get(view.request_id) is not None:
            return
        if view.state == "finished" and view.recipe == PULL_WEIGHTS:
            self._unshown.discard(view.request_id)
        elif view.state == "finished":
            self.jobs.adopt(view, Fate.WAITING if left_over else Fate.PLACED)
            self._fetch_picture(view)
        elif left_over:
            self.jobs.adopt(view, Fate.ENDED if view.is_over else Fate.OPEN)
            if view.is_over:
                self._unshown.discard(view.request_id)

    def _ended(self, view: JobView) -> None:
        job = self.jobs.get(view.request_id)
        if job is None:
            return
        if view.state != "finished":
            job.fate = Fate.ENDED
            self._unshown.discard(job.key)
            return
        if job.is_download:
            self.placed(job)
            self.link.pump.describe()  # recipes tell whether their weights are here
            return
        self._fetch_picture(view)
        if job.target is not None and job.target.file == self.file_number:
            job.fate = Fate.ARRIVING
            self.link.pump.fetch(job.key)
        else:
            self.offer(job)

    def _fetched(self, view: JobView, asset: FetchedAsset) -> None:
        job = self.jobs.get(view.request_id)
        if asset.views is not None:
            self.views[view.request_id] = bytes(asset.views.data)
            self._on_views(view.request_id, self.views[view.request_id], asset.result)
        elif asset.preview is not None:
            self._on_picture(view.request_id, bytes(asset.preview.data))
        elif job is not None and job.fate is Fate.ARRIVING:
            self.arrivals[job.key] = asset

    def _not_fetched(self, view: JobView, error: MaquetteError) -> None:
        job = self.jobs.get(view.request_id)
        if job is not None and job.fate is Fate.ARRIVING:
            self.fail(job, error)

    def _picture(self, view: JobView) -> None:
        """Shows a picture on the way once, not at every event."""
        if view.preview and self._pictured.get(view.request_id) != id(view.preview):
            self._pictured[view.request_id] = id(view.preview)
            self._on_picture(view.request_id, view.preview)

    def _fetch_picture(self, view: JobView) -> None:
        files: Json = view.result.get("files")
        if isinstance(files, dict) and "preview.png" in files:
            self.link.pump.fetch(view.request_id, "preview")
