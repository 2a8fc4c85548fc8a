# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces that several panels draw: wrapped text, errors with their remedy, progress."""

import json
import textwrap
from typing import Any

import bpy

from maquette.client.installer import FullInstaller
from maquette.protocol import MaquetteError, RecipeDescription

from .. import catalogue, dice, phases, runtime, thumbnails
from ..jobs import Job
from ..link import Link
from ..operators.shading import hides_materials
from ..phases import Phase
from ..preferences import reason_offline
from ..properties import settings

_CHARACTER_PX = 7.0  # mean width of Blender's interface font at scale 1

# stage -> what a person says; a recipe may have others, which are shown as they are
_STAGES = {
    "understand": "Reading the prompt",
    "extract": "Building the surface",
    "simplify": "Simplifying",
    "unwrap": "Unwrapping",
    "bake": "Baking textures",
    "finish": "Finishing",
}

# PyTorch's build -> what it is for
_BUILDS = {
    "cpu": "the processor, as no graphics card was found that it can use",
    "default": "Apple's graphics",
    "cu126": "NVIDIA graphics",
    "cu130": "NVIDIA graphics",
}

# remedy -> operator, label, icon
_BUTTONS = {
    "start_backend": ("maquette.start_backend", "Start Backend", "PLAY"),
    "restart_backend": ("maquette.restart_backend", "Restart Backend", "FILE_REFRESH"),
    "install_environment": ("maquette.install", "Install", "IMPORT"),
    "free_memory": ("maquette.free_memory", "Free Memory", "MEMORY"),
    "free_disk": ("maquette.open_data_folder", "Open Data Folder", "FILE_FOLDER"),
    "update": ("maquette.open_extensions", "Look for Updates", "URL"),
}
# Of an error, what its button shows before it acts.
_PULL_DETAILS = ("weights", "size_bytes", "sources", "licences")
_JOB_BUTTONS = {
    "change_input": ("maquette.reuse", "Edit and Try Again", "GREASEPENCIL"),
    "retry": ("maquette.retry", "Try Again", "FILE_REFRESH"),
}


def text(layout: Any, context: bpy.types.Context, words: str, icon: str = "NONE") -> None:
    """Words over as many lines as the sidebar's width asks for."""
    preferences: Any = context.preferences
    scale = preferences.system.ui_scale or 1.0  # 0 without a window
    width = context.region.width if context.region else 300
    lines = textwrap.wrap(words, max(18, int((width - 50 * scale) / (_CHARACTER_PX * scale)))) or [""]
    column = layout.column(align=True)
    column.scale_y = 0.85
    for number, line in enumerate(lines):
        indent = "BLANK1" if icon != "NONE" else "NONE"
        column.label(text=line, icon=icon if number == 0 else indent)


def error_box(layout: Any, context: bpy.types.Context, error: MaquetteError, key: str = "") -> None:
    """One sentence and, under it, the button that mends it."""
    box = layout.box()
    text(box, context, error.message, "ERROR")
    if error.remedy == "choose_recipe":
        box.prop(settings(context), "recipe")
    elif error.remedy == "install_environment" and error.details.get("environment") == "full":
        _full_button(box, context, key)
    elif error.remedy == "pull_weights":
        _weights_button(box, context, error, key)
    elif error.remedy in _BUTTONS:
        operator, label, icon = _BUTTONS[error.remedy]
        box.operator(operator, text=label, icon=icon)
    elif error.remedy in _JOB_BUTTONS and key:
        _job_button(box, error.remedy, key)


def show_material(layout: Any, context: bpy.types.Context) -> None:
    """The button that shows the material, where the viewport's shading leaves it out."""
    if hides_materials(context.space_data):
        layout.operator("maquette.show_material", icon="MATERIAL")


def download_words(installer: FullInstaller) -> str:
    """What an installation of PyTorch downloads, in which build, and how much."""
    fetched, needed = (f"{size / 1e9:.2g} GB" for size in (installer.download_bytes, installer.needed_bytes))
    return (
        f"Downloads about {fetched} from pytorch.org and pypi.org, the build for {_BUILDS[installer.build]}. "
        f"{needed} of disk must be free"
    )


def download_button(layout: Any, context: bpy.types.Context, words: str) -> None:
    """The button that installs PyTorch; while Blender may not go online, why, and where to allow it."""
    layout.operator("maquette.install_full", text=words, icon="IMPORT")
    _allow_downloads(layout, context)


def _full_button(layout: Any, context: bpy.types.Context, key: str) -> None:
    """What mends the lack of PyTorch: its installation, how far that is, or, after it, another try."""
    full = runtime.current().full
    if full.is_active:
        layout.progress(factor=full.fraction, type="BAR", text="Installing PyTorch")
    elif key and full.is_whole:
        _job_button(layout, "retry", key)
    else:
        download_button(layout, context, "Install PyTorch")


