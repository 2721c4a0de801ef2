"""The letters that were caught, one .eml file each, so that they outlive the process that caught them."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from threading import Condition

LINK = re.compile(r"(https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]*[\w/#=&%~-])", re.ASCII)
_ENVELOPE = "X-Catcher-Envelope"
# How the standard library gives up on a header that no mail program would write.
_BROKEN = (AttributeError, IndexError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it came over SMTP; `number` counts from 1 in the order of arrival."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The decoded subject, '' where there is none."""
        return next((value for name, value in self.headers if name.lower() == "subject"), "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, decoded, in the letter's own order; what cannot be decoded comes as it was sent."""
        return [(name, _decoded(self.message, name, raw)) for name, raw in self.message.raw_items()]

    @property
    def text(self) -> str:
        """The plain-text body, '' where there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML body, '' where there is none."""
        return self._body("html")

    @property
    def links(self) -> list[str]:
        """The web addresses in the plain-text body, in order."""
        return LINK.findall(self.text)

    def _body(self, kind: str) -> str:
        try:
            part = self.message.get_body((kind,))
        except _BROKEN:
            part = self.message if kind == "plain" else None
        return _content(part) if isinstance(part, EmailMessage) else ""


class Mailbox:
    """A folder of letters; safe to use from several threads, and from several processes that add to it."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, made where it is missing, with the letters that it already holds."""
        self._folder = folder
        self._arrival = Condition()
        folder.mkdir(parents=True, exist_ok=True)
        self._letters = [_read(path) for path in sorted(folder.glob("*.eml"))]

    def letters(self) -> list[Letter]:
        """All letters, oldest first."""
        with self._arrival:
            return list(self._letters)

    def find(self, number: int) -> Letter | None:
        """The letter of that number, None where there is none."""
        return next((letter for letter in self.letters() if letter.number == number), None)

    def source(self, letter: Letter) -> bytes:
        """The letter exactly as it was sent, without the line that records its envelope."""
        return self._path(letter.number).read_bytes().partition(b"\r\n")[2]

    def wait_for(self, count: int, seconds: float) -> list[Letter]:
        """All letters, as soon as there are `count`; raises TimeoutError when they do not come in time."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self._letters) >= count, seconds):
                raise TimeoutError(f"{len(self._letters)} of {count} letters came within {seconds} seconds")
            return list(self._letters)

    def add(self, sender: str, recipients: Sequence[str], content: bytes) -> Letter:
        """Keep a letter, whole or not at all, and return it as it will be read back."""
        envelope = json.dumps({"from": sender, "to": list(recipients)})
        draft = self._folder / f"draft-{os.getpid()}"
        draft.write_bytes(f"{_ENVELOPE}: {envelope}\r\n".encode("ascii") + content)
        with self._arrival:
            letter = _read(self._file(draft))
            self._letters.append(letter)
            self._arrival.notify_all()
        draft.unlink()
        return letter

    def _file(self, draft: Path) -> Path:
        number = self._letters[-1].number + 1 if self._letters else 1
        while True:
            try:
                os.link(draft, self._path(number))  # unlike a rename, never over another's letter
            except FileExistsError:
                number += 1
            else:
                return self._path(number)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.eml"


def _read(path: Path) -> Letter:
    head, _, source = path.read_bytes().partition(b"\r\n")
    envelope = json.loads(head.removeprefix(_ENVELOPE.encode()).removeprefix(b": "))
    received_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Letter(int(path.stem), received_at, envelope["from"], tuple(envelope["to"]), _parsed(source))


def _parsed(source: bytes) -> EmailMessage:
    try:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(source)
    except _BROKEN:
        message = EmailMessage()
        message.set_content(source.decode("utf-8", "replace"))
        return message


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except _BROKEN:  # a charset nobody knows, or one the bytes do not follow
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _decoded(message: EmailMessage, name: str, raw: str) -> str:
    try:
        return str(message.policy.header_fetch_parse(name, raw))
    except _BROKEN:
        return raw.encode("utf-8", "replace").decode("utf-8")
