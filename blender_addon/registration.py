# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that Blender is told of, in one list; it is taken back in reverse order."""

import bpy

from . import file_drop, headless, preferences, properties, runtime
from .operators import (
    backend,
    finish,
    full_environment,
    generate,
    jobs,
    quads,
    result,
    shading,
    texture,
    unwrap,
    vary,
    views,
    weights,
)
from .panels import finish as finish_panel
from .panels import full_environment as full_environment_panel
from .panels import generate as generate_panel
from .panels import jobs as jobs_panel
from .panels import setup as setup_panel
from .panels import texture as texture_panel
from .panels import vary as vary_panel
from .panels import views as views_panel

CLASSES = (
    preferences.MAQUETTE_AP_preferences,
    *properties.CLASSES,
    *generate.CLASSES,
    *texture.CLASSES,
    *weights.CLASSES,
    *views.CLASSES,
    *unwrap.CLASSES,
    *jobs.CLASSES,
    *backend.CLASSES,
    *full_environment.CLASSES,
    *result.CLASSES,
    *shading.CLASSES,
    *quads.CLASSES,
    *finish.CLASSES,
    *vary.CLASSES,
    *file_drop.CLASSES,
    *generate_panel.CLASSES,
    *texture_panel.CLASSES,
    *views_panel.CLASSES,
    *vary_panel.CLASSES,
    *finish_panel.CLASSES,
    *jobs_panel.CLASSES,
    *setup_panel.CLASSES,
    *full_environment_panel.CLASSES,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    properties.attach()
    headless.register()
    runtime.start()


def unregister() -> None:
    runtime.stop()
    headless.unregister()
    properties.detach()
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
