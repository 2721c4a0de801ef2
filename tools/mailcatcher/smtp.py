"""The SMTP side: one event loop in a thread of its own, and the ways a mail server can behave badly."""

import asyncio
import socket
from enum import StrEnum
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from wsgiref.simple_server import WSGIServer

from aiosmtpd.smtp import SMTP, Envelope, Session

from tools.mailcatcher.letters import Letter, Mailbox
from tools.mailcatcher.page import serve

HOST = "127.0.0.1"


class Mode(StrEnum):
    """What the catcher does with the next letters."""

    ACCEPT = "accept"
    REFUSE = "refuse"  # 550: never
    DEFER = "defer"  # 451: not now
    HANG_UP = "hang up"  # takes the letter's text, keeps nothing, cuts the line
    VANISH = "vanish"  # keeps the letter, then cuts the line before the sender hears of it


class MailCatcher:
    """A mail server that keeps every letter in a folder; `with` starts and stops it, any number of times.

    `smtp_port` 0 takes a free port and stays on it over restarts. `web_port` None serves no page.
    """

    def __init__(self, folder: Path, *, smtp_port: int = 0, web_port: int | None = None) -> None:
        self.mailbox = Mailbox(folder)
        self.mode = Mode.ACCEPT
        self.refused: set[str] = set()  # recipients answered with 550, whatever the mode
        self.smtp_port = smtp_port
        self.web_port = web_port
        self._lines: set[asyncio.Transport] = set()

    @property
    def smtp_url(self) -> str:
        """Where to send: smtp://127.0.0.1:PORT."""
        return f"smtp://{HOST}:{self.smtp_port}"

    @property
    def web_url(self) -> str:
        """Where to read: http://127.0.0.1:PORT."""
        return f"http://{HOST}:{self.web_port}"

    def letters(self) -> list[Letter]:
        """All letters caught so far, oldest first."""
        return self.mailbox.letters()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; raises OSError when a port is taken."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="mail catcher", daemon=True)
        self._thread.start()
        self._web: WSGIServer | None = None
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
            if self.web_port is not None:
                self._web = serve(self.mailbox, HOST, self.web_port)
                self.web_port = self._web.server_port
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Cut every line and listen no more; what was caught stays."""
        asyncio.run_coroutine_threadsafe(self._hush(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._web:
            self._web.shutdown()
            self._web.server_close()

    async def _listen(self) -> None:
        self._server: asyncio.Server | None = None
        self._server = await self._loop.create_server(lambda: _Line(self, self._loop), HOST, self.smtp_port)
        self.smtp_port = self._server.sockets[0].getsockname()[1]

    async def _hush(self) -> None:
        if self._server:
            self._server.close()
        for line in tuple(self._lines):
            line.abort()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*talks, return_exceptions=True)

    def opened(self, line: asyncio.Transport) -> None:
        """Remember a line, to cut it at the end."""
        # Without this a sender that writes in small pieces waits 40 ms for each acknowledgement.
        line.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._lines.add(line)

    def closed(self, line: asyncio.Transport) -> None:
        """Forget a line that is closed."""
        self._lines.discard(line)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if address in self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the end of a letter's text, as the mode says."""
        if self.mode is Mode.REFUSE:
            return "550 5.7.1 Message refused"
        if self.mode is Mode.DEFER:
            return "451 4.3.2 Try again later"
        if self.mode is not Mode.HANG_UP:
            self._keep(envelope)
        if self.mode in {Mode.HANG_UP, Mode.VANISH}:
            await _cut(server)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        self.mailbox.add(envelope.mail_from or "", envelope.rcpt_tos, content)


class _Line(SMTP):
    """One connection."""

    def __init__(self, catcher: MailCatcher, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            catcher, hostname="localhost", ident="Luoshi mail catcher", enable_SMTPUTF8=True, loop=loop
        )
        self._catcher = catcher
        self._line: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._line = transport
            self._catcher.opened(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._line:
            self._catcher.closed(self._line)
        super().connection_lost(error)


async def _cut(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    await asyncio.get_running_loop().create_future()  # the lost connection cancels this talk
