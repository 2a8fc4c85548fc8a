"""The core environment is made offline, whole or not at all, and runs isolated from everything around it."""

import json
import os
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from maquette.client.installer import CoreInstaller
from maquette.client.installer.core import MARKER
from maquette.protocol import MaquetteError

from .bundles import make_bundle, make_wheel

REPORT = """
import json, os, sys
print(json.dumps({"argv": sys.argv[1:], "path": sys.path, "runner": os.environ["MAQUETTE_RUNNER"],
                  "isolated": sys.flags.isolated, "site": sys.flags.no_site}))
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "extension"
    first = make_wheel(
        folder / "core",
        "alpha",
        {
            "alpha/__init__.py": "",
            "alpha/report.py": REPORT,
            "alpha-1.0.data/purelib/alpha/extra.py": "VALUE = 3\n",
            "alpha-1.0.data/scripts/alpha": "never installed",
        },
    )
    second = make_wheel(folder / "wheels", "beta", {"beta/__init__.py": "B = 1\n" * 300_000})
    return make_bundle(folder, first, second)


def installer(bundle: Path, tmp_path: Path) -> CoreInstaller:
    return CoreInstaller(bundle, tmp_path / "environments")


def test_installed_modules_run_isolated_with_their_arguments(bundle: Path, tmp_path: Path) -> None:
    core = installer(bundle, tmp_path)
    core.install()
    environment = {**os.environ, "PYTHONPATH": "/nowhere", "PYTHONHOME": ""}
    done = subprocess.run(
        [*core.command("alpha.report"), "one", "--two"], capture_output=True, check=True, env=environment
    )
    report = json.loads(done.stdout)
    assert report["argv"] == ["one", "--two"]
    assert report["runner"] == str(core.target / "run.py")
    assert report["isolated"] == 1
    assert report["site"] == 1
    assert not [p for p in report["path"] if "site-packages" in p or p == "/nowhere"]
    assert (core.target / "site/alpha/extra.py").exists()
    assert not list(core.target.rglob("*scripts*"))


def test_steps_rise_to_one_in_small_pieces(bundle: Path, tmp_path: Path) -> None:
    steps = list(installer(bundle, tmp_path).install_steps())
    assert all(a.fraction <= b.fraction for a, b in pairwise(steps))
    assert steps[-1] == (1.0, "ready")
    assert len(steps) >= 6  # the 1.8 MB member alone takes two


def test_is_installed_only_for_exactly_this_bundle(bundle: Path, tmp_path: Path) -> None:
    core = installer(bundle, tmp_path)
    assert not core.is_installed()
    core.install()
    assert core.is_installed()
    changed = make_wheel(bundle / "core", "alpha", {"alpha/__init__.py": "new = 1\n"})
    make_bundle(bundle, changed)
    assert not core.is_installed()
    old = next((tmp_path / "environments").glob("core-*"))
    core.install()
    assert core.is_installed()
    list(core.remove_others())
    assert not old.exists()


@pytest.mark.parametrize("stop_after", [1, 3, 5])
def test_an_abandoned_installation_leaves_nothing(bundle: Path, tmp_path: Path, stop_after: int) -> None:
    core = installer(bundle, tmp_path)
    steps = core.install_steps()
    for _ in range(stop_after):
        next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert list((tmp_path / "environments").iterdir()) == []
    core.install()
    assert core.verify() == []


def test_a_damaged_wheel_is_named_and_nothing_is_installed(bundle: Path, tmp_path: Path) -> None:
    wheel = next((bundle / "core").glob("*.whl"))
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 1
    wheel.write_bytes(bytes(data))
    core = installer(bundle, tmp_path)
    with pytest.raises(MaquetteError, match=r"alpha.*damaged.*install the Maquette ZIP again"):
        core.install()
    assert not core.is_installed()
    assert list((tmp_path / "environments").iterdir()) == []


def test_the_wrong_python_is_refused_with_both_versions(bundle: Path, tmp_path: Path) -> None:
    make_bundle(bundle, next((bundle / "core").glob("*.whl")), python="3.99")
    with pytest.raises(MaquetteError, match=r"for Python 3\.99, but Blender runs 3\.") as caught:
        installer(bundle, tmp_path).install()
    assert caught.value.code == "incompatible_version"


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "a/../../evil.py", "c:evil.py", "a\\evil.py"])
def test_a_wheel_cannot_write_outside_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "extension"
    wheel = make_wheel(folder / "core", "evil", {})
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(MaquetteError, match="outside its folder"):
        installer(make_bundle(folder, wheel), tmp_path).install()
    assert not list(tmp_path.rglob("evil.py"))


@pytest.mark.parametrize("path", ["../x.whl", "/x.whl", ""])
def test_a_bundle_cannot_name_files_outside(bundle: Path, tmp_path: Path, path: str) -> None:
    data = json.loads((bundle / "bundle.json").read_text())
    data["wheels"][0]["path"] = path
    (bundle / "bundle.json").write_text(json.dumps(data))
    with pytest.raises(MaquetteError, match=r"names .* wrongly"):
        installer(bundle, tmp_path).install()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 1}'])
def test_an_unreadable_bundle_is_one_sentence(bundle: Path, tmp_path: Path, text: str) -> None:
    (bundle / "bundle.json").write_text(text)
    with pytest.raises(MaquetteError, match="cannot be read"):
        installer(bundle, tmp_path).is_installed()


def test_verify_names_what_is_missing(bundle: Path, tmp_path: Path) -> None:
    core = installer(bundle, tmp_path)
    core.install()
    (core.target / "site/alpha/extra.py").unlink()
    (core.target / "site/beta/__init__.py").write_text("short")
    assert core.verify() == ["alpha/extra.py", "beta/__init__.py"]


def test_a_full_disk_is_told_before_unpacking(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(MaquetteError, match=r"0 MB are free .* free some") as caught:
        installer(bundle, tmp_path).install()
    assert caught.value.code == "no_disk_space"
    assert not (tmp_path / "environments" / MARKER).exists()
