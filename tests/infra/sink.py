"""A mail server in a process of its own that keeps nothing of a letter but its Message-ID.

`python -m tests.infra.sink` prints its port, then the Message-ID of every letter it takes, a line each, before the sender
hears that the letter was taken. It ends when its standard input does, and so with whoever started it.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """A running sink. `arrivals` is where the Message-IDs come out, unbuffered."""

    def __init__(self, port: int, arrivals: IO[bytes]) -> None:
        self.port, self.arrivals = port, arrivals

    @property
    def url(self) -> str:
        """Where to send: smtp://127.0.0.1:PORT."""
        return f"smtp://{HOST}:{self.port}"


@contextmanager
def running() -> Iterator[Sink]:
    """A sink until the block ends."""
    command = [sys.executable, "-m", "tests.infra.sink"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Sink(int(process.stdout.readline()), process.stdout)
        finally:
            process.kill()


class _Line(SMTP):
    """One connection. What a sender writes in small pieces is acknowledged at once, not after 40 ms."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().connection_made(transport)


class _Taker:
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter: it counts from here, whether or not the sender lives to hear of it."""
        content = envelope.content
        assert isinstance(content, bytes)
        found = _MESSAGE_ID.search(content)
        os.write(sys.stdout.fileno(), (found.group(1) if found else b"?") + b"\n")
        return "250 taken"


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(_Taker(), hostname="sink", loop=loop), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 (whoever started it reads this)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
