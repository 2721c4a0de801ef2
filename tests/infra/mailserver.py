"""Mail servers as counties have them: encrypted from the first byte or by STARTTLS, with accounts, limits and whims.

A real server (aiosmtpd) on a free port of this machine, with certificates of an authority made for the test.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


class Authority:
    """A certificate authority of the test's own; `file` is what an administrator would name as trusted."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def vouch(self, *names: str) -> ssl.SSLContext:
        """What a server shows that is called by these names."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(*names).configure_cert(context)
        return context


@dataclass(frozen=True)
class Taken:
    """A letter as it came: the envelope's sender and recipient, how they came, and the letter's bytes."""

    sender: str
    recipient: str
    encrypted: bool
    options: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(self.content)


@dataclass
class MailServer:
    """`with` starts and stops it. `starttls` offers encryption, `tls` begins with it; `account` is (user, password).

    `answers` to recipients, `to_sender` to MAIL FROM and `text` to a letter's text are what it says instead of 250;
    `closes_after` is the number of letters after which it ends a line, with 421 when `politely`.
    """

    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    account: tuple[str, str] | None = None
    international: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    to_sender: str = ""
    text: str = ""
    closes_after: int = 0
    politely: bool = False
    taken: list[Taken] = field(default_factory=list)
    lines: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._hush(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._line, HOST, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _hush(self) -> None:
        self._server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def _line(self) -> SMTP:
        self.lines += 1
        return SMTP(
            _Clerk(self),
            hostname="mail.test",
            loop=self._loop,
            enable_SMTPUTF8=self.international,
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            authenticator=self._knows if self.account else None,
            auth_require_tls=self.starttls is not None,
        )

    def _knows(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and self.account == (
            data.login.decode(),
            data.password.decode(),
        )
        return AuthResult(success=known, handled=False)


class _Clerk:
    """Answers one line; aiosmtpd finds the methods by their names."""

    def __init__(self, house: MailServer) -> None:
        self.house = house
        self.letters = 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        house = self.house
        if house.account and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if house.closes_after and self.letters >= house.closes_after:
            if house.politely:
                await server.push("421 4.4.2 Too many letters on this line")
            assert server.transport is not None
            server.transport.close()
            await asyncio.get_running_loop().create_future()  # the closed line cancels this talk
        if house.to_sender:
            return house.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.house.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.house.text:
            return self.house.text
        self.letters += 1
        content = envelope.original_content or b""
        encrypted = session.ssl is not None or self.house.tls is not None
        [recipient] = envelope.rcpt_tos
        taken = Taken(envelope.mail_from or "", recipient, encrypted, tuple(envelope.mail_options), content)
        self.house.taken.append(taken)
        return f"250 2.0.0 queued as {len(self.house.taken)}"
