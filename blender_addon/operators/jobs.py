# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""The buttons on a row of the Jobs panel."""

from typing import Any

import bpy

from .. import runtime
from ..jobs import Fate, Job
from ..properties import fill
from ..scene_io import placement, provenance
from .generate import target_at_cursor

_PROPS: Any = bpy.props  # the stubs take what these return for nothing
_KEY = _PROPS.StringProperty(name="Job", options={"HIDDEN", "SKIP_SAVE"})


class _OnJob:
    """What acts on the job of its row; one that is gone meanwhile is let be."""

    key: _KEY

    def execute(self, context: bpy.types.Context) -> set[Any]:
        job = runtime.current().jobs.get(self.key)
        if job is None:
            return {"CANCELLED"}
        self.act(context, job)
        return {"FINISHED"}

    def act(self, context: bpy.types.Context, job: Job) -> None:
        raise NotImplementedError


class MAQUETTE_OT_cancel(_OnJob, bpy.types.Operator):
    """Stop this job"""

    bl_idname = "maquette.cancel"
    bl_label = "Cancel"

    def act(self, context: bpy.types.Context, job: Job) -> None:
        runtime.current().cancel(job)


class MAQUETTE_OT_retry(_OnJob, bpy.types.Operator):
    """Ask for the same again"""

    bl_idname = "maquette.retry"
    bl_label = "Try Again"

    def act(self, context: bpy.types.Context, job: Job) -> None:
        current = runtime.current()
        current.forget(job)
        current.order(job.order, job.target or target_at_cursor(context))


class MAQUETTE_OT_reuse(_OnJob, bpy.types.Operator):
    """Put this job's prompt and settings back into the panel"""

    bl_idname = "maquette.reuse"
    bl_label = "Use These Settings"

    def act(self, context: bpy.types.Context, job: Job) -> None:
        fill(context, job.order)


class MAQUETTE_OT_show(_OnJob, bpy.types.Operator):
    """Select this result, or put it at the 3D cursor where it is not in the scene"""

    bl_idname = "maquette.show"
    bl_label = "Show"

    def act(self, context: bpy.types.Context, job: Job) -> None:
        if _select(context, job):
            bpy.ops.ed.undo_push(message="Show Result")
        else:
            runtime.current().bring(job, target_at_cursor(context))


class MAQUETTE_OT_show_waiting(bpy.types.Operator):
    """Put every waiting result at the 3D cursor, side by side"""

    bl_idname = "maquette.show_waiting"
    bl_label = "Show"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        current, target = runtime.current(), target_at_cursor(context)
        for job in current.jobs.with_fate(Fate.WAITING):
            current.bring(job, target)
        return {"FINISHED"}


class MAQUETTE_OT_forget(_OnJob, bpy.types.Operator):
    """Delete this result from the list and from the disk. What is in the scene stays"""

    bl_idname = "maquette.forget"
    bl_label = "Forget"

    def act(self, context: bpy.types.Context, job: Job) -> None:
        runtime.current().forget(job)


class MAQUETTE_OT_clear_jobs(bpy.types.Operator):
    """Delete all ended jobs from the list and their results from the disk. What is in the scene stays"""

    bl_idname = "maquette.clear_jobs"
    bl_label = "Clear"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        manager: Any = context.window_manager
        answer: set[Any] = manager.invoke_confirm(self, event)
        return answer

    def execute(self, context: bpy.types.Context) -> set[Any]:
        current = runtime.current()
        for job in current.jobs.newest_first():
            if job.can_be_forgotten:
                current.forget(job)
        return {"FINISHED"}


def _select(context: bpy.types.Context, job: Job) -> bool:
    """Selects what the job made in the scene at hand; False when there is nothing, or it was undone."""
    scene: Any = context.scene
    made = provenance.find(job.view.job_id) if job.view else []
    return any(placement.show(item, scene) for item in made)


CLASSES = (
    MAQUETTE_OT_cancel,
    MAQUETTE_OT_retry,
    MAQUETTE_OT_reuse,
    MAQUETTE_OT_show,
    MAQUETTE_OT_show_waiting,
    MAQUETTE_OT_forget,
    MAQUETTE_OT_clear_jobs,
)
