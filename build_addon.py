"""Builds the Blender extension: one ZIP per platform and Python version, and the static repository index.

    python build_addon.py                                   for this machine and this Python
    python build_addon.py --all --index                     every ZIP and dist/index.json
    python build_addon.py --python 3.13 --blender-min 4.2.0 a pairing that Blender itself never ships

A ZIP holds the add-on, the two wheels that Blender itself gets (pyzmq and maquette, of which it imports only
the protocol and the client) and the wheels of the core environment, listed with their hashes in bundle.json.
"""

import argparse
import hashlib
import importlib.util
import json
import platform
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ADDON = ROOT / "blender_addon"
MAX_BYTES = 150 * 10**6
TIMESTAMP = (2026, 1, 1, 0, 0, 0)  # the same sources give the same ZIP
FOR_BLENDER = ("pyzmq", "maquette")  # wheels that Blender unpacks into its own site-packages

# Blender platform -> wheel platforms, the newest first; Blender 4.2 itself asks for glibc 2.28 and macOS 11.2
WHEEL_PLATFORMS = {
    "linux-x64": tuple(f"manylinux{tag}_x86_64" for tag in ("_2_28", "_2_27", "_2_17", "2014")),
    "windows-x64": ("win_amd64",),
    "macos-arm64": ("macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_13_universal2"),
}
BLENDERS = {"3.11": ("4.2.0", "5.1.0"), "3.13": ("5.1.0", "")}  # first Blender with a Python, first without


@dataclass(frozen=True)
class Target:
    """One ZIP to build."""

    platform: str
    python: str
    blender_min: str
    blender_max: str  # exclusive; empty for none

    def filename(self, version: str) -> str:
        return f"maquette-{version}-{self.platform}-py{self.python.replace('.', '')}.zip"


def main(arguments: list[str] | None = None) -> int:
    """Builds what the command line asks for and prints each file with its size."""
    options = _parser().parse_args(arguments)
    platforms = list(WHEEL_PLATFORMS) if options.all else [options.platform]
    pythons = list(BLENDERS) if options.all else [options.python]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = build_wheel(Path(scratch))
        for python in pythons:
            low, high = BLENDERS[python]
            if options.blender_min:
                low, high = options.blender_min, options.blender_max
            for name in platforms:
                target = Target(name, python, low, high)
                cache = options.wheels or Path(scratch) / "wheels"
                path = build_zip(target, project, wheel, options.out, cache)
                print(f"{path}  {path.stat().st_size / 1e6:.1f} MB  {validate(path)}")
    if options.index:
        print(generate_index(options.out))
    return 0


def build_wheel(folder: Path) -> Path:
    """Builds the maquette wheel from this checkout."""
    _pip("wheel", "--no-deps", "--quiet", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("maquette-*.whl"))


def build_zip(target: Target, project: dict[str, object], maquette: Path, out: Path, cache: Path) -> Path:
    """Builds one ZIP in `out`; wheels are kept in `cache`, a folder per platform and Python."""
    dependencies = project["dependencies"]
    assert isinstance(dependencies, list)
    wheels = [*fetch_wheels(target, [str(d) for d in dependencies], cache), maquette]
    places = {wheel: f"{_folder(wheel)}/{wheel.name}" for wheel in wheels}
    version = str(project["version"])
    bundle = {
        "version": version,
        "python": target.python,
        "platform": target.platform,
        "wheels": [
            {"path": place, "size": wheel.stat().st_size, "sha256": _sha256(wheel)}
            for wheel, place in places.items()
        ],
    }
    blender_wheels = [f"./{place}" for place in places.values() if place.startswith("wheels/")]
    texts = {
        "blender_manifest.toml": manifest(target, version, blender_wheels),
        "bundle.json": json.dumps(bundle, indent=1),
    }
    path = out / target.filename(version)
    _write_zip(path, texts, places)
    if path.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes, above {MAX_BYTES}: find what grew")
    return path


