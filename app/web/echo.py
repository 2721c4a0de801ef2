"""What a person typed, given back when a page cannot take it: nothing typed is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

SECRET_FIELDS = frozenset({"csrf_token", "password", "old", "new", "again"})

RESUMED = "resumed"
"""The field that marks words carried over a new sign-in: they are shown in their form again, never saved unseen."""

RESUMABLE = frozenset(
    {
        "plans.edit",
        "plans.new",
        "plans.new_task",
        "plans.task",
        "tasks.close",
        "tasks.request_close",
        "tasks.update",
    }
)
"""The pages that show their form again with the words in it when nothing is to be saved (`forms.Form`)."""


def typed_words() -> list[str]:
    """The texts of the posted form, longest first, without secrets and without one-character choices.

    Nothing of a form that was too large to be read at all.
    """
    words = {value.strip() for _, value in _posted()}
    return sorted((word for word in words if len(word) > 3), key=len, reverse=True)


def _posted() -> list[tuple[str, str]]:
    try:
        posted = request.form
    except RequestEntityTooLarge:
        return []
    return [(name, value) for name, value in posted.items(multi=True) if name not in SECRET_FIELDS]


@dataclass(frozen=True, slots=True)
class Carried:
    """A form whose session ended while it was filled in: its address and what was typed."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        return json.dumps({"path": self.path, "fields": self.fields}, ensure_ascii=False)


def carried() -> Carried | None:
    """The posted form, where its page can show it again; None for all others and for what another site sent."""
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if foreign or request.endpoint not in RESUMABLE or not _posted():
        return None
    return Carried(request.full_path.rstrip("?"), tuple(_posted()))


def unpacked(packed: str | None) -> Carried | None:
    """What `Carried.packed` held; None for anything else, and for a page that would not show it again."""
    try:
        found = json.loads(packed or "")
        path, fields = str(found["path"]), tuple((str(name), str(value)) for name, value in found["fields"])
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(path).path, "POST")
    except (ValueError, TypeError, KeyError, HTTPException):
        return None
    return Carried(path, fields) if is_own(path) and endpoint in RESUMABLE else None


def is_own(target: str | None) -> bool:
    """Whether an address is a path of our own: a link in a letter must not lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    return not urlsplit(target).netloc


def way_back() -> str | None:
    """The page the posted form stood on, as far as it can be told."""
    came_from = urlsplit(request.referrer or "")
    path = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    if came_from.netloc == request.host and is_own(path):
        return path
    readable = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return request.full_path.rstrip("?") if readable else None
