"""How hypothesis runs here: no deadline, for a test never times anything."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("luoshi", deadline=None, max_examples=100)
settings.load_profile("luoshi")
