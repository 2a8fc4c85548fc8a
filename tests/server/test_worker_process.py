"""What a worker process is started with."""

import sys
import time

import pytest
import zmq

from maquette.server.authentication import Doorkeeper
from maquette.server.worker_process import WorkerProcess

SAY = "import os, sys; print('threads', os.environ['OPENBLAS_NUM_THREADS'], file=sys.stderr)"


@pytest.mark.parametrize(("asked", "given"), [(None, "1"), ("3", "3")])
def test_blas_gets_one_thread_unless_its_variable_is_set(asked, given, tmp_path, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", asked)
    with zmq.Context() as context:
        doorkeeper = Doorkeeper(context)
        worker = WorkerProcess(context, doorkeeper, [sys.executable, "-c", SAY], tmp_path / "log", 0)
        deadline = time.monotonic() + 30
        while worker.exit_code() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        said = worker.last_lines()
        worker.close()
        doorkeeper.socket.close()
    assert said == [f"threads {given}"]
