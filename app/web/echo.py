"""What a person typed, given back when a page cannot take it: nothing typed is lost."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

SECRET_FIELDS = frozenset({"csrf_token", "password", "old", "new", "again"})


def typed_words() -> list[str]:
    """The texts of the posted form, longest first, without secrets and without one-character choices.

    Nothing of a form that was too large to be read at all.
    """
    try:
        posted = request.form
    except RequestEntityTooLarge:
        return []
    words = {
        value.strip() for name, values in posted.lists() if name not in SECRET_FIELDS for value in values
    }
    return sorted((word for word in words if len(word) > 3), key=len, reverse=True)
