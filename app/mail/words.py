"""What a letter says: composed from facts by the templates in templates/mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from flask import current_app

from workflows.escalation import LetterKind

SUBJECT_LENGTH = 300
"""Characters a subject may have, as wide as its column."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a letter says of one thing owed; several tasks of one month stand in one item.

    `what` is 2025年3月月报 and the like; `standing` 逾期3个工作日; `path` the page. `reasons` say why this person
    is told: the rung, and the post held; `copied` that it is for information only (抄送); `drafted` that it is
    the draft of a slip, for the office to send or not; `contact` that it is about a contact whom letters do not
    reach, for an administrator: it has no date.
    """

    kind: LetterKind
    what: str
    unit: str
    tasks: tuple[str, ...]
    due_on: date
    original_due_on: date
    opens_on: date
    standing: str
    note: str
    path: str
    reasons: tuple[str, ...] = ()
    copied: bool = False
    drafted: bool = False
    contact: bool = False

    @property
    def dated(self) -> bool:
        """Whether there is something to be done by a date."""
        return not self.contact and self.kind not in {LetterKind.ANSWER, LetterKind.ISSUED}


@dataclass(frozen=True, slots=True)
class Words:
    """A composed letter."""

    subject: str
    text: str
    html: str


def compose(recipient: str, items: Sequence[Item], letter_id: int) -> Words:
    """One letter that tells a person everything in `items`, the gravest first; it links to its own page."""
    facts = _facts(recipient, items, letter_id)
    return Words(_subject(facts), _render("body.txt", facts), _render("body.html", facts))


def brief(recipient: str, items: Sequence[Item], letter_id: int, room: int) -> Words:
    """The same in at most `room` characters, subject and text together, for a channel that carries little.

    The gravest items stay, those that find no room are counted, and the link to the letter's page is always whole.
    """
    facts = _facts(recipient, items, letter_id)
    subject = _subject(facts)
    for shown in range(len(items), -1, -1):
        text = _render("brief.txt", {**facts, "shown": shown})
        if len(subject) + len(text) <= room:
            return Words(subject, text, "")
    left = max(room - len(text) - 1, 0)
    return Words(f"{subject[:left]}…" if left else "", text, "")


def trial() -> Words:
    """A letter that only shows that letters arrive."""
    county, base = current_app.config["COUNTY_NAME"], current_app.config["BASE_URL"]
    text = f"这是{county}“落实”系统的测试信，收到说明发信设置正确，不需要办理。系统网址：{base}"
    return Words("【落实·测试】发信测试", text, f"<p>{escape(text)}</p>")


def _facts(recipient: str, items: Sequence[Item], letter_id: int) -> Mapping[str, object]:
    order = list(LetterKind)
    base = current_app.config["BASE_URL"].rstrip("/")
    return {
        "recipient": recipient,
        "items": sorted(items, key=lambda i: (i.copied, -order.index(i.kind), i.due_on, i.what)),
        "base": base,
        "receipt": f"{base}/letters/{letter_id}",
        "county": current_app.config["COUNTY_NAME"],
    }


def _subject(facts: Mapping[str, object]) -> str:
    return " ".join(_render("subject.txt", facts).split())[:SUBJECT_LENGTH]


def _render(part: str, facts: Mapping[str, object]) -> str:
    return current_app.jinja_env.get_template(f"mail/letter/{part}").render(facts)
