"""Other ways to a person than e-mail: 企业微信, 钉钉, 飞书, 短信 gateways, webhooks, carried by the library Apprise.

All are off until LUOSHI_CHANNELS names them, as `name=address` in the library's own form, parted by semicolons; where
{address} stands, a person's contact point is put. They add to e-mail, never replace it, and go through the same relay.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import current_app

from app.mail import Carry, Deferral, Delay, Envelope, Refusal
from config import ConfigError

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

EMAIL = "email"
"""The channel that is always on."""

LABELS: Mapping[str, str] = MappingProxyType(
    {EMAIL: "邮件", "wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "sms": "短信"}
)
"""What the usual channels are called on pages; any other shows its own name."""

PLACE = "{address}"
ROOM = 500
"""Characters a message may have where the setting says nothing else."""

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9+][A-Za-z0-9_.@+-]{0,119}")
"""A telephone number, a user's name, a robot's key: nothing that means anything inside a web address."""

_SETTING = re.compile(r"(?P<name>[a-z][a-z0-9-]{0,22})(?:/(?P<room>\d{2,5}))?\s*=\s*(?P<template>\S+)")
_STATUS = re.compile(r"\berror=(\d{3})\b")
_LATER = frozenset({401, 403, 407, 408, 425, 429})
"""Answers in the 400s that time or an administrator mends; the others in the 400s are final (RFC 9110, 15.5)."""

_PROBES = ("13800000001", "13800000002")
_KNOCK_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A switched-on channel: its name, the address it sends to, and the characters a message may have."""

    name: str
    template: str
    room: int = ROOM

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name)

    @contextmanager
    def open(self) -> Iterator[Carry]:
        """A way out as mail has one; raises Delay while the channel's address in the settings cannot be used."""
        try:
            examine(self)
        except ConfigError as error:
            raise Delay(str(error)) from error
        yield self._carry

    def _carry(self, envelope: Envelope) -> str:
        from apprise import Apprise, NotifyFormat

        service = self.service(envelope.address)
        if service is None:
            raise Refusal(f"no address for {self.name}: {envelope.address[:60]!r}", bad_address=True)
        library = Apprise(asset=_asset())
        library.add(service)
        words = envelope.words
        told = library.notify(body=words.text, title=words.subject, body_format=NotifyFormat.TEXT)
        if told:
            return "taken"
        raise _verdict([line.message for line in told.logs()])

    def service(self, address: str) -> NotifyBase | None:
        """The library's service for one person; None for what is no contact point, so that none can bend the way."""
        if not is_plain(address):
            return None
        from apprise import Apprise

        url = self.template.replace(PLACE, quote(address, safe=""))
        return Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)


def read(setting: str) -> Mapping[str, Channel]:
    """The channels a setting names, by name; raises ConfigError for what cannot be read. Loads nothing."""
    found: dict[str, Channel] = {}
    for part in filter(None, map(str.strip, setting.split(";"))):
        read_as = _SETTING.fullmatch(part)
        if read_as is None or PLACE not in read_as["template"] or "://" not in read_as["template"]:
            raise ConfigError(
                "LUOSHI_CHANNELS must be name=address or name/characters=address, parted by semicolons, "
                "with {address} in each address; see docs/operations.md."
            )
        name = read_as["name"]
        if name in found or name == EMAIL:
            raise ConfigError(f"LUOSHI_CHANNELS: the name {name} is taken.")
        found[name] = Channel(name, read_as["template"], int(read_as["room"] or ROOM))
    return MappingProxyType(found)


def switched_on() -> Mapping[str, Channel]:
    """The channels of the running app beside e-mail, by name; usually none."""
    channels: Mapping[str, Channel] = current_app.extensions["channels"]
    return channels


def label(name: str) -> str:
    """What a channel is called on pages, also one that is switched off by now."""
    return LABELS.get(name, name)


def taken(urgent: bool, others: Sequence[str]) -> tuple[str, ...]:
    """The channels one notice goes by: e-mail always, and what is urgent by the person's other channels too."""
    return (EMAIL, *others) if urgent else (EMAIL,)


def is_plain(address: str) -> bool:
    """Whether a contact point is a number, name or key, without any sign that could bend a web address."""
    return PLAIN_ADDRESS.fullmatch(address) is not None


@lru_cache
def examine(channel: Channel) -> None:
    """Return when the library knows the address and a contact point cannot move it; raises ConfigError."""
    one, other = (channel.service(probe) for probe in _PROBES)
    if one is None or other is None:
        scheme = urlsplit(channel.template).scheme
        raise ConfigError(f"LUOSHI_CHANNELS: {channel.name} ({scheme}://) is no address the library knows.")
    if _place(one) != _place(other):
        raise ConfigError(f"LUOSHI_CHANNELS: in {channel.name} the contact point would choose the server.")


def knock(channel: Channel) -> str:
    """Whom the channel speaks to, when he answers at all; nothing is sent. Raises Delay, ConfigError."""
    examine(channel)
    service = channel.service(_PROBES[0])
    assert service is not None
    where = _endpoint(service)
    if where is None:
        return "on; cannot be asked without sending"
    try:
        socket.create_connection(where, timeout=_KNOCK_SECONDS).close()
    except OSError as error:
        raise Delay(f"{where[0]}:{where[1]} does not answer ({error})") from error
    return f"{where[0]}:{where[1]} answers"


def _endpoint(service: NotifyBase) -> tuple[str, int] | None:
    """Host and port: the administrator's own, or the one that is built into the library's service."""
    built_in = urlsplit(str(getattr(service, "notify_url", None) or ""))
    if built_in.hostname and "{" not in built_in.netloc:
        return built_in.hostname, built_in.port or 443
    if "host" in service.template_tokens and service.host:
        return service.host, service.port or (443 if service.secure else 80)
    return None


def _place(service: NotifyBase) -> tuple[object, ...]:
    """What decides where a message goes: nothing, where the server is built into the library's service."""
    if "host" not in service.template_tokens:
        return ()
    return (
        service.host,
        service.port,
        service.secure,
        service.user,
        service.password,
        service.verify_certificate,
    )


def _verdict(said: Sequence[str]) -> Exception:
    """What the library's log lines mean: an HTTP status, or no answer at all."""
    words = " ".join(said)[:400] or "no answer"
    status = next((int(found[1]) for line in said if (found := _STATUS.search(line))), None)
    if status is None:
        return Delay(words)
    if 400 <= status < 500 and status not in _LATER:
        return Refusal(words)
    return Deferral(words)


@lru_cache(1)
def _asset() -> AppriseAsset:
    """How the library is to behave: one thread, no redirect, nothing on disk, and its lines not in our log."""
    from apprise import AppriseAsset, PersistentStoreMode

    logging.getLogger("apprise").propagate = False  # they may hold a person's number
    return AppriseAsset(
        async_mode=False,
        http_redirects=False,
        allow_templates=False,
        storage_mode=PersistentStoreMode.MEMORY,
        app_id="Luoshi",
        app_desc="落实",
        app_url="",
    )
