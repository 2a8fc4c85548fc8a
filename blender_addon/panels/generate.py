# SPDX-License-Identifier: GPL-3.0-or-later
"""Words in, an object out: the panel that is used all day."""

from typing import Any

import bpy

from .. import catalogue, runtime
from ..jobs import Fate
from ..preferences import draw_parts
from ..properties import settings
from ..scene_io import provenance
from . import parts


class MAQUETTE_PT_generate(bpy.types.Panel):
    """The prompt, its options and the button."""

    bl_label = "Generate"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        values = settings(context)
        column = layout.column()
        column.scale_y = 1.2
        column.prop(values, "prompt", text="", placeholder="a red wooden chair with a round seat")
        if len(catalogue.recipes("generate")) > 1:
            layout.prop(values, "recipe", text="")
        described = catalogue.recipe(values.recipe)
        if described is not None:
            parts.download(layout, context, described)
        _images(layout, context, values)
        _seed(layout, values)
        _options(layout, context, values.recipe)
        _button(layout, values)
        _outcome(layout, context)


class MAQUETTE_PT_selected(bpy.types.Panel):
    """The selected result: where it came from, and another one like it."""

    bl_label = "Selected Result"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return provenance.read(context.active_object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        origin = provenance.read(context.active_object)
        if origin is None:
            return
        described = catalogue.recipe(origin.recipe)
        title = described.title if described else origin.recipe
        if origin.prompt:
            parts.text(layout, context, origin.prompt, "OUTLINER_OB_MESH")
            facts = layout.column(align=True)
            facts.scale_y = 0.85
            facts.label(text=f"{title}, seed {origin.seed}", icon="BLANK1")
        else:
            parts.text(layout, context, title, "OUTLINER_OB_MESH")
        if described is None or described.task == "generate":  # others need the mesh that they were given
            column = layout.column(align=True)
            column.operator("maquette.again", icon="FILE_REFRESH")
            column.operator("maquette.reuse_object", icon="GREASEPENCIL")
        parts.show_material(layout, context)
        layout.operator("maquette.mark_asset", icon="ASSET_MANAGER")
        layout.operator("maquette.quads", icon="MESH_GRID")


def _images(layout: Any, context: bpy.types.Context, values: Any) -> None:
    """Shown where the recipe looks at pictures, or where one waits for a recipe that does."""
    described = catalogue.recipe(values.recipe)
    takes = described is not None and any(name.startswith("images") for name in described.inputs)
    if not takes and not values.images:
        return
    box = parts.images(layout, values.images, surface=False, can_add=takes)
    if not takes:
        title = described.title if described else "This recipe"
        parts.text(box, context, f"{title} works from words alone: images are left out", "INFO")


def _seed(layout: Any, values: Any) -> None:
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    parts.seed(column, values, surface=False)
    column.prop(values, "variants")


def _options(layout: Any, context: bpy.types.Context, name: str) -> None:
    described = catalogue.recipe(name)
    if described is None or not described.parameters:
        return
    for advanced, title in ((False, "Options"), (True, "Advanced")):
        if any(p.advanced == advanced for p in described.parameters):
            header, body = layout.panel(f"maquette_{title.lower()}", default_closed=True)
            header.label(text=title)
            if body is not None:
                body.use_property_split = True
                body.use_property_decorate = False
                catalogue.draw(body, context.window_manager, name, advanced)
                if not advanced:
                    draw_parts(body)


def _button(layout: Any, values: Any) -> None:
    row = layout.row()
    row.scale_y = 1.7
    words = "Generate" if values.variants == 1 else f"Generate {values.variants} Variants"
    row.operator("maquette.generate", text=words, icon="SHADERFX")


def _outcome(layout: Any, context: bpy.types.Context) -> None:
    """What goes on, under the button: start of the backend, progress, what was understood."""
    if parts.backend_line(layout, context):
        return
    job = runtime.current().jobs.latest("generate")
    if job is None:
        return
    if job.is_open:
        parts.job_bar(layout, job)
        parts.preview(layout, job)
    elif job.error is not None and job.fate is Fate.ENDED:
        parts.error_box(layout, context, job.error, job.key)
    for number, note in enumerate(job.notes):
        parts.text(layout, context, note, "INFO" if number else "CHECKMARK")


CLASSES = (MAQUETTE_PT_generate, MAQUETTE_PT_selected)
