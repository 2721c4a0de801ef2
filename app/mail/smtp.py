"""Letters over SMTP: encrypted and certified where the address says so, many over one line, every answer understood.

A letter counts as carried when the server has said 250 to its text. Whatever leaves that in doubt is a Delay.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from email_validator import validate_email

from app.mail.post import Carry, Deferral, Delay, Envelope, Refusal
from config import ConfigError

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""The ways to talk to a mail server, each with its usual port; the last two are encrypted (RFC 3207, RFC 8314)."""

CRLF = "\r\n"
HEADER_LINE = 65
"""Characters a person's name and address may share on one line, the header's own name left out."""

WORD_BYTES = 39
"""Bytes of UTF-8 in one encoded word: with `Subject: ` before it the line keeps within 76 characters (RFC 2047, 2)."""

LAST_OF_THREE_BYTES = "\uffff"
"""The last character that takes three bytes in UTF-8; those behind it take four."""

BASE64_LINE = 76
"""Characters on one line of base64 (RFC 2045, 6.8)."""

SERVICE_CLOSING = 421
"""The one temporary answer that speaks of the server, not of the letter (RFC 5321, 3.8)."""

TOO_BIG = 552
"""The one final answer to MAIL FROM that speaks of the letter; the others speak of us, the sender (RFC 1870)."""

NO_SUCH_MAILBOX = frozenset({550, 551, 553})
"""Answers to RCPT TO that mean the address, where the server gives no enhanced code (RFC 5321, 4.2.3)."""

ADDRESS_IS_BAD = re.compile(r"5\.(?:1\.(?:0|1|2|3|4|6|10)|2\.1)\b")
"""Enhanced codes that mean the address: unknown, moved, badly written, no such domain, mailbox closed (RFC 3463, 7505).

Not among them 5.1.7 and 5.1.8 (our own address), 5.2.2 (mailbox full), 5.7.x (policy).
"""

ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class _Server:
    """Where the mail server is, and how to speak to it; `encryption` None leaves the line plain."""

    host: str
    port: int
    scheme: str
    user: str
    password: str
    encryption: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A letter as it goes over the line; `international` needs a server that takes addresses beyond ASCII."""

    address: str
    content: bytes
    international: bool


class SmtpPost:
    """SMTP at an address: smtp://host:port, smtp+starttls://user:password@host, smtps://host.

    `sender` stands in From; `bounces` is where the county's server returns what it cannot deliver, the sender's
    own address when it is empty. `ca_file` names the certificates (PEM) that alone are trusted, in place of the
    machine's. Raises ConfigError for an address that cannot be used or would send a password in the clear.
    """

    def __init__(self, url: str, sender: str, timeout: int, *, bounces: str = "", ca_file: str = "") -> None:
        self.server = _read(url, ca_file)
        self.sender, self.timeout = sender, timeout
        self.bounces = _reach(parseaddr(bounces or sender)[1])

    @contextmanager
    def open(self) -> Iterator[Carry]:
        """One line for many letters; raises Delay when the server cannot be reached, trusted, or refuses our name."""
        line = _Line(self)
        line.dial()
        try:
            yield line.carry
        finally:
            line.hang_up()


class _Line:
    """A connection. Servers end it after so many letters, or minutes: the next letter then begins a new one."""

    def __init__(self, post: SmtpPost) -> None:
        self.post = post
        self.talk: smtplib.SMTP
        self.carried = 0

    def dial(self) -> None:
        """Connect, encrypt, sign in; raises Delay."""
        self.carried = 0
        try:
            self.talk = _dial(self.post.server, self.post.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise Delay(_explained(error)) from error

    def hang_up(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.talk.quit()
        self.talk.close()

    def carry(self, envelope: Envelope) -> str:
        """Hand over one letter; returns the server's answer, raises Refusal, Deferral or Delay."""
        sheet = _sheet(envelope, self.post.sender)
        try:
            self._begin(sheet)
            self._address(sheet)
            answer = self._text(sheet)
        except (OSError, smtplib.SMTPException) as error:
            self.talk.close()
            raise Delay(_said(error)) from error
        self.carried += 1
        return answer

    def _begin(self, sheet: _Sheet) -> None:
        """MAIL FROM. A line that the server closed since the last letter is replaced: nothing was at stake yet."""
        try:
            code, reply = self._mail_from(sheet)
            closed = code == SERVICE_CLOSING
        except (OSError, smtplib.SMTPServerDisconnected):
            if not self.carried:
                raise
            closed = True
        if closed and self.carried:
            self.talk.close()
            self.dial()
            code, reply = self._mail_from(sheet)
        if code == TOO_BIG:
            self._forget()
            raise Refusal(_words(code, reply))
        if code != 250:
            self.talk.close()
            raise Delay(f"{_words(code, reply)} (to MAIL FROM; see LUOSHI_MAIL_FROM, LUOSHI_MAIL_BOUNCES)")

    def _mail_from(self, sheet: _Sheet) -> tuple[int, bytes]:
        self.talk.ehlo_or_helo_if_needed()
        options = [f"size={len(sheet.content)}"] if self.talk.has_extn("size") else []
        if sheet.international:
            if not self.talk.has_extn("smtputf8"):
                raise Refusal("the mail server takes no addresses beyond ASCII (SMTPUTF8)", bad_address=True)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        return self.talk.mail(self.post.bounces, options)

    def _address(self, sheet: _Sheet) -> None:
        code, reply = self.talk.rcpt(sheet.address)
        if code in {250, 251}:
            return
        verdict = _verdict(code, reply, to_address=True)
        self._forget()
        raise verdict

    def _text(self, sheet: _Sheet) -> str:
        try:
            code, reply = self.talk.data(sheet.content)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, error.smtp_error  # type: ignore[assignment]
        if code == 250:
            return _words(code, reply)
        verdict = _verdict(code, reply)
        self._forget()
        raise verdict

    def _forget(self) -> None:
        """End the letter that was begun; a line lost meanwhile shows at the next letter."""
        with suppress(OSError, smtplib.SMTPException):
            self.talk.rset()
        self.carried += 1


