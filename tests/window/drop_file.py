"""Drops a file onto a window as a file manager does: `drop_file.py FILE X Y`, in pixels of the screen.

The source side of the XDND protocol, version 5 (freedesktop.org, "Drag-and-Drop Protocol for the X Window
System"), on libX11 through ctypes: enter, position until the target accepts, drop, hand over the list of
files when it is asked for, and wait until the target has finished.
"""

import ctypes
import sys
import time
from ctypes import POINTER, Structure, Union, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from pathlib import Path

VERSION = 5
SELECTION_REQUEST, SELECTION_NOTIFY, CLIENT_MESSAGE = 30, 31, 33
TIMEOUT_S = 20.0
ATOM_TYPE = 4  # XA_ATOM


class ClientMessage(Structure):
    _fields_ = [
        ("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p),
        ("window", c_ulong), ("message_type", c_ulong), ("format", c_int), ("data", c_long * 5),
    ]  # fmt: skip


class SelectionRequest(Structure):
    _fields_ = [
        ("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p),
        ("owner", c_ulong), ("requestor", c_ulong), ("selection", c_ulong), ("target", c_ulong),
        ("property", c_ulong), ("time", c_ulong),
    ]  # fmt: skip


class SelectionNotify(Structure):
    _fields_ = [
        ("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p),
        ("requestor", c_ulong), ("selection", c_ulong), ("target", c_ulong), ("property", c_ulong),
        ("time", c_ulong),
    ]  # fmt: skip


class Event(Union):
    _fields_ = [
        ("type", c_int),
        ("client", ClientMessage),
        ("request", SelectionRequest),
        ("notify", SelectionNotify),
        ("pad", c_long * 24),
    ]


class Source:
    """A window that something is dragged from."""

    def __init__(self, path: Path) -> None:
        self.x = x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = c_void_p
        x.XDefaultRootWindow.restype = x.XInternAtom.restype = x.XCreateSimpleWindow.restype = c_ulong
        self.display = c_void_p(x.XOpenDisplay(None))
        self.root = c_ulong(x.XDefaultRootWindow(self.display))
        self.window = c_ulong(
            x.XCreateSimpleWindow(self.display, self.root, 0, 0, 1, 1, 0, c_ulong(0), c_ulong(0))
        )
        self.content = path.resolve().as_uri().encode() + b"\r\n"
        self.target = c_ulong(0)
        x.XSetSelectionOwner(self.display, self.atom("XdndSelection"), self.window, c_ulong(0))

    def atom(self, name: str) -> c_ulong:
        return c_ulong(self.x.XInternAtom(self.display, c_char_p(name.encode()), 0))

    def drop(self, at: tuple[int, int]) -> None:
        """The whole conversation with the window at a point of the screen."""
        self.target = c_ulong(self.find_target(self.root) or sys.exit("no window takes drops"))
        self.send("XdndEnter", VERSION << 24, self.atom("text/uri-list").value, 0, 0)
        is_accepted = False
        deadline = time.monotonic() + TIMEOUT_S
        while not is_accepted:
            if time.monotonic() > deadline:
                sys.exit("the drop is not accepted")
            self.send("XdndPosition", 0, at[0] << 16 | at[1], 0, self.atom("XdndActionCopy").value)
            status = self.listen("XdndStatus", 0.5)
            is_accepted = status is not None and bool(status.data[1] & 1)
        for _ in range(4):  # a target that draws what hovers over it wants to see it come
            self.send("XdndPosition", 0, at[0] << 16 | at[1], 0, self.atom("XdndActionCopy").value)
            self.listen("XdndStatus", 0.5)
        self.send("XdndDrop", 0, 0, 0, 0)
        if self.listen("XdndFinished", TIMEOUT_S) is None:
            sys.exit("the drop is not finished")

    def find_target(self, window: c_ulong) -> int:
        """The first window below one that says that it takes drops."""
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        self.x.XQueryTree(self.display, window, byref(root), byref(parent), byref(children), byref(count))
        for number in range(count.value):
            child = c_ulong(children[number])
            found = child.value if self.is_aware(child) else self.find_target(child)
            if found:
                return found
        return 0

    def is_aware(self, window: c_ulong) -> bool:
        kind, size, count, left, data = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        self.x.XGetWindowProperty(
            self.display, window, self.atom("XdndAware"), c_long(0), c_long(1), 0, c_ulong(ATOM_TYPE),
            byref(kind), byref(size), byref(count), byref(left), byref(data),
        )  # fmt: skip
        return kind.value == ATOM_TYPE

    def send(self, name: str, *values: int) -> None:
        event = Event()
        event.client = ClientMessage(
            CLIENT_MESSAGE, 0, 1, self.display, self.target, self.atom(name), 32,
            (c_long * 5)(self.window.value, *values),
        )  # fmt: skip
        self.x.XSendEvent(self.display, self.target, 0, c_long(0), byref(event))
        self.x.XFlush(self.display)

    def listen(self, name: str, timeout_s: float) -> ClientMessage | None:
        """Waits for a message of the target; meanwhile hands over what it asks for."""
        event, deadline = Event(), time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if not self.x.XPending(self.display):
                time.sleep(0.01)
                continue
            self.x.XNextEvent(self.display, byref(event))
            if event.type == SELECTION_REQUEST:
                self.hand_over(event.request)
            elif event.type == CLIENT_MESSAGE and event.client.message_type == self.atom(name).value:
                return event.client
        return None

    def hand_over(self, request: SelectionRequest) -> None:
        self.x.XChangeProperty(
            self.display, c_ulong(request.requestor), c_ulong(request.property), c_ulong(request.target),
            8, 0, c_char_p(self.content), len(self.content),
        )  # fmt: skip
        event = Event()
        event.notify = SelectionNotify(
            SELECTION_NOTIFY, 0, 1, self.display, request.requestor, request.selection, request.target,
            request.property, request.time,
        )  # fmt: skip
        self.x.XSendEvent(self.display, c_ulong(request.requestor), 0, c_long(0), byref(event))
        self.x.XFlush(self.display)


if __name__ == "__main__":
    Source(Path(sys.argv[1])).drop((int(sys.argv[2]), int(sys.argv[3])))
