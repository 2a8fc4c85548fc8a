# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""What happens to a result in the scene: it arrives, and more like it are asked for from the object."""

from dataclasses import replace
from typing import Any

import bpy

from maquette.client.results import FetchedAsset
from maquette.protocol import Json, MaquetteError

from .. import runtime, thumbnails
from ..jobs import Job, Order
from ..preferences import marks_assets, parts_way
from ..properties import fill
from ..scene_io import asset_library, placement, provenance, result
from ..scene_io.provenance import Origin
from .generate import random_seed, target_at_cursor


class MAQUETTE_OT_place_result(bpy.types.Operator):
    """Put an arrived result into the scene that asked for it"""

    bl_idname = "maquette.place_result"
    bl_label = "Place Result"
    bl_options = {"UNDO", "INTERNAL"}

    key: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[Any]:
        session = runtime.current()
        job, asset = session.jobs.get(self.key), session.arrivals.get(self.key)
        if job is None or asset is None or job.target is None:
            return {"CANCELLED"}
        scene = placement.scene_by_uid(job.target.scene_uid)
        if scene is None:
            session.offer(job)
            return {"CANCELLED"}
        try:
            is_placed = _dress(context, job, asset) if job.target.wearer else _place(job, asset, scene)
        except MaquetteError as error:
            session.fail(job, error)
            return {"CANCELLED"}
        if not is_placed:
            session.offer(job)
            return {"CANCELLED"}
        session.placed(job)
        return {"FINISHED"}


class _OnResult:
    """What acts on the selected object, where Maquette made it."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return provenance.read(context.active_object) is not None

    def execute(self, context: bpy.types.Context) -> set[Any]:
        item = context.active_object
        origin = provenance.read(item)
        if item is None or origin is None:
            return {"CANCELLED"}
        self.act(context, item, origin)
        return {"FINISHED"}

    def act(self, context: bpy.types.Context, item: bpy.types.Object, origin: Origin) -> None:
        raise NotImplementedError


class MAQUETTE_OT_again(_OnResult, bpy.types.Operator):
    """Make another one with a new seed, beside this one"""

    bl_idname = "maquette.again"
    bl_label = "Another with a New Seed"

    def act(self, context: bpy.types.Context, item: bpy.types.Object, origin: Origin) -> None:
        target = replace(target_at_cursor(context), location=placement.beside(item))
        runtime.current().order(replace(_order(origin), seed=random_seed()), target)


class MAQUETTE_OT_reuse_object(_OnResult, bpy.types.Operator):
    """Put the prompt and settings that made this object back into the panel"""

    bl_idname = "maquette.reuse_object"
    bl_label = "Use Its Settings"

    def act(self, context: bpy.types.Context, item: bpy.types.Object, origin: Origin) -> None:
        fill(context, _order(origin))


class MAQUETTE_OT_mark_asset(_OnResult, bpy.types.Operator):
    """Add this object to the Asset Browser, with its picture"""

    bl_idname = "maquette.mark_asset"
    bl_label = "Add to Asset Browser"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        item = context.active_object
        if item is not None and item.asset_data is not None:
            cls.poll_message_set("It is in the Asset Browser already")
            return False
        return super().poll(context)

    def act(self, context: bpy.types.Context, item: bpy.types.Object, origin: Origin) -> None:
        asset_library.mark_as_asset(item, origin, thumbnails.file_of(origin.request_id))


def _place(job: Job, asset: FetchedAsset, scene: bpy.types.Scene) -> bool:
    """A new object at the target, beside the variants of its batch that stand there already."""
    assert job.target is not None
    origin = _origin(job, asset)
    item = result.build_object(asset, origin, job.target.name, parts_way())
    width, widths = placement.width_of(item), runtime.current().widths[job.target.batch]
    x, y, z = job.target.location
    placement.place(item, scene, (x + placement.slot_offset(widths, width), y, z))
    widths.append(width)
    if marks_assets():
        asset_library.mark_as_asset(item, origin, thumbnails.file_of(job.key))
    return True


def _dress(context: bpy.types.Context, job: Job, asset: FetchedAsset) -> bool:
    """New maps or UVs on the mesh that was selected when they were asked for; False where it was deleted."""
    assert job.target is not None
    assert job.target.wearer is not None
    item = placement.object_by_uid(job.target.wearer.object_uid)
    if item is None:
        return False
    if job.order.task == "unwrap":
        result.unwrap(context, item, asset, job.target.wearer)
    else:
        result.retexture(item, asset, _origin(job, asset), job.target.wearer)
    return True


def _origin(job: Job, asset: FetchedAsset) -> Origin:
    record: Json = asset.result.get("provenance")
    return Origin(
        request_id=job.key,
        job_id=asset.job_id,
        prompt=job.order.prompt,
        recipe=job.order.recipe,
        seed=job.seed,
        parameters=job.order.parameters,
        document=record if isinstance(record, dict) else {},
    )


def _order(origin: Origin) -> Order:
    return Order(origin.recipe, "generate", origin.prompt, origin.parameters, origin.seed)


CLASSES = (MAQUETTE_OT_place_result, MAQUETTE_OT_again, MAQUETTE_OT_reuse_object, MAQUETTE_OT_mark_asset)
