# SPDX-License-Identifier: GPL-3.0-or-later
"""The one timer: it lets the session work for a few milliseconds, brings finished results in, and redraws.

No thread is started. Nothing of Blender's data is held between two ticks.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

import bpy

from maquette.client.pump import TICK_BUDGET_S
from maquette.protocol import Json, RecipeDescription

from . import catalogue, dice, properties, thumbnails
from .phases import Phase
from .preferences import data_folder
from .scene_io import placement, view_sheet
from .session import Session

BUDGET_S = TICK_BUDGET_S
INSTALL_BUDGET_S = (0.1, 0.4)  # seconds of work in all: where drawing takes long, as long as it takes
BUSY_INTERVAL_S = 0.02
IDLE_INTERVAL_S = 0.1
REDRAW_EVERY_S = 0.15
REDRAW_INSTALL_EVERY_S = 0.5  # without a graphics card a redraw takes longer than a beat

_logger = logging.getLogger(__name__)

_session: Session | None = None
_panel_values: dict[str, dict[str, object]] = {}
_needs_redraw = False
_drawn_at = 0.0
_beat_ended_at = 0.0


def current() -> Session:
    """The session, which lives as long as the add-on is registered."""
    if _session is None:
        raise RuntimeError("Maquette is not registered")
    return _session


def start() -> None:
    """Begins the session, its handlers and its timer."""
    global _session
    folder = data_folder()
    catalogue.load(folder)
    _session = Session(folder, _learn_recipes, thumbnails.set_picture, _cut_views)
    bpy.app.handlers.load_pre.append(_before_load)
    bpy.app.handlers.load_post.append(_after_load)
    _arm()


def stop() -> None:
    """Ends the backend and everything that `start` began."""
    global _session
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    bpy.app.handlers.load_post.remove(_after_load)
    bpy.app.handlers.load_pre.remove(_before_load)
    if _session is not None:
        _session.stop()
    _session = None
    thumbnails.clear()
    dice.clear()
    catalogue.clear()


def tick() -> float:
    """One beat; returns the seconds until the next. No error may end the timer: nothing would restart it."""
    global _needs_redraw, _beat_ended_at
    session = current()
    try:
        changed = session.tick(_budget(session))
        changed |= _bring_in(session)
    except Exception:
        _logger.exception("Maquette's timer failed")
        return 1.0
    _needs_redraw |= changed
    if _needs_redraw:
        _redraw()
    _beat_ended_at = time.monotonic()
    return BUSY_INTERVAL_S if session.is_busy else IDLE_INTERVAL_S


def _budget(session: Session) -> float:
    if session.phase is not Phase.INSTALLING:
        return BUDGET_S
    least, most = INSTALL_BUDGET_S
    return min(max(least, time.monotonic() - _beat_ended_at), most)


def _learn_recipes(descriptions: list[RecipeDescription]) -> None:
    catalogue.update(descriptions)
    catalogue.save(current().link.folder)


def _cut_views(key: str, encoded: bytes, result: dict[str, Json]) -> None:
    """Small pictures of a texture's views, for the panel: no image may be made while it is drawn."""
    record = result.get("provenance")
    cut = view_sheet.cut_of(record.get("views")) if isinstance(record, dict) else None
    if cut is not None:
        thumbnails.set_tiles(key, view_sheet.tiles(encoded, cut))


def _bring_in(session: Session) -> bool:
    """Puts one arrived result into its scene, as one undo step, or notes what it waits for."""
    manager = bpy.context.window_manager
    if not session.arrivals or manager is None:
        return False
    job = session.jobs.get(next(iter(session.arrivals)))
    if job is None:  # forgotten on its way
        session.arrivals.pop(next(iter(session.arrivals)))
        return True
    reason = placement.reason_to_wait(manager)
    if reason:
        changed, job.waits_for = job.waits_for != reason, reason
        return changed
    windows = manager.windows
    with bpy.context.temp_override(window=windows[0] if len(windows) else None):
        ops: Any = bpy.ops
        ops.maquette.place_result("EXEC_DEFAULT", True, key=job.key)
    return True


def _redraw() -> None:
    """Redraws the sidebars, now and then."""
    global _needs_redraw, _drawn_at
    now = time.monotonic()
    is_installing = current().phase is Phase.INSTALLING
    if now - _drawn_at < (REDRAW_INSTALL_EVERY_S if is_installing else REDRAW_EVERY_S):
        return
    _needs_redraw, _drawn_at = False, now
    manager = bpy.context.window_manager
    for window in manager.windows if manager else ():
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def _persistent(handler: Callable[..., None]) -> Callable[..., None]:
    """Blender's mark for handlers that outlive a file."""
    decorate: Any = bpy.app.handlers.persistent
    marked: Callable[..., None] = decorate(handler)
    return marked


def _arm() -> None:
    if not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick, first_interval=IDLE_INTERVAL_S, persistent=True)


@_persistent
def _before_load(*_: object) -> None:
    """Loading a file resets the window manager, and with it what was typed into the panels."""
    _panel_values.clear()
    for name in ("maquette", *catalogue.groups()):
        _panel_values[name] = properties.snapshot(getattr(bpy.context.window_manager, name))


@_persistent
def _after_load(*_: object) -> None:
    for name, values in _panel_values.items():
        properties.restore(getattr(bpy.context.window_manager, name), values)
    current().forget_file()
    _arm()
