"""考核方案 as it is stored: what is in force, one version, and a draft beside what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models import PolicyDraft, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import rulebook, rules
from workflows.appraisal import Scheme, scheme_lines
from workflows.errors import Refused
from workflows.rulewords import Change, Line, changes

SUBJECT = PolicySubject.APPRAISAL


def in_force() -> tuple[int, Scheme]:
    """The id of the newest version and what it says."""
    found = rules.latest(PolicySubject.APPRAISAL)
    return found.id, read(found)


def of(version_id: int) -> Scheme:
    """One version; raises Refused missing."""
    return read(rulebook.version(version_id))


def read(version: PolicyVersion) -> Scheme:
    """What a version says; raises Refused missing for one of another subject."""
    if version.subject is not PolicySubject.APPRAISAL:
        raise Refused("missing", "没有找到这一版考核方案。请从“考核”页进入。")
    return Scheme.from_json(version.body, version.version)


@dataclass(frozen=True, slots=True)
class SchemePage:
    """The scheme in force in words, its versions, and the draft if one is begun."""

    version_id: int
    scheme: Scheme
    lines: tuple[Line, ...]
    history: tuple[rulebook.Taken, ...]
    draft: PolicyDraft | None


def page() -> SchemePage:
    """What the scheme's page shows; five queries."""
    version_id, scheme = in_force()
    shelf = rulebook.shelf(PolicySubject.APPRAISAL)
    draft = shelf.drafts[0] if shelf.drafts else None
    return SchemePage(version_id, scheme, tuple(scheme_lines(scheme)), shelf.history, draft)


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft of the scheme: what it says, and what is different from what is in force."""

    draft: PolicyDraft
    scheme: Scheme
    in_force: PolicyVersion
    changes: tuple[Change, ...]

    @property
    def is_overtaken(self) -> bool:
        return self.draft.base_id != self.in_force.id


def draft_page(draft_id: int) -> DraftPage:
    """One draft; raises Refused missing."""
    found = rulebook.draft(draft_id)
    if found.subject is not PolicySubject.APPRAISAL:
        raise Refused("missing", "没有找到这份方案草稿。请从“考核”页进入。")
    current = rules.latest(PolicySubject.APPRAISAL)
    scheme = draft_scheme(found.body, current.version + 1)
    different = changes(scheme_lines(read(current)), scheme_lines(scheme))
    return DraftPage(found, scheme, current, tuple(different))


def draft_scheme(body: Mapping[str, Any], version: int) -> Scheme:
    """What a draft's body says, as the version it would be."""
    return Scheme.from_json(body, version)
