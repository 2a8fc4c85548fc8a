"""The life of a job that nobody attacks: order, progress, idempotence, results, limits."""

import io
import json
import secrets
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from maquette.protocol import Frame
from maquette.protocol.messages import (
    Accepted,
    Cancel,
    Cancelled,
    Failed,
    Fetch,
    Finished,
    Forget,
    Message,
    Pong,
    Progress,
    Rejected,
    Shutdown,
    Submit,
    Unload,
    pack,
)

from .backend import Backend, Client, eventually
from .conftest import Start


@pytest.fixture
def client(shared: Backend) -> Client:
    return shared.client()


def progress_of(client: Client, job_id: str) -> list[Progress]:
    return [e for e in client.events if isinstance(e, Progress) and e.job_id == job_id]


def rejected(client: Client, **fields: object) -> dict[str, object]:
    request = Submit(**{"request_id": secrets.token_hex(8), "recipe": "script", **fields})  # type: ignore[arg-type]
    return dict(client.request(request, Rejected).error)


def test_a_job_reports_its_stages_in_order_and_finishes(client: Client) -> None:
    end = client.run("stage=load note=reading stage=shape:4 step=4 preview stage=finish")
    assert isinstance(end, Finished)
    reports = progress_of(client, end.job_id)
    assert list(dict.fromkeys(r.stage for r in reports if r.stage)) == ["load", "shape", "finish"]
    assert [r.sequence for r in reports] + [end.sequence] == list(range(1, len(reports) + 2))
    fractions = [r.fraction for r in reports]
    assert fractions == sorted(fractions)
    assert "reading" in {r.note for r in reports}
    assert [bytes(r.frames["preview"].data)[1:4] for r in reports if r.frames] == [b"PNG"]
    assert all(r.seconds_left >= 0 for r in reports if r.stage)


def test_time_left_is_learned_from_earlier_runs(start: Start) -> None:
    client = start().client()
    script = "stage=load sleep=0.05 stage=shape sleep=1 stage=finish sleep=0.05"
    client.run(script)
    second = client.run(script)
    assert isinstance(second, Finished)
    entry = {r.stage: r for r in progress_of(client, second.job_id)}
    assert entry["shape"].seconds_left >= 1 > entry["finish"].seconds_left
    assert entry["shape"].fraction < 0.3
    assert entry["finish"].fraction > 0.7


def test_a_result_can_be_fetched_in_every_form(client: Client) -> None:
    end = client.run("", seed=5)
    assert isinstance(end, Finished)
    arrays = client.request(Fetch(job_id=end.job_id), Finished)
    assert arrays.result == end.result
    assert arrays.frames["vertices"].to_array().shape == (4, 3)
    assert arrays.frames["uvs"].to_array().shape == (4, 3, 2)
    expected = np.random.default_rng(5).random((4, 3), dtype=np.float32)
    assert np.array_equal(arrays.frames["vertices"].to_array(), expected)
    for name in ("base_color", "orm", "normal"):
        assert Image.open(io.BytesIO(arrays.frames[name].data)).size == (8, 8)
    assert "emissive" not in arrays.frames
    glb = client.request(Fetch(job_id=end.job_id, form="glb"), Finished).frames["asset"]
    assert bytes(glb.data[:4]) == b"glTF"
    preview = client.request(Fetch(job_id=end.job_id, form="preview"), Finished).frames["preview"]
    assert preview.kind == "image/png"
    assert client.request(Fetch(job_id=end.job_id, form="obj"), Rejected).error["code"] == "bad_input"


def test_the_server_draws_a_seed_and_tells_it(client: Client) -> None:
    seeds = set()
    for _ in range(3):
        accepted = client.submit()
        end = client.end_of(accepted.job_id)
        assert isinstance(end, Finished)
        assert end.result["provenance"]["seed"] == accepted.seed  # type: ignore[index, call-overload]
        seeds.add(accepted.seed)
    assert len(seeds) == 3
    assert client.submit(seed=0).seed == 0


def test_the_same_request_runs_once(client: Client) -> None:
    first = client.submit("sleep=0.2 note=once", request_id="again")
    second = client.submit("sleep=0.2 note=once", request_id="again")
    client.end_of(first.job_id)
    third = client.submit("sleep=0.2 note=once", request_id="again")
    assert first.job_id == second.job_id == third.job_id
    assert first.seed == second.seed == third.seed
    client.drain()
    assert len([e for e in client.events if isinstance(e, Finished)]) == 1
    assert len(client.status().jobs) == 1


def test_the_same_request_of_another_session_is_another_job(shared: Backend, client: Client) -> None:
    other = shared.client()
    assert client.submit(request_id="mine").job_id != other.submit(request_id="mine").job_id


def test_a_job_outlives_its_connection(shared: Backend) -> None:
    session = secrets.token_hex(16)
    gone = Client(shared.connection, session)
    gone.hello()
    job_id = gone.submit("sleep=0.3", request_id="lost").job_id
    gone.close()
    back = shared.client(session)
    assert back.submit("sleep=0.3", request_id="lost").job_id == job_id
    assert isinstance(back.end_of(job_id), Finished)


