# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that was asked for, newest first: how far it is, and what can be done with it."""

from typing import Any

import bpy

from .. import catalogue, runtime, thumbnails
from ..jobs import Fate, Job
from ..properties import settings
from . import parts

SHOWN = 5  # more are folded away


class MAQUETTE_PT_jobs(bpy.types.Panel):
    """The list of jobs."""

    bl_label = "Jobs"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        count = len(runtime.current().jobs.with_fate(Fate.OPEN))
        if count:
            layout: Any = self.layout
            layout.label(text=f"{count} in progress  ")

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        listed = runtime.current().jobs.newest_first()
        waiting = [job for job in listed if job.fate is Fate.WAITING]
        if waiting:
            _offer(layout, len(waiting))
        if not listed:
            parts.text(layout, context, "Nothing here yet. Write a prompt above and press Generate", "INFO")
            return
        values = settings(context)
        for job in listed if values.all_jobs else listed[:SHOWN]:
            _row(layout, context, job)
        row = layout.row()
        if len(listed) > SHOWN:
            row.prop(values, "all_jobs", text=f"Show All {len(listed)}", toggle=True)
        if any(job.can_be_forgotten for job in listed):
            row.operator("maquette.clear_jobs", icon="TRASH")


def _offer(layout: Any, count: int) -> None:
    row = layout.box().row()
    row.label(text="1 result waits" if count == 1 else f"{count} results wait", icon="PACKAGE")
    row.operator("maquette.show_waiting", text="Show", icon="HIDE_OFF")


def _row(layout: Any, context: bpy.types.Context, job: Job) -> None:
    box = layout.box()
    row = box.row()
    picture = thumbnails.icon(job.key)
    if picture:
        row.template_icon(icon_value=picture, scale=2.6)
    column = row.column(align=True)
    head = column.row(align=True)
    head.label(text=_title(job), icon="NONE" if picture else _ICONS[job.fate])
    _buttons(head, job)
    if job.is_open:
        parts.job_bar(column, job)
    elif job.error is None:
        line = column.row()
        line.active = False
        line.label(text=_state_words(job))
    if job.error is not None:
        parts.error_box(box, context, job.error, job.key)


def _title(job: Job) -> str:
    """What was asked for in words, or what stands in for it: the recipe's name, where it needs none."""
    described = catalogue.recipe(job.order.recipe)
    wordless = described.title if described is not None and described.task != "generate" else "From an image"
    return job.title or wordless


def _buttons(row: Any, job: Job) -> None:
    if job.is_open:
        return
    if job.fate in (Fate.PLACED, Fate.WAITING) and not job.is_download:
        row.operator("maquette.show", text="", icon="HIDE_OFF", emboss=False).key = job.key
        row.operator("maquette.reuse", text="", icon="GREASEPENCIL", emboss=False).key = job.key
    if job.fate is Fate.ENDED:
        row.operator("maquette.retry", text="", icon="FILE_REFRESH", emboss=False).key = job.key
    if job.can_be_forgotten:
        row.operator("maquette.forget", text="", icon="TRASH", emboss=False).key = job.key


def _state_words(job: Job) -> str:
    if job.fate is Fate.ARRIVING:
        return job.waits_for or "Coming into the scene"
    if job.fate is Fate.WAITING:
        return "Ready to show"
    if job.is_download and job.fate is Fate.PLACED:
        return "Downloaded"
    if job.fate is Fate.PLACED:
        described = catalogue.recipe(job.order.recipe)
        if described is None or not job.order.prompt:  # then its title stands above
            return f"Seed {job.seed}"
        return f"Seed {job.seed}, {described.title}"
    return "Cancelled"


_ICONS = {
    Fate.OPEN: "SORTTIME",
    Fate.ARRIVING: "IMPORT",
    Fate.PLACED: "CHECKMARK",
    Fate.WAITING: "PACKAGE",
    Fate.ENDED: "CANCEL",
}

CLASSES = (MAQUETTE_PT_jobs,)
