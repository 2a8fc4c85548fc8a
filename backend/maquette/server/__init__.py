"""The server: sockets, queue, job store and supervision. Never torch, never native geometry."""
