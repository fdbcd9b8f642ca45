"""Answers of a served site, as their bytes come from a socket."""

import socket


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def everything(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
