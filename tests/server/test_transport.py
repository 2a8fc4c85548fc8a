"""Who can reach the server, and what a hostile or clumsy peer can do to it."""

import json
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
import zmq

from maquette.protocol import Frame
from maquette.protocol.errors import MaquetteError
from maquette.protocol.messages import (
    Cancel,
    Describe,
    Fetch,
    Forget,
    Hello,
    Message,
    Pong,
    Recipes,
    Rejected,
    Status,
    Submit,
    Welcome,
    pack,
    unpack_reply,
)
from maquette.server import router
from maquette.server.authentication import check_bind
from maquette.server.router import PeerLimits, Router

from .backend import ROOT, SERVER, Backend, Client, eventually
from .conftest import Start


def new_keys() -> dict[str, str]:
    public, secret = zmq.curve_keypair()
    return {"client_public": public.decode(), "client_secret": secret.decode()}


def test_only_loopback_is_listened_on(shared: Backend) -> None:
    shared.client().run()
    processes = [psutil.Process(pid) for pid in (shared.process.pid, *shared.worker_pids())]
    addresses = [c.laddr.ip for p in processes for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
    assert addresses
    assert set(addresses) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "bind", ["tcp://0.0.0.0:*", "tcp://*:5000", "tcp://192.168.1.4:5000", "tcp://[::]:1"]
)
def test_a_wider_address_needs_named_keys(bind: str) -> None:
    with pytest.raises(MaquetteError, match="--allow"):
        check_bind(bind, None)
    check_bind(bind, Path("keys"))


@pytest.mark.parametrize("bind", ["ipc:///tmp/x", "127.0.0.1:5000", "tcp://", "inproc://x"])
def test_only_tcp_addresses_are_taken(bind: str) -> None:
    with pytest.raises(MaquetteError, match="no address"):
        check_bind(bind, Path("keys"))


def test_a_refused_address_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "maquette.server", "--data", str(tmp_path / "d"), "--bind", "tcp://0.0.0.0:*"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_named_remote_key_is_let_in(start: Start, tmp_path: Path) -> None:
    keys = new_keys()
    (tmp_path / "keys").write_text(f"# farm\nworkstation {keys['client_public']}\n")
    backend = start(bind="tcp://0.0.0.0:*", allow=str(tmp_path / "keys"), headless=True)
    try:
        assert backend.connection["endpoint"].startswith("tcp://127.0.0.1:")
        assert backend.client(**keys).hello().instance == backend.connection["instance"]
    finally:
        backend.process.terminate()
        backend.process.wait(timeout=10)


@pytest.mark.parametrize("attack", ["plain", "unknown client key", "wrong server key"])
def test_nothing_passes_without_the_right_keys(shared: Backend, attack: str) -> None:
    refused = shared.log().count("without a right key")
    keys = new_keys()
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        if attack != "plain":
            other = zmq.curve_keypair()[0]
            known = shared.connection["server_key"].encode()
            mine = attack == "unknown client key"
            socket.curve_serverkey = known if mine else other
            pair = keys if mine else shared.connection
            socket.curve_publickey = pair["client_public"].encode()
            socket.curve_secretkey = pair["client_secret"].encode()
        socket.connect(shared.connection["endpoint"])
        hello = pack(Hello(tag=1, client="intruder", session="s" * 32))
        socket.send_multipart(hello)
        assert socket.poll(400) == 0
    assert eventually(lambda: shared.log().count("without a right key") > refused)
    assert "intruder" not in shared.log()
    assert shared.client().hello()


def test_the_connection_file_is_private_and_goes_with_the_server(start: Start) -> None:
    backend = start()
    path = backend.connection_file
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert backend.connection["pid"] == backend.process.pid
    assert set(backend.connection) == {
        *("protocol", "endpoint", "server_key", "client_public", "client_secret"),
        *("pid", "instance", "nonce", "version"),
    }
    assert backend.client().hello().nonce == backend.connection["nonce"]
    assert backend.stop() == 0
    assert list(path.parent.iterdir()) == []


def test_keys_are_new_at_each_start(start: Start) -> None:
    first, second = start().connection, start().connection
    for name in ("server_key", "client_public", "client_secret", "nonce", "instance", "endpoint"):
        assert first[name] != second[name]


def refused_start(data: Path, connection: Path) -> str:
    with pytest.raises(RuntimeError) as info, Backend(data, connection=str(connection)):
        pass
    return str(info.value)