def test_jobs_start_in_their_order_and_know_their_places(client: Client) -> None:
    accepted = [client.submit("sleep=0.4") for _ in range(4)]  # longer than places are held back
    assert [a.place for a in accepted] == [0, 1, 2, 3]
    ends = [client.end_of(a.job_id) for a in accepted]
    order = [e.job_id for e in client.events if isinstance(e, Finished)]
    assert order == [e.job_id for e in ends]  # type: ignore[attr-defined]
    told = [p.place for p in progress_of(client, accepted[3].job_id) if p.place]
    assert told == [2, 1]


def test_status_tells_everything_of_a_job(client: Client) -> None:
    running = client.submit("stage=shape:2 step sleep=0.5", prompt="a chair")
    waiting = client.submit()
    assert eventually(lambda: client.status(running.job_id).jobs[0]["stage"] == "shape")  # type: ignore[index, call-overload]
    pong = client.status()
    newest, oldest = pong.jobs
    assert isinstance(newest, dict)
    assert isinstance(oldest, dict)
    assert (newest["job_id"], newest["state"], newest["place"]) == (waiting.job_id, "queued", 1)
    assert (oldest["job_id"], oldest["state"], oldest["prompt"]) == (running.job_id, "running", "a chair")
    assert pong.queue_length == 1
    worker = pong.workers[0]
    assert isinstance(worker, dict)
    assert worker["job_id"] == running.job_id
    assert worker["state"] == "busy"
    assert int(str(worker["memory_bytes"])) > 1 << 20
    client.end_of(waiting.job_id)
    ended = client.status(waiting.job_id).jobs[0]
    assert isinstance(ended, dict)
    assert ended["state"] == "finished"
    assert isinstance(ended["result"], dict)
    assert float(str(ended["ended"])) >= float(str(ended["created"]))


def test_status_lists_at_most_fifty_jobs_however_long_their_prompts(client: Client) -> None:
    for _ in range(52):
        client.submit("", prompt="\N{FLOPPY DISK}" * 2000)
    jobs = client.status().jobs
    assert len(jobs) == 50


def test_an_ended_job_can_be_forgotten_and_a_running_one_not(shared: Backend, client: Client) -> None:
    job_id = client.submit("sleep=0.2").job_id
    assert client.request(Forget(job_id=job_id), Rejected).error["code"] == "bad_input"
    assert client.request(Fetch(job_id=job_id), Rejected).error["code"] == "bad_input"
    client.end_of(job_id)
    assert (shared.data / "jobs" / job_id).is_dir()
    client.request(Forget(job_id=job_id), Pong)
    assert not (shared.data / "jobs" / job_id).exists()
    assert client.request(Fetch(job_id=job_id), Rejected).error["code"] == "not_allowed"


def test_inputs_reach_the_recipe_and_are_cleared(shared: Backend, client: Client) -> None:
    png = io.BytesIO()
    Image.new("RGB", (6, 5), "red").save(png, "PNG")
    frames = {f"image_{i}": Frame("image/png", png.getvalue()) for i in range(2)}
    end = client.run("", frames=frames)
    assert isinstance(end, Finished)
    assert end.result["provenance"]["images"] == [[5, 6, 4]] * 2  # type: ignore[index, call-overload]
    assert [p.name for p in (shared.data / "jobs").iterdir() if end.job_id in p.name] == [end.job_id]


def mesh_frames(faces: list[list[int]]) -> dict[str, Frame]:
    return {
        "vertices": Frame.from_array(np.eye(3, dtype=np.float32)),
        "faces": Frame.from_array(np.array(faces, dtype=np.int32)),
    }


def test_a_mesh_reaches_the_recipe(client: Client) -> None:
    end = client.run("", recipe="remodel", frames=mesh_frames([[0, 1, 2]]))
    assert isinstance(end, Finished)
    assert end.result["provenance"]["mesh_vertices"] == 3  # type: ignore[index, call-overload]


def test_a_bad_mesh_or_image_fails_its_job_with_the_reason(client: Client) -> None:
    end = client.run("", recipe="remodel", frames=mesh_frames([[0, 1, 3]]))
    assert isinstance(end, Failed)
    assert end.error["code"] == "bad_input"
    assert "vertex 3 of 3" in str(end.error["message"])
    end = client.run("", frames={"image_0": Frame("image/png", b"no picture")})
    assert isinstance(end, Failed)
    assert end.error["code"] == "bad_input"


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"recipe": "magic"}, "unknown_recipe", "script, remodel, grand"),
        ({"parameters": {"speed": 1}}, "bad_input", "no parameter"),
        ({"parameters": {"script": 3}}, "bad_input", "script 3"),
        ({"seed": -2}, "bad_input", "seed -2"),
        ({"seed": 2**31}, "bad_input", "seed 2147483648"),
        ({"recipe": "remodel"}, "bad_input", "needs a mesh"),
        ({"frames": mesh_frames([[0, 1, 2]])}, "bad_input", "takes no mesh"),
        ({"frames": {"base_color": Frame("image/png", b"x")}}, "bad_input", "takes no maps"),
        ({"frames": {"mask": Frame("image/png", b"x")}}, "bad_input", "takes no mask"),
        ({"recipe": "grand"}, "missing_weights", "full environment"),
    ],
)
def test_a_submit_that_cannot_work_is_refused_at_once(
    client: Client, fields: dict[str, object], code: str, said: str
) -> None:
    error = rejected(client, **fields)
    assert error["code"] == code
    assert said in str(error["message"])
    assert client.status().jobs == []


