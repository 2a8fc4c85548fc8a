"""Counts the connections that never showed a right key.

libzmq has an event for protocol errors, but whoever listens to it keeps a connection open whose encrypted
frames were tampered with (4.3.5: sending the event overwrites the errno that decides on closing it). So this
compares who came, who shook hands and who left.
"""

import struct
from typing import Final

import zmq

_EVENT: Final = struct.Struct(
    "=Hi"
)  # number and value, as zmq_socket_monitor(3) says; pyzmq's imports asyncio
_EVENTS = zmq.EVENT_ACCEPTED | zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED


class Handshakes:
    """Watches a socket that is not bound yet; poll `monitor`, and `close` it before that socket."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.refused = 0
        self._socket = socket
        self.monitor: zmq.Socket[bytes] = socket.get_monitor_socket(_EVENTS)
        self._unsettled: set[int] = set()  # file descriptors of connections that may not have a key
        self._good = 0  # how many of them have shown one: the event does not say which

    def read(self) -> bool:
        """Takes in what has happened; whether any connection was refused."""
        before = self.refused
        while self.monitor.poll(0):
            event, value = _EVENT.unpack(self.monitor.recv_multipart()[0])
            self._note(event, value)
        return self.refused > before

    def close(self) -> None:
        self._socket.disable_monitor()
        self.monitor.close(linger=0)

    def _note(self, event: int, descriptor: int) -> None:
        if event == zmq.EVENT_ACCEPTED:
            self._unsettled.add(descriptor)
        elif event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            self._good += 1
        elif descriptor in self._unsettled:  # of several at once, the first to leave is the one without a key
            self._unsettled.remove(descriptor)
            self.refused += 1
        if self._good >= len(self._unsettled):
            self._unsettled.clear()
            self._good = 0
