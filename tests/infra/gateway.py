"""A gateway for short messages on this machine: remembers every request, and answers as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Heard:
    """One request: method, path with query, the host it was for, content type and body."""

    method: str
    path: str
    host: str
    kind: str
    body: str


@dataclass
class Gateway:
    """`with` starts and stops it. `status` is its answer; `location` where a redirect points."""

    status: int = 200
    location: str = ""
    heard: list[Heard] = field(default_factory=list)

    @property
    def place(self) -> str:
        """127.0.0.1:PORT."""
        return f"{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                heads = (self.headers.get("Host") or "", self.headers.get("Content-Type") or "")
                gateway.heard.append(Heard(self.command, self.path, *heads, body))
                self.send_response(gateway.status)
                if gateway.location:
                    self.send_header("Location", gateway.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
