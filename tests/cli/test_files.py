"""Names, pictures and files: complaints before the work, and whole files after it."""

import os
import re
from pathlib import Path

import pytest

from maquette.cli.files import check_target, free_name, numbered, read_images, write_atomically
from maquette.protocol import MaquetteError

PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a red wooden chair", "red-wooden-chair.glb"),
        ("An OLD lamp!", "old-lamp.glb"),
        ("the  tree, (tall)", "tree-tall.glb"),
        ("../../etc/passwd", "etc-passwd.glb"),
        ("C:\\windows\\con", "c-windows-con.glb"),
        ("CON", "con-asset.glb"),
        ("com1", "com1-asset.glb"),
        ("", "asset.glb"),
        ("...", "asset.glb"),
        ("\N{CHAIR}", "asset.glb"),
        ("\u00e9tag\u00e8re", "\u00e9tag\u00e8re.glb"),
    ],
)
def test_a_prompt_becomes_a_name_that_every_system_takes(tmp_path: Path, prompt: str, name: str) -> None:
    assert free_name(prompt, ".glb", tmp_path) == tmp_path / name


def test_a_long_prompt_becomes_a_short_name(tmp_path: Path) -> None:
    name = free_name("a chair " * 200, ".glb", tmp_path).name
    assert len(name) <= 52
    assert re.fullmatch(r"[\w-]+\w\.glb", name)


def test_a_made_up_name_never_replaces_a_file(tmp_path: Path) -> None:
    for expected in ("chair.glb", "chair-2.glb", "chair-3.glb"):
        path = free_name("chair", ".glb", tmp_path)
        assert path.name == expected
        path.touch()


def test_variants_are_numbered_and_one_alone_is_not() -> None:
    assert numbered(Path("a/chair.glb"), 1, 1) == Path("a/chair.glb")
    assert [numbered(Path("a/chair.glb"), n, 2).name for n in (1, 2)] == ["chair-1.glb", "chair-2.glb"]


def test_targets_are_checked_before_the_work(tmp_path: Path) -> None:
    assert check_target(tmp_path / "a.GLB", ".glb") == tmp_path / "a.GLB"
    for path, words in (
        (tmp_path / "a.obj", "does not end in .glb: name it a.glb"),
        (tmp_path / "a", "does not end in .glb"),
        (tmp_path / "none" / "a.glb", "does not exist: make it first"),
    ):
        with pytest.raises(MaquetteError) as caught:
            check_target(path, ".glb")
        assert words in caught.value.message
    (tmp_path / "folder.glb").mkdir()
    with pytest.raises(MaquetteError, match="is a folder"):
        check_target(tmp_path / "folder.glb", ".glb")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.glb"
    write_atomically(path, b"first")
    write_atomically(path, memoryview(b"second"))
    assert path.read_bytes() == b"second"

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MaquetteError, match="No space left"):
        write_atomically(path, b"third")
    assert path.read_bytes() == b"second"
    assert os.listdir(tmp_path) == ["a.glb"]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.webp", b"RIFF\x0a\0\0\0WEBPrest", "image/webp"),
        ("named-wrongly.txt", PNG, "image/png"),
    ],
)
def test_pictures_are_known_by_their_content(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(data)
    frames = read_images([tmp_path / name])
    assert (frames["image_0"].kind, bytes(frames["image_0"].data)) == (kind, data)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"%!PS", b"II*\0", b"RIFF....WAVE"])
def test_other_files_are_refused_as_pictures(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(MaquetteError, match="is no PNG, JPEG or WebP picture: convert it"):
        read_images([tmp_path / "a.png"])


def test_missing_large_and_too_many_pictures_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MaquetteError, match="cannot be read"):
        read_images([tmp_path / "none.png"])
    with pytest.raises(MaquetteError, match="cannot be read"):
        read_images([tmp_path])
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(MaquetteError, match="9 images are above 8"):
        read_images([tmp_path / "a.png"] * 9)
    monkeypatch.setattr("maquette.cli.files.MAX_IMAGE_BYTES", 5)
    with pytest.raises(MaquetteError, match="make it smaller"):
        read_images([tmp_path / "a.png"])
