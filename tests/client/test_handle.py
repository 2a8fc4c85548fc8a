"""The blocking client against the real server with workers that do what they are told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from maquette.client import Client, Job, connect
from maquette.client.events import JobChanged, JobEnded
from maquette.protocol import Frame, MaquetteError
from maquette.protocol.messages import Cancel, Rejected
from tests.server.backend import Backend

from .fake_server import FakeServer


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def client(backend: Backend, tmp_path: Path) -> Iterator[Client]:
    with connect(tmp_path, connection_file=backend.connection_file) as connected:
        yield connected


def script(text: str) -> dict[str, str]:
    return {"script": text}


def test_a_job_is_followed_from_start_to_end(client: Client) -> None:
    job = client.submit("script", "a chair", script("stage=load note=chair stage=shape:4 step=4"), seed=5)
    events = list(job.events(timeout_s=60.0))
    assert isinstance(events[-1], JobEnded)
    assert all(isinstance(event, JobChanged) for event in events[:-1])
    assert (job.view.state, job.view.seed, job.view.notes) == ("finished", 5, ["chair"])
    assert job.view.result["triangles"] == 4


def test_every_form_of_a_result_can_be_fetched(client: Client) -> None:
    job = client.submit("script", seed=5)
    arrays = job.result()
    assert arrays.vertices is not None
    assert arrays.faces is not None
    assert arrays.uvs is not None
    assert (arrays.vertices.shape, arrays.faces.shape, arrays.uvs.shape) == ((4, 3), (4, 3), (4, 3, 2))
    assert set(arrays.maps) == {"base_color", "orm", "normal"}
    assert bytes(arrays.maps["base_color"].data).startswith(b"\x89PNG")
    assert bytes(job.result("glb").glb) == b"glTF" + arrays.vertices.tobytes()
    preview = job.result("preview").preview
    assert preview is not None
    assert bytes(preview.data).startswith(b"\x89PNG")
    again = client.submit("script", seed=5).result()
    np.testing.assert_array_equal(again.vertices, arrays.vertices)


def test_a_mesh_travels_to_the_recipe(client: Client) -> None:
    mesh = {
        "vertices": Frame.from_array(np.eye(3, dtype=np.float32)),
        "faces": Frame.from_array(np.array([[0, 1, 2]], np.int32)),
    }
    job = client.submit("remodel", "rust", frames=mesh)
    provenance = job.result("preview").result["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["mesh_vertices"] == 3


def test_the_same_request_runs_once(client: Client) -> None:
    first = client.submit("script", request_id="only-once")
    first.wait(60.0)
    again = client.submit("script", request_id="only-once")
    again.wait(60.0)
    assert again.view.job_id == first.view.job_id
    assert len([job for job in client.jobs() if job.request_id == "only-once"]) == 1


def test_a_client_that_comes_back_does_not_run_its_request_twice(backend: Backend, tmp_path: Path) -> None:
    with connect(tmp_path, connection_file=backend.connection_file) as first:
        job = first.submit("script", "", script("stage=load sleep=0.5"), request_id="again")
        first.step_until(lambda: bool(job.view.job_id), 20.0, "accepted")
    with connect(tmp_path, connection_file=backend.connection_file) as second:
        same = second.submit("script", "", script("stage=load sleep=0.5"), request_id="again")
        assert same.wait(60.0).state == "finished"
        assert same.view.job_id == job.view.job_id
        assert len(second.jobs()) == 1


def test_failures_are_raised_as_they_were_told(client: Client) -> None:
    with pytest.raises(MaquetteError) as caught:
        client.submit("script", "", script("error=out_of_memory")).result(timeout_s=60.0)
    assert (caught.value.code, caught.value.remedy) == ("out_of_memory", "retry")
    with pytest.raises(MaquetteError, match="unknown"):
        client.submit("nothing").result(timeout_s=60.0)
    with pytest.raises(MaquetteError, match="install"):
        client.submit("grand").result(timeout_s=60.0)


def test_a_dead_worker_fails_the_job_and_the_next_one_works(client: Client) -> None:
    with pytest.raises(MaquetteError) as caught:
        client.submit("script", "", script("stage=load exit=7")).result(timeout_s=60.0)
    assert caught.value.code == "worker_died"
    assert client.submit("script").wait(60.0).state == "finished"


def test_cancel_ends_a_running_and_a_waiting_job(client: Client) -> None:
    running = client.submit("script", "", script("stage=load sleep=60"))
    waiting = client.submit("script", "", script("stage=load sleep=60"))
    client.step_until(lambda: running.view.stage == "load", 60.0, "the start")
    assert waiting.cancel().state == "cancelled"
    assert running.cancel().state == "cancelled"
    assert running.cancel().state == "cancelled"
    with pytest.raises(MaquetteError) as caught:
        running.result()
    assert caught.value.code == "cancelled"


def test_a_cancel_that_the_server_refuses_is_raised(tmp_path: Path) -> None:
    refusal = MaquetteError("not_allowed", "it runs in another backend: cancel it there", "retry").to_json()
    with FakeServer(tmp_path) as server, connect(tmp_path, connection_file=server.path) as client:
        server.answers[Cancel] = lambda _, message: [Rejected(tag=message.tag, error=refusal)]
        job = client.submit("script")
        client.step_until(lambda: bool(job.view.job_id), 20.0, "accepted")
        with pytest.raises(MaquetteError, match="another backend"):
            job.cancel()


def test_what_does_not_come_in_time_is_an_error_and_not_a_hang(client: Client) -> None:
    job = client.submit("script", "", script("stage=load sleep=60"))
    with pytest.raises(MaquetteError) as caught:
        job.wait(0.3)
    assert caught.value.code == "timed_out"
    job.cancel()


def test_a_forgotten_job_is_gone(client: Client) -> None:
    job = client.submit("script")
    job.wait(60.0)
    job.forget()
    assert client.jobs() == []


def test_sessions_do_not_see_each_others_jobs(client: Client, backend: Backend, tmp_path: Path) -> None:
    client.submit("script").wait(60.0)
    with connect(tmp_path / "another", connection_file=backend.connection_file) as other:
        assert other.jobs() == []


def test_recipes_describe_their_parameters(client: Client) -> None:
    names = [recipe.name for recipe in client.recipes()]
    assert names == ["script", "remodel", "grand"]
    assert client.recipes()[0].parameters[0].name == "script"


def started_job(client: Client) -> Job:
    job = client.submit("script", "", script("stage=load sleep=60"))
    client.step_until(lambda: job.view.stage == "load", 60.0, "the start")
    return job


def test_ctrl_c_cancels_what_runs(backend: Backend, tmp_path: Path) -> None:
    jobs: list[Job] = []

    def interrupted() -> None:
        with connect(tmp_path, connection_file=backend.connection_file) as client:
            jobs.append(started_job(client))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert jobs[0].view.state == "cancelled"


def test_a_killed_server_is_told_and_its_jobs_are_not_left_hanging(tmp_path: Path) -> None:
    with (
        Backend(tmp_path / "server") as first,
        connect(tmp_path, connection_file=first.connection_file) as client,
    ):
        job = started_job(client)
        first.kill()
        with pytest.raises(MaquetteError) as caught:
            job.wait(20.0)
        assert (caught.value.code, caught.value.remedy) == ("worker_died", "restart_backend")
    with (
        Backend(tmp_path / "server") as second,
        connect(tmp_path, connection_file=second.connection_file) as client,
    ):
        [known] = client.jobs()
        assert known.state == "failed"


def test_a_flood_of_progress_ends_in_one_end(client: Client) -> None:
    job = client.submit("script", "", script("stage=shape:3000 step=3000 stage=finish"))
    ends = [event for event in job.events(60.0) if isinstance(event, JobEnded)]
    assert len(ends) == 1
    assert job.view.state == "finished"
