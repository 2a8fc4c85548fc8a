"""A layout that records what is drawn on it, and holds the panel to what Blender really has."""

from typing import Any

import bpy

ICONS = set(bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items.keys())
_CONTAINERS = ("row", "column", "box", "split", "column_flow", "grid_flow")


class Recorder:
    """Stands in for UILayout. `drawn` lists what was drawn, in order: kind, what it is about, text."""

    def __init__(self, drawn: list[tuple[str, str, str]] | None = None, enabled: bool = True) -> None:
        object.__setattr__(self, "drawn", [] if drawn is None else drawn)
        object.__setattr__(self, "enabled", enabled)

    def __getattr__(self, name: str) -> Any:
        assert name in bpy.types.UILayout.bl_rna.functions, f"UILayout has no {name}"
        return lambda *arguments, **options: self._record(name, *arguments, **options)

    def __setattr__(self, name: str, value: object) -> None:
        assert name in bpy.types.UILayout.bl_rna.properties, f"UILayout has no {name}"
        object.__setattr__(self, name, value)

    def texts(self) -> str:
        """Everything that can be read, joined."""
        return " ".join(text for _, _, text in self.drawn if text)

    def operators(self) -> list[str]:
        """The buttons that can be pressed."""
        return [about for kind, about, _ in self.drawn if kind == "operator"]

    def _record(self, kind: str, *arguments: Any, **options: Any) -> Any:
        known = bpy.types.UILayout.bl_rna.functions[kind].parameters
        assert set(options) <= set(known.keys()), f"{kind} has no option among {set(options)}"
        assert options.get("icon", "NONE") in ICONS, options["icon"]
        if kind in _CONTAINERS:
            return Recorder(self.drawn, self.enabled)
        if kind == "panel":
            return Recorder(self.drawn), Recorder(self.drawn)
        about = str(arguments[-1]) if arguments else ""
        if kind == "prop":
            assert arguments[1] in arguments[0].bl_rna.properties, arguments[1]
        if kind == "operator":
            assert getattr(getattr(bpy.ops, about.partition(".")[0]), about.partition(".")[2]).get_rna_type()
            kind = kind if self.enabled else "greyed operator"
        self.drawn.append((kind, about, str(options.get("text", ""))))
        return type("Properties", (), {})() if "operator" in kind else None
