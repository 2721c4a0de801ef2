"""How the duty to answer a request is named, and whom its ladder speaks to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from workflows.escalation import Audience, Rung
from workflows.requests.kinds import Stage

_SUFFIX: Mapping[Stage, str] = MappingProxyType({Stage.UNIT: "", Stage.OFFICE: ".o", Stage.LEADER: ".l"})
_KEY = re.compile(r"r(\d+)(\.[ol])?")


def answer_key(request_id: int, stage: Stage) -> str:
    """The period key of the duty to answer a request: r12, r12.o (督查室), r12.l (责任领导)."""
    return f"r{request_id}{_SUFFIX[stage]}"


def answers(period_key: str) -> tuple[int, Stage] | None:
    """The request such a key names and who answers under it; None for any other key."""
    read = _KEY.fullmatch(period_key)
    if read is None:
        return None
    stage = next(stage for stage, suffix in _SUFFIX.items() if suffix == (read[2] or ""))
    return int(read[1]), stage


_OFFICE = dict.fromkeys(
    (Audience.LIAISON, Audience.SECTION_HEAD, Audience.DEPUTY_HEAD, Audience.HEAD), Audience.OFFICE
)
_INSTEAD: Mapping[Stage, Mapping[Audience, Audience]] = MappingProxyType(
    {Stage.OFFICE: _OFFICE, Stage.LEADER: {**_OFFICE, Audience.LIAISON: Audience.COUNTY_LEADER}}
)
"""Who is meant where the ladder of answers names a post of a unit, and the answer is not a unit's to give."""


def addressed(rung: Rung, period_key: str) -> Rung:
    """The rung as it speaks about that duty: what the office or a county leader has to answer is theirs to hear."""
    named = answers(period_key)
    meant = _INSTEAD.get(named[1]) if named else None
    if meant is None:
        return rung
    audience = tuple(dict.fromkeys(meant.get(post, post) for post in rung.audience))
    copies = tuple(dict.fromkeys(meant.get(post, post) for post in rung.copies))
    return replace(rung, audience=audience, copies=tuple(post for post in copies if post not in audience))
