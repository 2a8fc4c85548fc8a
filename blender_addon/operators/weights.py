# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""The button that brings published weights to this disk, after showing what they are and their licences."""

import json
from typing import Any

import bpy

from maquette.protocol import Json

from .. import runtime
from ..jobs import PULL_WEIGHTS, Order
from ..panels import parts
from ..preferences import reason_offline


class MAQUETTE_OT_pull_weights(bpy.types.Operator):
    """Download the published weights that this recipe needs. Blender stays usable"""

    bl_idname = "maquette.pull_weights"
    bl_label = "Download Weights"

    details: bpy.props.StringProperty(
        name="Details",
        description="Which weights, their size and licences, as JSON",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = reason_offline()
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        manager: Any = context.window_manager
        words = "Accept and Download" if _licences(self.details) else "Download"
        answer: set[Any] = manager.invoke_props_dialog(self, width=420, confirm_text=words)
        return answer

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        size = json.loads(self.details).get("size_bytes") or 0
        amount = f", {size / 1e9:.1f} GB" if size else ""
        parts.text(layout, context, f"{_names(self.details)}{amount}, from the Hugging Face hub", "IMPORT")
        for source in _listed(self.details, "sources"):
            size = f"{(source.get('size_bytes') or 0) / 1e9:.2g} GB, " if source.get("size_bytes") else ""
            gate = "; its publisher lets in whom it knows" if source.get("is_gated") else ""
            words = f"{source.get('name')}: {size}{source.get('hub_id')}, {source.get('licence')}{gate}"
            parts.text(layout, context, words)
        for licence in _licences(self.details):
            territory = f"; not for {licence['territory']}" if licence.get("territory") else ""
            parts.text(layout, context, f"{licence.get('name')}: {licence.get('licence')}{territory}", "INFO")
            if licence.get("url"):
                layout.operator("wm.url_open", text="Read the Licence", icon="URL").url = licence["url"]

    def execute(self, context: bpy.types.Context) -> set[Any]:
        parameters: dict[str, Json] = {
            "names": _names(self.details),
            "accept_licence": bool(_licences(self.details)),  # they were shown, and Accept was pressed
        }
        runtime.current().order(Order(PULL_WEIGHTS, "weights", "", parameters, -1), None)
        return {"FINISHED"}


def _names(details: str) -> str:
    return " ".join(map(str, json.loads(details).get("weights") or ()))


def _licences(details: str) -> list[dict[str, Any]]:
    return _listed(details, "licences")


def _listed(details: str, name: str) -> list[dict[str, Any]]:
    listed = json.loads(details).get(name) or []
    return [entry for entry in listed if isinstance(entry, dict)]


CLASSES = (MAQUETTE_OT_pull_weights,)
