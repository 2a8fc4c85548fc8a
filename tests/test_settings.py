"""Where data goes: what is asked for, and else what the platform does."""

from pathlib import Path

import pytest

from maquette.settings import default_data_dir, load_settings


def test_options_come_before_the_environment() -> None:
    environ = {
        "MAQUETTE_DATA": "/from/environment",
        "MAQUETTE_CONNECTION": "/c.json",
        "XDG_DATA_HOME": "/xdg",
    }
    given = load_settings("/given", "/d.json", environ)
    assert (given.data_dir, given.connection_file) == (Path("/given").absolute(), Path("/d.json").absolute())
    inherited = load_settings(None, None, environ)
    assert inherited.data_dir == Path("/from/environment").absolute()
    assert inherited.connection_file == Path("/c.json").absolute()


def test_paths_are_absolute_whatever_the_present_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings("relative", None, {}).data_dir == tmp_path / "relative"
    assert load_settings("~/there", None, {}).data_dir == Path.home() / "there"
    assert load_settings(None, None, {}).connection_file is None


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, Path.home() / ".local" / "share" / "maquette"),
        ("linux", {"XDG_DATA_HOME": "/xdg"}, Path("/xdg/maquette")),
        ("darwin", {"XDG_DATA_HOME": "/xdg"}, Path.home() / "Library" / "Application Support" / "Maquette"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/Maquette")),
        ("win32", {}, Path.home() / "AppData" / "Local" / "Maquette"),
    ],
)
def test_each_platform_has_its_folder(platform: str, environ: dict[str, str], expected: Path) -> None:
    assert default_data_dir(platform, environ) == expected


def test_the_parts_of_the_data_folder_lie_in_it() -> None:
    settings = load_settings("/data", None, {})
    assert {settings.session_file, settings.run_dir, settings.log_dir} == {
        settings.data_dir / name for name in ("session", "run", "log")
    }


def test_weights_have_settings_of_their_own_that_hugging_face_shares() -> None:
    plain = load_settings("/data", None, {})
    assert plain.weights_dir == plain.data_dir / "weights"
    assert (plain.hub, plain.hub_token, plain.is_offline) == ("https://huggingface.co", "", False)
    shared = load_settings("/data", None, {"HF_ENDPOINT": "https://mirror/", "HF_HUB_OFFLINE": "1"})
    assert (shared.hub, shared.is_offline) == ("https://mirror", True)
    own = {"MAQUETTE_HUB": "https://own", "MAQUETTE_HUB_TOKEN": "hf_x", "MAQUETTE_WEIGHTS": "/large"}
    given = load_settings("/data", None, {**own, "HF_ENDPOINT": "https://mirror", "MAQUETTE_OFFLINE": "no"})
    assert (given.hub, given.hub_token, given.is_offline) == ("https://own", "hf_x", False)
    assert given.weights_dir == Path("/large").absolute()
    assert "hf_x" not in repr(given)
