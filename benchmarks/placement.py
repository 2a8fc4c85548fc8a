"""From `finished` to an object in the scene, against the way of the peers.

200,000 triangles and three 2048 maps, in the bpy module. Ours is the add-on's own path: arrays and encoded
images fetched from a real server, then built. Theirs is what published add-ons do: one HTTP response of JSON
with the GLB in base64, decoded to a file, then `bpy.ops.import_scene.gltf`.
"""

import base64
import http.server
import json
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import bpy

from blender_addon.scene_io.provenance import Origin
from blender_addon.scene_io.result import build_object
from maquette.client import Backend, Pump
from maquette.client.events import AssetFetched, RequestFailed
from maquette.client.results import FetchedAsset

from . import sheet_server
from .table import Row, at_least

ROUNDS = 5
ORIGIN = Origin(
    request_id="r", job_id="j", prompt="a sheet", recipe="sheet", seed=0, parameters={}, document={}
)


def rows() -> list[Row]:
    """The ratio of the two medians, measured in turn."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _measure(Path(folder))
    ratio = statistics.median(theirs) / statistics.median(ours)
    told = f"ours {statistics.median(ours):.3f} s, base64 GLB + importer {statistics.median(theirs):.3f} s"
    return [at_least("200k triangles, 2K maps into the scene", ratio, "x faster", 5.0, told)]


def _measure(folder: Path) -> tuple[list[float], list[float]]:
    backend = Backend.start([sys.executable, sheet_server.__file__], folder, folder / "log")
    ours, theirs = [], []
    try:
        with closing(Pump("b" * 40, "benchmark")) as pump:
            pump.attach(backend.wait_ready())
            key = pump.submit("sheet", "a sheet")
            while not pump.job(key).is_over:
                pump.tick()
                time.sleep(0.002)
            assert pump.job(key).state == "finished", pump.job(key)
            with _web_server(_fetched(pump, key, "glb").glb) as port:
                for _ in range(ROUNDS):
                    ours.append(_timed(lambda: _ours(pump, key)))
                    theirs.append(_timed(lambda: _theirs(port)))
    finally:
        backend.stop()
    return ours, theirs


def _timed(bring_in: Callable[[], None]) -> float:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    started = time.perf_counter()
    bring_in()
    bpy.context.view_layer.update()
    took = time.perf_counter() - started
    assert len(bpy.data.objects) == 1
    return took


def _ours(pump: Pump, key: str) -> None:
    item = build_object(_fetched(pump, key, "arrays"), ORIGIN)
    bpy.context.scene.collection.objects.link(item)


def _fetched(pump: Pump, key: str, form: str) -> FetchedAsset:
    pump.fetch(key, form)
    while True:
        for event in pump.tick():
            if isinstance(event, AssetFetched):
                return event.asset
            assert not isinstance(event, RequestFailed), event
        pump.wait(0.02)  # a beat of Blender's timer at most; the server needs the processor meanwhile


def _theirs(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/result") as response:
        data = base64.b64decode(json.loads(response.read())["model"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.glb"
        path.write_bytes(data)
        bpy.ops.import_scene.gltf(filepath=str(path))


@contextmanager
def _web_server(glb: bytes) -> Iterator[int]:
    """Serves the GLB as the peers do, in a process-wide thread; gives its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(glb))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(glb: bytes) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"model": base64.b64encode(glb).decode()}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