def _read(url: str, ca_file: str) -> _Server:
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ConfigError(
            f"LUOSHI_SMTP_URL must begin with {', '.join(f'{s}://' for s in PORTS)}; see README.md."
        )
    try:
        host = (parts.hostname or "127.0.0.1").encode("idna").decode("ascii")
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ConfigError("LUOSHI_SMTP_URL names no usable host and port.") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise ConfigError("LUOSHI_SMTP_URL: user and password of a mail account must be ASCII.")
    if user and parts.scheme == "smtp" and not _is_loopback(host):
        raise ConfigError(
            "LUOSHI_SMTP_URL would send its password in the clear: "
            "write smtp+starttls:// or smtps://, or leave user and password out."
        )
    return _Server(host, port, parts.scheme, user, password, _encryption(parts.scheme, ca_file))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _encryption(scheme: str, ca_file: str) -> ssl.SSLContext | None:
    """What checks the server's certificate and name; None for a plain line."""
    if scheme == "smtp":
        return None
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise ConfigError(f"LUOSHI_SMTP_CA_FILE ({ca_file}) holds no certificates: {error}") from error


def _dial(server: _Server, timeout: int) -> smtplib.SMTP:
    """A line that is encrypted and signed in as the address says; never less than it says."""
    if server.scheme == "smtps":
        talk: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=server.encryption
        )
    else:
        talk = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        if server.scheme == "smtp+starttls":
            talk.starttls(context=server.encryption)
        if server.user:
            talk.login(server.user, server.password)
    except BaseException:
        talk.close()
        raise
    return talk


def _sheet(envelope: Envelope, sender: str) -> _Sheet:
    """The letter in bytes; raises Refusal for an address that cannot be written."""
    try:
        address = _address(envelope.address)
    except (HeaderParseError, IndexError, ValueError) as error:
        raise Refusal(f"the address cannot be written: {_said(error)}", bad_address=True) from error
    return _Sheet(address, as_message(envelope, sender), not address.isascii())


