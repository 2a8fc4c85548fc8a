"""From the ZIP in an empty Blender, without a network, to an object in the scene: on every Blender there is.

MAQUETTE_BLENDER_PYTHONS lists further interpreters that have bpy, separated by ":"; this one counts if it has
it.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build_addon

ROOT = Path(__file__).resolve().parents[2]
HERE = [sys.executable] if importlib.util.find_spec("bpy") else []
PYTHONS = [*HERE, *filter(None, os.environ.get("MAQUETTE_BLENDER_PYTHONS", "").split(":"))]
FIRST_MINUTE_S = 60.0

pytestmark = [pytest.mark.blender, pytest.mark.network, pytest.mark.timeout(300)]


def without_network() -> list[str]:
    """A command prefix that leaves nothing but loopback, where this machine can do that."""
    user = [] if os.name == "posix" and os.geteuid() == 0 else ["--map-root-user"]
    prefix = ["unshare", "--net", *user, "sh", "-c", 'ip link set lo up && exec "$@"', "_"]
    able = sys.platform == "linux" and shutil.which("unshare") and shutil.which("ip")
    return prefix if able and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0 else []


@pytest.fixture(scope="session")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One ZIP per Python version, for this platform."""
    out = tmp_path_factory.mktemp("dist")
    versions = {python_version(python) for python in PYTHONS}
    for version in versions:
        assert build_addon.main(["--python", version, "--out", str(out)]) == 0
    return {version: next(out.glob(f"*-py{version.replace('.', '')}.zip")) for version in versions}


def python_version(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(not PYTHONS, reason="no Blender here: pip install bpy")
@pytest.mark.parametrize("python", PYTHONS or [""], ids=lambda path: Path(path).parent.parent.name)
def test_the_first_minute(python: str, zips: dict[str, Path], tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    resources.mkdir()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MAQUETTE"))},
        "BLENDER_USER_RESOURCES": str(resources),
        "MAQUETTE_DATA": str(tmp_path / "data"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [
            *without_network(),
            python,
            "-I",
            str(Path(__file__).with_name("artist.py")),
            str(zips[python_version(python)]),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("REPORT ")]
    assert lines, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    report = json.loads(lines[0].removeprefix("REPORT "))
    print(json.dumps(report, indent=1))

    seen = report["object"]
    assert {"Seat", "Leg"} <= set(seen["groups"])
    assert report["first_object_s"] < FIRST_MINUTE_S
    assert seen["count"] == 1
    assert seen["location"] == [1.0, 2.0, 0.0]
    assert 1_000 < seen["triangles"] <= 20_000
    assert 0.6 < seen["dimensions"][2] < 1.5
    assert seen["uv_layers"] == 1
    assert seen["packed"]
    spaces = sorted(space for *_, space in seen["images"].values())
    assert spaces == ["Non-Color", "Non-Color", "sRGB"]
    assert {tuple(size[:2]) for size in seen["images"].values()} == {(1024, 1024)}
    assert report["objects_after_undo"] == 0
    assert report["objects_after_redo"] == 1
    assert report["reopened"] == seen
    assert report["children_left"] == 0


@pytest.mark.skipif(not HERE, reason="Blender's extension tool comes with bpy")
def test_every_zip_is_small_enough_and_the_index_lists_it(zips: dict[str, Path]) -> None:
    folder = next(iter(zips.values())).parent
    for path in zips.values():
        assert path.stat().st_size < build_addon.MAX_BYTES
    index = json.loads(Path(build_addon.generate_index(folder)).read_text())
    listed = {entry["archive_url"].removeprefix("./"): entry for entry in index["data"]}
    assert set(listed) == {path.name for path in zips.values()}
    for entry in listed.values():
        assert entry["id"] == "maquette"
        assert entry["archive_hash"].startswith("sha256:")