def test_a_missing_environment_offers_its_installation(client: Client) -> None:
    assert rejected(client, recipe="grand")["remedy"] == "install_environment"


def test_a_full_queue_refuses_at_once_and_says_how_long_it_is(start: Start) -> None:
    client = start(max_queue=2).client()
    kept = [client.submit("sleep=0.15") for _ in range(3)]
    error = rejected(client)
    assert error["code"] == "queue_full"
    assert error["details"] == {"queue_length": 2}
    for accepted in kept:
        assert isinstance(client.end_of(accepted.job_id), Finished)
    assert isinstance(client.run(), Finished)


def test_a_thousand_waiting_jobs_are_cancelled_quickly(start: Start) -> None:
    """Quickly for the server: what the client and the machine take is not its doing."""
    backend = start(max_queue=1000)
    client = backend.client()
    process = psutil.Process(backend.process.pid)
    first = client.submit("sleep=30")
    for _ in range(1000):
        client.socket.send_multipart(_packed(Submit(request_id=secrets.token_hex(8), recipe="script")))
    jobs = []
    while len(jobs) < 1000:
        message = client.receive()
        if isinstance(message, Accepted):
            jobs.append(message.job_id)
    before = process.cpu_times()
    for job_id in reversed(jobs):
        client.socket.send_multipart(_packed(Cancel(job_id=job_id)))
    ended: dict[str, int] = {}
    while len(ended) < 1000:
        message = client.receive()
        if isinstance(message, Cancelled):
            ended[message.job_id] = ended.get(message.job_id, 0) + 1
    assert set(ended.values()) == {1}
    after = process.cpu_times()
    assert after.user + after.system - before.user - before.system < 1.0
    assert client.status().queue_length == 0
    client.request(Cancel(job_id=first.job_id), Pong)
    assert isinstance(client.end_of(first.job_id), Cancelled)


def _packed(message: Message) -> list[bytes]:
    return [bytes(part) for part in pack(message)]


def test_unload_ends_an_idle_worker_and_leaves_a_busy_one(shared: Backend, client: Client) -> None:
    client.run()
    before = shared.worker_pids()
    client.request(Unload(), Pong)
    assert eventually(lambda: not shared.worker_pids())
    job_id = client.submit("sleep=0.5").job_id
    assert eventually(lambda: bool(shared.worker_pids()))
    client.request(Unload(), Pong)
    assert isinstance(client.end_of(job_id), Finished)
    assert shared.worker_pids() != before


def test_shutdown_ends_a_private_server_and_not_a_shared_one(start: Start) -> None:
    backend = start()
    client = backend.client()
    busy = backend.client()
    job_id = busy.submit("sleep=0.4").job_id
    assert client.request(Shutdown(), Rejected).error["code"] == "not_allowed"
    busy.end_of(job_id)
    client.request(Shutdown(), Pong)
    assert backend.process.wait(timeout=10) == 0


def test_a_result_that_is_not_as_announced_is_never_published(shared: Backend, client: Client) -> None:
    end = client.run("write=lie")
    assert isinstance(end, Failed)
    assert end.error["code"] == "internal"
    assert "orm.png" in str(end.error["message"])
    assert not [p for p in (shared.data / "jobs").iterdir() if end.job_id in p.name]


def test_results_above_the_quota_go_oldest_fetched_first(start: Start) -> None:
    backend = start(quota_bytes=3000)  # a fake result has some 1500 bytes
    client = backend.client()
    ends = [client.run() for _ in range(3)]
    ids = [e.job_id for e in ends]  # type: ignore[attr-defined]
    assert {p.name for p in (backend.data / "jobs").iterdir()} == set(ids)  # nothing fetched, nothing lost
    client.request(Fetch(job_id=ids[1], form="glb"), Finished)
    client.request(Fetch(job_id=ids[0], form="preview"), Finished)  # a glance is no fetch
    client.run()
    left = {p.name for p in (backend.data / "jobs").iterdir()}
    assert ids[1] not in left
    assert {ids[0], ids[2]} <= left


def test_the_summary_lies_beside_the_result(shared: Backend, client: Client) -> None:
    end = client.run()
    assert isinstance(end, Finished)
    stored = json.loads((Path(shared.data) / "jobs" / end.job_id / "result.json").read_text())
    assert stored == end.result