def fetch_wheels(target: Target, requirements: list[str], cache: Path) -> list[Path]:
    """Downloads the wheels of the core environment for a platform and Python version, or takes them from
    the cache.
    """
    key = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:8]
    folder = cache / f"{target.platform}-{target.python}-{key}"
    if not (folder / "complete").exists():
        tags = [option for tag in WHEEL_PLATFORMS[target.platform] for option in ("--platform", tag)]
        _pip(
            *("download", "--quiet", "--dest", str(folder), "--only-binary=:all:", "--implementation", "cp"),
            *("--python-version", target.python, *tags, *requirements),
        )
        (folder / "complete").touch()
    return sorted(folder.glob("*.whl"))


def manifest(target: Target, version: str, wheels: list[str]) -> str:
    """blender_manifest.toml of the source tree with what depends on the target filled in."""
    text = (ADDON / "blender_manifest.toml").read_text(encoding="utf-8")
    filled = {
        "version": json.dumps(version),
        "blender_version_min": json.dumps(target.blender_min),
        "platforms": json.dumps([target.platform]),
        "wheels": json.dumps(wheels),
    }
    if target.blender_max:
        filled["blender_version_max"] = json.dumps(target.blender_max)
    head, bracket, tables = text.partition("\n[")
    lines = [line for line in head.splitlines() if line.split("=")[0].strip() not in filled]
    lines += [f"{key} = {value}" for key, value in filled.items()]
    return "\n".join(lines) + "\n" + bracket + tables


def validate(path: Path) -> str:
    """Runs Blender's own validator on a ZIP, if the bpy module is installed; raises SystemExit if it
    objects.
    """
    tool = blender_ext()
    if tool is None:
        return "not validated (pip install bpy brings Blender's validator)"
    _blender_tool(tool, "validate", str(path))
    return "valid"


def generate_index(folder: Path) -> str:
    """Writes index.json of a static extension repository; needs the bpy module."""
    tool = blender_ext()
    if tool is None:
        raise SystemExit("the repository index needs Blender's own tool: pip install bpy")
    _blender_tool(tool, "server-generate", f"--repo-dir={folder}")
    return str(folder / "index.json")


def blender_ext() -> Path | None:
    """Blender's extension tool, a plain Python program inside the bpy module; bpy itself is not imported."""
    found = importlib.util.find_spec("bpy")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    return next(folder.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"), None)


def this_platform() -> str:
    """Blender's name for the platform that this runs on."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    return f"{system}-{'arm64' if platform.machine().lower() in ('arm64', 'aarch64') else 'x64'}"


def _blender_tool(tool: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, str(tool), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Blender's tool refuses: {(done.stdout + done.stderr).strip()}")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _folder(wheel: Path) -> str:
    return "wheels" if wheel.name.split("-")[0].lower() in FOR_BLENDER else "core"


def _write_zip(path: Path, texts: dict[str, str], wheels: dict[Path, str]) -> None:
    sources = [p for p in ADDON.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    partial = path.with_suffix(".part")
    with zipfile.ZipFile(partial, "w") as archive:
        for source in sorted(sources):
            name = source.relative_to(ADDON).as_posix()
            if name not in texts:
                archive.writestr(zipfile.ZipInfo(name, TIMESTAMP), source.read_bytes(), zipfile.ZIP_DEFLATED)
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, TIMESTAMP), text, zipfile.ZIP_DEFLATED)
        for wheel, place in sorted(wheels.items()):  # wheels are compressed already
            archive.writestr(zipfile.ZipInfo(place, TIMESTAMP), wheel.read_bytes(), zipfile.ZIP_STORED)
    partial.replace(path)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--platform", choices=WHEEL_PLATFORMS, default=this_platform())
    parser.add_argument("--python", choices=BLENDERS, default=f"3.{sys.version_info.minor}")
    parser.add_argument("--all", action="store_true", help="every platform and Python version")
    parser.add_argument("--blender-min", default="", help="lowest Blender version (default: by Python)")
    parser.add_argument("--blender-max", default="", help="first Blender version that is too new")
    parser.add_argument("--index", action="store_true", help="also write index.json, for updates")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the ZIPs go (default: dist)")
    parser.add_argument("--wheels", type=Path, help="a folder that keeps downloaded wheels")
    return parser


if __name__ == "__main__":
    sys.exit(main())
