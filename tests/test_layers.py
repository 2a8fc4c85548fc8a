"""Imports point one way, and nothing dangerous is imported at all. The rules are those of
docs/architecture.md.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "backend" / "maquette"
ADDON = ROOT / "blender_addon"

LIGHT = {"numpy", "zmq"}
LIGHT_LAYERS = {"protocol", "client", "server", "settings", "progress", "interpreter", "environments"}
CORE = LIGHT | {"scipy", "PIL", "trimesh", "fast_simplification", "onnxruntime", "numba", "xatlas"}
HUB = {"huggingface_hub", "safetensors"}
FULL = CORE | HUB | {"torch", "diffusers", "transformers", "peft", "nvdiffrast"}
FULL_LAYERS = {"priors", "guidance", "nn", "models", "representations", "sampling", "reconstruction"}
BANNED = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "joblib", "yaml"}
BANNED_CALLS = {"eval", "exec", "recv_pyobj", "send_pyobj"}

# package -> packages of maquette that it may import (itself always)
BASE = {"protocol", "progress", "threads", "__init__"}
ALLOWED = {
    "protocol": set(),
    "progress": set(),
    "threads": set(),
    "interpreter": set(),
    "environments": {"protocol"},
    "settings": {"protocol"},
    "client": {"protocol", "environments", "interpreter", "settings", "__init__"},
    "server": {"protocol", "environments", "interpreter", "settings", "recipes", "weights", "__init__"},
    "assets": BASE,
    "render": {*BASE, "assets"},
    "geometry": {*BASE, "assets", "render", "interpreter"},
    "texture": {*BASE, "assets", "geometry", "render"},
    "metrics": {*BASE, "assets", "geometry", "render", "texture"},
    "weights": {*BASE, "environments", "settings"},
    "priors": {*BASE, "assets", "weights"},
    "guidance": {*BASE, "assets", "priors"},
    "nn": BASE,
    "sampling": BASE,
    "representations": BASE,
    "models": {*BASE, "geometry", "nn", "sampling", "representations", "settings", "weights"},
    "reconstruction": {
        *BASE,
        "assets",
        "geometry",
        "render",
        "texture",
        "weights",
        "nn",
        "sampling",
        "representations",
        "models",
    },
    "painting": {*BASE, "assets", "geometry", "render", "texture", "weights", "priors", "guidance"},
    "procedural": {*BASE, "assets", "geometry", "texture", "render"},
    "starter": {*BASE, "assets", "geometry", "texture", "procedural"},
    "recipes": {
        *BASE,
        "assets",
        "geometry",
        "render",
        "texture",
        "procedural",
        "starter",
        "weights",
        "priors",
        "painting",
        "guidance",
        "reconstruction",
    },
    "worker": {*BASE, "assets", "recipes", "render", "interpreter"},
    "cli": {
        "assets",
        "render",
        "protocol",
        "client",
        "server",
        "settings",
        "interpreter",
        "__init__",
        "recipes",
        "weights",
    },
    "__init__": set(),
    "__main__": {"cli"},
}


def modules(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "__pycache__" not in p.parts]


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Dotted names that a file imports, and whether at import time (not inside a function)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((f"{node.module}.{alias.name}", id(node) not in late) for alias in node.names)


def home(path: Path) -> str:
    """The package of maquette that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def packages_of(path: Path) -> set[str]:
    """The packages of others that a file may import: PyTorch only in its layers and files named for it."""
    layer = home(path)
    if layer in FULL_LAYERS or path.stem.endswith(("_torch", "_nvdiffrast")):
        return FULL
    if layer == "weights":
        return LIGHT | HUB
    return LIGHT if layer in LIGHT_LAYERS else CORE


@pytest.mark.parametrize("path", modules(PACKAGE), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    layer = home(path)
    outside = packages_of(path)
    for name, _ in imported(path):
        top = name.split(".")[0]
        if top == "maquette":
            target = [*name.split("."), "__init__"][1]
            target = (
                target if (PACKAGE / target).exists() or (PACKAGE / f"{target}.py").exists() else "__init__"
            )
            assert target == layer or target in ALLOWED[layer], f"{layer} must not import maquette.{target}"
        elif top not in sys.stdlib_module_names:
            assert top in outside, f"{layer} must not import {top}"


def test_nothing_imports_the_worker_but_its_entry_point() -> None:
    for path in modules(PACKAGE):
        if home(path) != "worker":
            assert not [n for n, _ in imported(path) if n.startswith("maquette.worker")], path


def test_recipes_import_their_machinery_only_when_they_run() -> None:
    for path in modules(PACKAGE / "recipes"):
        early = {
            n.split(".")[1] for n, at_import in imported(path) if at_import and n.startswith("maquette.")
        }
        assert early <= {"assets", "progress", "protocol", "recipes"}, path


def test_only_the_addon_imports_bpy_and_it_imports_only_protocol_and_client() -> None:
    for path in [*modules(PACKAGE), *modules(ROOT / "benchmarks")]:
        if path.parent == ROOT / "benchmarks":
            continue
        assert not [n for n, _ in imported(path) if n.split(".")[0] in ("bpy", "bmesh", "mathutils")], path
    for path in modules(ADDON):
        for name, _ in imported(path):
            if name.split(".")[0] == "maquette":
                assert name == "maquette.__version__" or name.split(".")[1] in ("protocol", "client"), (
                    f"{path}: {name}"
                )


@pytest.mark.parametrize("folder", [PACKAGE, ADDON, ROOT / "benchmarks"], ids=lambda p: p.name)
def test_nothing_that_executes_data_is_used(folder: Path) -> None:
    for path in modules(folder):
        assert not BANNED & {n.split(".")[0] for n, _ in imported(path)}, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert name not in BANNED_CALLS, f"{path}:{node.lineno} calls {name}"
                for keyword in node.keywords:
                    truthy = isinstance(keyword.value, ast.Constant) and bool(keyword.value.value)
                    dangerous = keyword.arg in ("shell", "allow_pickle", "trust_remote_code")
                    assert not (dangerous and truthy), f"{path}:{node.lineno} sets {keyword.arg}"


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sorted({{n.split('.')[0] for n in sys.modules}})))"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, text=True
        ).stdout.split()
    )


@pytest.mark.parametrize(
    "name", ["server.process", "client", "client.pump", "client.installer", "recipes", "protocol"]
)
def test_light_packages_load_nothing_heavy(name: str) -> None:
    heavy = {"torch", "scipy", "trimesh", "PIL", "fast_simplification", "bpy"}
    assert not heavy & loaded_by(f"import maquette.{name}")


@pytest.mark.parametrize(
    "name", ["worker.process", "procedural.generate", "assets.files", "render.preview", "cli"]
)
def test_the_core_loads_no_torch(name: str) -> None:
    assert "torch" not in loaded_by(f"import maquette.{name}")