@lru_cache(4096)
def _address(typed: str) -> str:
    """The address as mail servers know it; raises ValueError, IndexError or HeaderParseError for what is none."""
    address = _reach(typed)
    if address.isascii():
        return Address(addr_spec=address).addr_spec
    # the standard library reads no names beyond ASCII
    checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
    return f"{checked.local_part}@{checked.ascii_domain}"


def _reach(address: str) -> str:
    """The address with a Chinese domain in its ASCII form; raises ValueError."""
    name, at, domain = address.rpartition("@")
    return f"{name}{at}{domain.encode('idna').decode('ascii')}"


def as_message(envelope: Envelope, sender: str) -> bytes:
    """The letter as it goes over the wire (RFC 5322, MIME), the same to the byte on every attempt.

    It is put together here: the standard library takes ten times as long, longer than the server for its answer.
    """
    boundary = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:40]
    heads = {
        "From": _from(sender),
        "To": _named(envelope.recipient, _reach(envelope.address)),
        "Subject": _folded(envelope.words.subject),
        "Date": format_datetime(envelope.written_at),
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",  # what Exchange heeds in place of the line above
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative;{CRLF} boundary="{boundary}"',
    }
    lines = [
        *(f"{name}: {value}" for name, value in heads.items()),
        "",
        f"--{boundary}",
        _part("plain", envelope.words.text),
        f"--{boundary}",
        _part("html", envelope.words.html),
        f"--{boundary}--",
        "",
    ]
    return CRLF.join(lines).encode()


@lru_cache(8)
def _from(sender: str) -> str:
    return _named(*parseaddr(sender))


def _named(name: str, address: str) -> str:
    """A mailbox with the person's name, on as many lines as it takes."""
    if not name:
        return address
    shown = _folded(name)
    room = HEADER_LINE - len(shown.rpartition(CRLF)[2])
    return f"{shown}{' ' if len(address) < room else CRLF + ' '}<{address}>"


def _folded(words: str) -> str:
    """Words of any language in a header, encoded, on as many lines as they take (RFC 2047); a line break in them is a blank."""
    words = " ".join(words.splitlines())
    step = WORD_BYTES // (3 if max(words, default="") <= LAST_OF_THREE_BYTES else 4)
    parts = (words[start : start + step].encode() for start in range(0, len(words), step))
    return f"{CRLF} ".join(f"=?utf-8?b?{b64encode(part).decode('ascii')}?=" for part in parts)


def _part(subtype: str, words: str) -> str:
    """One rendering of the letter, in base64: ASCII in short lines, which every server passes on unharmed."""
    heads = [f'Content-Type: text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding: base64", ""]
    canonical = words.replace(CRLF, "\n").replace("\n", CRLF)  # RFC 2045, 6.8
    coded = b64encode(canonical.encode()).decode("ascii")
    lines = (coded[start : start + BASE64_LINE] for start in range(0, len(coded), BASE64_LINE))
    return CRLF.join([*heads, *lines])


def _verdict(code: int, reply: bytes, *, to_address: bool = False) -> Exception:
    words = _words(code, reply)
    if 500 <= code < 600:
        return Refusal(words, bad_address=_is_about_address(code, reply, to_address))
    return Delay(words) if code == SERVICE_CLOSING else Deferral(words)


def _is_about_address(code: int, reply: bytes, to_address: bool) -> bool:
    enhanced = ENHANCED.match(_text_of(reply))
    if enhanced:
        return bool(ADDRESS_IS_BAD.match(enhanced.group()))
    return to_address and code in NO_SUCH_MAILBOX


def _words(code: int, reply: bytes) -> str:
    return f"{code} {_text_of(reply)}"[:400]


def _text_of(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())


def _explained(error: BaseException) -> str:
    """Why there is no line, with what an administrator can do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted ({error.verify_message}); name its authority in LUOSHI_SMTP_CA_FILE"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            f"{_words(error.smtp_code, _bytes(error.smtp_error))}; check user and password in LUOSHI_SMTP_URL"
        )
    return _said(error)


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:400]