def download(layout: Any, context: bpy.types.Context, recipe: RecipeDescription) -> None:
    """What a recipe would fetch first, before anybody presses its button."""
    if not recipe.weights_here:
        size = f"{recipe.download_bytes / 1e9:.1f} GB" if recipe.download_bytes else "Weights"
        words = f"{size} to download first, licence {recipe.licence}; nothing is fetched before you agree"
        text(layout, context, words, "IMPORT")


def _weights_button(layout: Any, context: bpy.types.Context, error: MaquetteError, key: str) -> None:
    """What mends the lack of weights: their download, how far that is, or, after it, another try."""
    job = runtime.current().jobs.get(key)
    described = catalogue.recipe(job.order.recipe) if job is not None else None
    download = runtime.current().jobs.latest("weights")
    if download is not None and download.is_open:
        job_bar(layout, download)
    elif described is not None and described.weights and described.weights_here:
        _job_button(layout, "retry", key)
    else:
        button = layout.operator("maquette.pull_weights", icon="IMPORT")
        button.details = json.dumps({name: error.details.get(name) for name in _PULL_DETAILS})
        _allow_downloads(layout, context)


def _allow_downloads(layout: Any, context: bpy.types.Context) -> None:
    """While Blender may not go online: why, and where to allow it."""
    reason = reason_offline()
    if reason:
        text(layout, context, reason, "INFO")
        app: Any = bpy.app
        if not app.online_access_override:
            layout.operator("extensions.userpref_show_online", text="Open Preferences", icon="PREFERENCES")


def _job_button(layout: Any, remedy: str, key: str) -> None:
    operator, label, icon = _JOB_BUTTONS[remedy]
    layout.operator(operator, text=label, icon=icon).key = key


def images(layout: Any, listed: Any, surface: bool, can_add: bool = True) -> Any:
    """Reference pictures, of Generate or of Texture, and the button that adds one; returns their box."""
    box = layout.box()
    for index, item in enumerate(listed):
        row = box.row(align=True)
        row.prop(item, "filepath", text="", icon="IMAGE_DATA")
        remove = row.operator("maquette.remove_image", text="", icon="X")
        remove.index, remove.surface = index, surface
    if can_add:
        words = "Add Reference Image" if surface else "Add Image, or Drop One in the Viewport"
        box.operator("maquette.add_image", text=words, icon="ADD").surface = surface
    return box


def seed(layout: Any, values: Any, surface: bool) -> None:
    """The seed, its die and whether each press rolls another."""
    prefix = "texture_" if surface else ""
    row = layout.row(align=True)
    number = row.row(align=True)
    number.active = not getattr(values, f"{prefix}random_seed")
    number.prop(values, f"{prefix}seed")
    row.operator("maquette.roll_seed", text="", icon_value=dice.icon()).surface = surface
    layout.prop(values, f"{prefix}random_seed")


def backend_line(layout: Any, context: bpy.types.Context) -> bool:
    """What stands between the artist and the backend, if anything does."""
    link = runtime.current().link
    if link.error is not None:
        error_box(layout, context, link.error)
    elif link.phase in phases.UNDER_WAY:
        phase_line(layout, link)
    else:
        return False
    return True


def phase_line(layout: Any, link: Link) -> None:
    """How the backend is, as a bar while it is on its way."""
    if link.phase in phases.UNDER_WAY:
        layout.progress(factor=link.fraction, type="BAR", text=link.words)
    else:
        layout.label(text=link.words, icon=phases.ICONS[link.phase])


def duration(seconds: float) -> str:
    """Time left the way a person says it; empty when it is not known."""
    if seconds < 0:
        return ""
    if seconds < 1.5:
        return "a moment left"
    if seconds < 90:
        return f"{round(seconds)} s left"
    return f"{round(seconds / 60)} min left"


def job_bar(layout: Any, job: Job) -> None:
    """The bar of a job on its way, with its cancel button."""
    row = layout.row(align=True)
    row.progress(factor=job.view.fraction if job.view else 0.0, type="BAR", text=progress_words(job))
    row.operator("maquette.cancel", text="", icon="X").key = job.key


def preview(layout: Any, job: Job) -> None:
    """What a job at work shows of its result so far, where it shows anything."""
    picture = thumbnails.icon(job.key)
    if picture:
        layout.template_icon(icon_value=picture, scale=8.0)


def progress_words(job: Job) -> str:
    """Stage and time left, or the place in the queue."""
    view = job.view
    if view is None or runtime.current().phase is not Phase.READY:
        return "Waiting for the backend"
    if view.cancel_wanted:
        return "Cancelling"
    if view.place > 0:
        return f"Waiting, number {view.place} in line"
    stage = _STAGES.get(view.stage) or view.stage.replace("_", " ").capitalize() or "Waiting"
    left = duration(view.seconds_left)
    return f"{stage}, {left}" if left else stage
