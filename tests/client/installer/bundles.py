"""Small real wheels and bundles for the installer's tests."""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def make_wheel(
    folder: Path, name: str, files: dict[str, str], version: str = "1.0", metadata: str = ""
) -> Path:
    """A valid wheel with the given files, which pip would install too."""
    info = f"{name}-{version}.dist-info"
    members = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    members[f"{info}/RECORD"] = "".join(f"{member},,\n" for member in [*members, f"{info}/RECORD"])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def make_bundle(folder: Path, *wheels: Path, python: str = HERE, version: str = "9.9.9") -> Path:
    """bundle.json over wheels that lie in the folder."""
    listing = [
        {
            "path": wheel.relative_to(folder).as_posix(),
            "size": wheel.stat().st_size,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        }
        for wheel in wheels
    ]
    bundle = {"version": version, "python": python, "platform": "linux-x64", "wheels": listing}
    (folder / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    return folder
