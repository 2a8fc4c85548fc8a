"""Result folders: published whole or not at all, read back as frames, never through a link."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from maquette.protocol import Frame, Json, MaquetteError, ProtocolError
from maquette.protocol.framing import MAX_FRAME_BYTES
from maquette.server.folders import Folders
from maquette.server.record_file import RECORD_FILE, read_record

from .test_store import RECORD


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "jobs")


JOB = replace(RECORD, id="job")


def stage(folders: Folders, job_id: str = "job") -> dict[str, Json]:
    """A complete result in the staging folder, and its summary."""
    staging = folders.prepare(job_id)
    np.save(staging / "vertices.npy", np.eye(3, dtype=np.float32))
    np.save(staging / "faces.npy", np.array([[0, 1, 2]], dtype=np.int32))
    (staging / "base_color.png").write_bytes(b"\x89PNG")
    files: dict[str, Json] = {path.name: path.stat().st_size for path in staging.iterdir()}
    (staging / "result.json").write_text('{"files": {}}')
    return {"files": files}


def test_a_complete_result_is_published_and_read_back(folders: Folders) -> None:
    result = stage(folders)
    assert folders.publish(JOB, result) == sum(map(int, result["files"].values()))  # type: ignore[union-attr, arg-type]
    assert not folders.staging("job").exists()
    frames = folders.read("job", "arrays")
    assert set(frames) == {"vertices", "faces", "base_color"}
    assert np.array_equal(frames["vertices"].to_array(), np.eye(3, dtype=np.float32))
    assert bytes(frames["base_color"].data) == b"\x89PNG"


@pytest.mark.parametrize(
    "damage",
    ["missing", "extra", "shorter", "link", "folder", "nothing announced", "hostile name"],
)
def test_any_other_folder_is_refused_and_stays_unpublished(
    folders: Folders, tmp_path: Path, damage: str
) -> None:
    result = stage(folders)
    files = result["files"]
    assert isinstance(files, dict)
    picture = folders.staging("job") / "base_color.png"
    if damage == "missing":
        picture.unlink()
    elif damage == "extra":
        (folders.staging("job") / "extra.png").write_bytes(b"x")
    elif damage == "shorter":
        picture.write_bytes(b"\x89PN")
    elif damage == "link":
        (tmp_path / "secret").write_bytes(b"\x89PNG")
        picture.unlink()
        picture.symlink_to(tmp_path / "secret")
    elif damage == "folder":
        picture.unlink()
        picture.mkdir()
    elif damage == "nothing announced":
        result["files"] = {}
    else:
        picture.rename(picture.with_name("..base"))
        files["..base"] = files.pop("base_color.png")
    with pytest.raises(MaquetteError, match="incomplete"):
        folders.publish(JOB, result)
    assert not folders.result("job").exists()


def test_a_damaged_array_is_an_error_and_never_unpickled(folders: Folders) -> None:
    result = stage(folders)
    folders.publish(JOB, result)
    path = folders.result("job") / "vertices.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(MaquetteError, match="cannot be read"):
        folders.read("job", "arrays")
    path.unlink()
    with pytest.raises(MaquetteError, match="cannot be read"):
        folders.read("job", "arrays")


def test_a_file_too_large_for_a_message_is_told(folders: Folders) -> None:
    folders.publish(JOB, stage(folders))
    with (folders.result("job") / "asset.glb").open("wb") as file:
        file.truncate(MAX_FRAME_BYTES + 1)
    with pytest.raises(MaquetteError, match="smaller result"):
        folders.read("job", "glb")


def test_inputs_that_cannot_be_written_leave_nothing(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "jobs" / "job.inputs").write_text("in the way")
    with pytest.raises(MaquetteError):
        folders.keep_inputs("job", {"image_0": Frame("image/png", b"x")})
    assert folders.inputs("none") is None


def test_everything_of_a_job_is_removed(folders: Folders, tmp_path: Path) -> None:
    folders.publish(JOB, stage(folders))
    folders.prepare("job")
    folders.keep_inputs("job", {"vertices": Frame.from_array(np.eye(3, dtype=np.float32))})
    assert folders.job_ids() == {"job"}
    folders.remove("job")
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_result_tells_whose_it_is_until_it_is_removed(folders: Folders) -> None:
    folders.publish(JOB, stage(folders))
    assert read_record(folders.result("job")) == replace(JOB, state="running")
    (folders.result("job") / "vertices.npy").unlink()
    assert folders.adopt("job") is None


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"[]", b"\xff", b'{"session":1}', b'{"v":"' + b"x" * 200 + b'"}']
)
def test_a_record_that_is_damaged_is_refused(folders: Folders, damaged: bytes) -> None:
    folders.publish(JOB, stage(folders))
    (folders.result("job") / RECORD_FILE).write_bytes(damaged)
    with pytest.raises(ProtocolError):
        read_record(folders.result("job"))