def test_a_link_in_place_of_the_connection_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    link = tmp_path / "connection.json"
    link.symlink_to(target)
    assert "is a link" in refused_start(tmp_path / "data", link)
    assert target.read_text() == "precious"


def test_a_folder_that_others_can_change_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    assert "can be changed by others" in refused_start(tmp_path / "data", folder / "c.json")


def test_an_old_connection_file_of_ones_own_is_replaced(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "connection.json"
    path.write_text("stale")
    backend = start(connection=str(path))
    assert json.loads(path.read_text())["pid"] == backend.process.pid
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_hello_comes_first(shared: Backend) -> None:
    client = Client(shared.connection, secrets.token_hex(16))
    answer = client.request(Status(), Rejected)
    client.close()
    assert answer.error["code"] == "not_allowed"


def test_a_pickle_is_never_read(shared: Backend, tmp_path: Path) -> None:
    bomb = f"cposix\nmkdir\n(V{tmp_path / 'touched'}\ntR.".encode()  # what a pickle of os.mkdir(...) is
    client = shared.client()
    good = [bytes(part) for part in pack(Submit(request_id="r", recipe="script", frames={}))]
    for parts in ([bomb], [bomb, bomb], [*good, bomb], [good[0], bomb, bomb]):
        client.socket.send_multipart(parts)
        assert isinstance(client.receive(), Rejected)
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(
    "parts",
    [[b""], [b"{}"], [b"\xff"], [b"[]"], [b'{"v":1,"type":"nonsense"}'], [b'{"v":2,"type":"status"}']],
)
def test_a_broken_message_is_refused_and_the_connection_kept(shared: Backend, parts: list[bytes]) -> None:
    client = shared.client()
    client.socket.send_multipart(parts)
    assert isinstance(client.receive(), Rejected)
    assert client.status()


def test_an_oversized_frame_costs_only_its_sender(start: Start) -> None:
    backend = start(peers={"max_frame_bytes": 1 << 20})
    other, offender = backend.client(), backend.client()
    offender.socket.send_multipart([b"{}", bytes((1 << 20) + 1000)])
    for _ in range(20):
        other.status()
    assert offender.hello()  # the socket has reconnected by itself


def test_a_frame_of_the_largest_size_passes_and_one_byte_more_is_refused_in_words(start: Start) -> None:
    limit = 1 << 16
    client = start(peers={"max_frame_bytes": limit}).client()

    def submit(size: int) -> Message:
        frames = {"image_0": Frame("image/png", bytes(size))}
        message = Submit(tag=size, request_id=f"r{size}", recipe="remodel", frames=frames)
        client.socket.send_multipart(pack(message))
        return client.receive()

    assert "takes no images" in str(submit(limit).error["message"])  # type: ignore[attr-defined]
    refused = submit(limit + 1)
    assert isinstance(refused, Rejected)
    assert (refused.tag, refused.error["code"]) == (limit + 1, "bad_input")
    assert f"{limit + 1} bytes is above {limit}" in str(refused.error["message"])
    assert client.status().jobs == []  # over the same connection, without another hello


def test_too_many_frames_are_refused_undecoded(start: Start) -> None:
    backend = start(peers={"max_frame_bytes": 1 << 20})
    process = psutil.Process(backend.process.pid)
    client = backend.client()
    before = process.memory_info().rss
    for _ in range(4):
        client.socket.send_multipart([b"{}"] + [bytes(1 << 20)] * 64)
        assert isinstance(client.receive(), Rejected)
    assert process.memory_info().rss - before < 150 << 20


def test_pings_and_connections_leave_nothing_behind(start: Start) -> None:
    backend = start()
    process = psutil.Process(backend.process.pid)
    client = backend.client()
    for _ in range(100):
        client.status()
    before = process.num_fds(), process.num_threads(), process.memory_info().rss
    for _ in range(2000):
        client.status()
    passers = [Client(backend.connection, secrets.token_hex(16)) for _ in range(60)]
    for passer in passers:
        passer.hello()
    for passer in passers:
        passer.close()
    assert eventually(lambda: process.num_fds() <= before[0])
    assert process.num_threads() <= before[1]
    assert process.memory_info().rss - before[2] < 16 << 20


def test_clients_that_are_gone_are_forgotten_before_those_that_speak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(router, "MAX_CONNECTIONS", 2)
    welcome = Welcome(server="", instance="", nonce="")
    desk = Router(Mock(), PeerLimits(), welcome, {Status: lambda session, request: Pong()})

    def says(name: bytes, message: Message) -> Message:
        return desk._answer(name, pack(message))

    hello = Hello(tag=1, session="s" * 32)
    for name in (b"old", b"gone", b"new"):
        assert isinstance(says(name, hello), Welcome)
        assert isinstance(says(b"old", Status()), Pong)
    assert isinstance(says(b"gone", Status()), Rejected)
    assert isinstance(says(b"new", Status()), Pong)


def test_a_client_that_never_reads_delays_nobody_and_costs_little(start: Start) -> None:
    backend = start()
    process = psutil.Process(backend.process.pid)
    session = secrets.token_hex(16)
    sleeper, reader = Client(backend.connection, session), backend.client(session)
    sleeper.socket.rcvhwm = 1
    sleeper.hello()
    before = process.memory_info().rss
    for _ in range(3):
        script = " ".join(["preview"] * 200)
        assert type(reader.run(script)).__name__ == "Finished"
    reader.status()
    assert process.memory_info().rss - before < 64 << 20
    sleeper.close()


def test_jobs_belong_to_the_session_alone(shared: Backend) -> None:
    owner, other = shared.client(), shared.client()
    job_id = owner.submit("note=secret").job_id
    owner.end_of(job_id)
    for request in (Status, Cancel, Fetch, Forget):
        theirs = other.request(request(job_id=job_id), Rejected)
        unknown = other.request(request(job_id="unknown"), Rejected)
        assert theirs.error["code"] == unknown.error["code"] == "not_allowed"
        assert str(theirs.error["message"]).replace(job_id, "unknown") == unknown.error["message"]
    assert other.status().jobs == []
    assert other.drain(0.1) == []
    assert owner.request(Fetch(job_id=job_id), type(owner.end_of(job_id))).job_id == job_id


def test_a_stolen_connection_name_takes_nothing_over(shared: Backend) -> None:
    session = secrets.token_hex(16)
    owner = Client(shared.connection, session, identity=b"same")
    owner.hello()
    thief = Client(shared.connection, secrets.token_hex(16), identity=b"same")
    thief.socket.send_multipart(pack(Hello(tag=1, session=thief.session)))
    job_id = owner.submit("sleep=0.1").job_id
    assert owner.end_of(job_id)
    assert thief.socket.poll(200) == 0
    thief.close()
    owner.close()


def test_two_connections_of_a_session_hear_the_same(shared: Backend) -> None:
    session = secrets.token_hex(16)
    first, second = shared.client(session), shared.client(session)
    job_id = first.submit("note=one").job_id
    assert first.end_of(job_id) == second.end_of(job_id)


def test_recipes_are_described_with_their_parameters(shared: Backend) -> None:
    client = shared.client()
    answer = client.request(Describe(), Recipes)
    listing = json.loads(bytes(answer.frames["recipes"].data))
    assert [recipe["name"] for recipe in listing] == ["script", "remodel", "grand"]
    assert listing[0]["parameters"][0]["name"] == "script"


def test_the_server_imports_nothing_heavy() -> None:
    heavy = {"torch", "scipy", "trimesh", "PIL", "fast_simplification", "onnxruntime"}
    code = "import sys, maquette.server.__main__; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert "maquette.server.process" in done.stdout.split()
    assert not heavy.intersection(done.stdout.split())


def test_the_log_holds_no_prompt(shared: Backend) -> None:
    client = shared.client()
    job_id = client.submit("note=quiet", prompt="a very secret unicorn").job_id
    client.end_of(job_id)
    assert job_id in shared.log()
    logs = "".join(path.read_text() for path in (shared.data / "log").iterdir())
    assert "unicorn" not in logs
    assert client.session not in logs


def test_one_line_on_stdout_and_a_pong_for_a_ping(tmp_path: Path) -> None:
    arguments = json.dumps({"data": str(tmp_path / "data")})
    with subprocess.Popen(
        [sys.executable, str(SERVER), arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"READY ")
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert process.stdout.read() == b""


def test_a_ping_names_the_queue(shared: Backend) -> None:
    client = shared.client()
    client.socket.send_multipart(pack(Status(tag=7)))
    answer = unpack_reply(client.socket.recv_multipart())
    assert isinstance(answer, Pong)
    assert answer.tag == 7
    assert answer.queue_length == 0
