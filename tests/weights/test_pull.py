"""A pull against a hub that behaves, and what is on the disk afterwards."""

import json
import logging
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")

from maquette import weights
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.weights import registry
from maquette.weights.pull import pull
from maquette.weights.registry import File, Source

from .conftest import FILES, HUB_ID, LARGE, SIZE, SMALL, TINY, entry
from .local_hub import COMMIT, LocalHub


def test_what_was_pulled_is_here_whole_and_known(hub: LocalHub, data: Path) -> None:
    assert weights.missing(data, [TINY]) == (TINY,)
    [told] = pull(data, [TINY])
    folder = weights.folder(data, TINY)
    assert folder == data / "weights" / TINY
    assert {path: (folder / path).read_bytes() for path in FILES} == FILES
    assert told == {
        "name": TINY,
        "hub_id": HUB_ID,
        "revision": COMMIT,
        "licence": "mit",
        "licence_url": "https://example.org/licence",
        "territory": "",
    }
    assert weights.provenance(data, [TINY]) == [told]
    assert not [path for path in folder.rglob("*") if path.suffix in (".part", ".bin")]


def test_what_is_here_is_not_asked_for_again(hub: LocalHub, data: Path) -> None:
    pull(data, [TINY])
    hub.requests.clear()
    pull(data, [TINY])
    assert not hub.requests


def test_progress_counts_bytes_to_the_last(data: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    notes: list[str] = []

    def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
        reports.append((stage, step, steps))
        notes.extend([note] if note else [])

    pull(data, [TINY], Progress(report))
    assert reports[-1] == ("download", SIZE, SIZE)
    steps = [step for _, step, steps in reports if steps == SIZE]
    assert steps == sorted(steps)
    assert len(steps) > 4
    assert notes == [f"tiny: 0 MB from {HUB_ID}"]


def test_missing_weights_name_the_command_their_size_and_their_licence(data: Path) -> None:
    with pytest.raises(MaquetteError) as caught:
        weights.folder(data, "sdxl-base")
    error = caught.value
    assert (error.code, error.remedy) == ("missing_weights", "pull_weights")
    assert "6.9 GB" in error.message
    assert "`maquette weights pull sdxl-base`" in error.message
    assert error.details["weights"] == ["sdxl-base"]
    [licence] = error.details["licences"]  # type: ignore[misc]
    assert licence["licence"] == "openrail++"


def test_a_licence_that_binds_is_accepted_first_and_only_once(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = entry(licence="openrail++", is_permissive=False, territory="EU")
    monkeypatch.setitem(registry.REGISTRY, TINY, bound)  # type: ignore[arg-type]
    with pytest.raises(MaquetteError) as caught:
        pull(data, [TINY])
    assert caught.value.code == "gated_weights"
    assert "https://example.org/licence" in caught.value.message
    assert "`maquette weights pull tiny --accept-licence`" in caught.value.message
    assert caught.value.details["licences"] == [
        {"name": TINY, "licence": "openrail++", "url": "https://example.org/licence", "territory": "EU"}
    ]
    assert not hub.requests
    pull(data, [TINY], accept_licence=True)
    (weights.folder(data, TINY) / LARGE).unlink()
    [told] = pull(data, [TINY])
    assert told["licence"] == "openrail++"  # type: ignore[index, call-overload]


def test_another_revision_in_the_registry_brings_what_changed_alone(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(data, [TINY])
    newer = "beef" * 10
    hub.add(HUB_ID, {**FILES, SMALL: b"{}"}, commit=newer)
    changed = entry(sources=(Source(HUB_ID, newer),), files=(File(SMALL), File(LARGE)))
    monkeypatch.setitem(registry.REGISTRY, TINY, changed)  # type: ignore[arg-type]
    assert not weights.is_here(data, TINY)
    hub.requests.clear()
    [told] = pull(data, [TINY])
    assert told["revision"] == newer  # type: ignore[index, call-overload]
    assert (weights.folder(data, TINY) / SMALL).read_bytes() == b"{}"
    assert hub.requests[LARGE] == 0


def test_patterns_bring_what_they_match_and_names_can_change(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (File("unet/*.fp16.safetensors", saved_as="model.safetensors"), File("unet/*.json"))
    monkeypatch.setitem(registry.REGISTRY, TINY, entry(files=files))  # type: ignore[arg-type]
    pull(data, [TINY])
    folder = weights.folder(data, TINY)
    assert (folder / "model.safetensors").read_bytes() == FILES[LARGE]
    assert (folder / SMALL).exists()


def test_weights_may_lie_elsewhere(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAQUETTE_WEIGHTS", str(tmp_path / "large disk"))
    pull(data, [TINY])
    assert weights.folder(data, TINY) == tmp_path / "large disk" / TINY


def test_a_folder_copied_from_another_machine_is_here(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(data, [TINY])
    monkeypatch.setenv("MAQUETTE_OFFLINE", "1")
    elsewhere = tmp_path / "elsewhere"
    (data / "weights").rename(tmp_path / "carried")
    elsewhere.mkdir()
    (tmp_path / "carried").rename(elsewhere / "weights")
    assert weights.is_here(elsewhere, TINY)
    pull(elsewhere, [TINY])


def test_a_manifest_that_cannot_be_read_is_none(data: Path) -> None:
    pull(data, [TINY])
    manifest = data / "weights" / TINY / "maquette.json"
    about = json.loads(manifest.read_text())
    for text in ("", "[]", "{}", '{"files": 3}', json.dumps({**about, "files": {SMALL: {"size": 1}}})):
        manifest.write_text(text)
        assert not weights.is_here(data, TINY)
    pull(data, [TINY])
    assert weights.is_here(data, TINY)


def test_the_token_goes_to_the_hub_and_not_to_where_it_redirects(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAQUETTE_HUB_TOKEN", "hf_secret")
    hub.repositories[HUB_ID].token = "hf_secret"
    with LocalHub() as cdn:
        cdn.add(HUB_ID, FILES)
        hub.cdn = cdn
        pull(data, [TINY])
        assert set(hub.tokens) == {"Bearer hf_secret"}
        assert set(cdn.tokens) == {""}


def test_the_login_of_the_public_hub_is_not_shown_to_another(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_private")
    pull(data, [TINY])
    assert set(hub.tokens) == {""}


def test_no_address_and_no_token_is_logged(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MAQUETTE_HUB_TOKEN", "hf_secret")
    with caplog.at_level(logging.INFO):
        pull(data, [TINY])
    assert "http" not in caplog.text
    assert "hf_secret" not in caplog.text
