"""A bulletin as it is printed: everything a document of GB/T 9704—2012 says, in the order in which it says it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class PaperSection:
    """One numbered part of the text (一、二、…): its heading without the number, its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperAnnex:
    """One annex (附件): a table of plain text. `note` stands under it, empty where nothing has to be said."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BulletinPaper:
    """A bulletin ready to be set.

    `number` is the 文号 (清政督〔2025〕3号), empty in a proof; `issue` the 期号. `recipients` is the line 主送 without its
    colon, `copies` the line 抄送 of the 版记, both possibly empty. `issuers` sign together (联合落款), the first the
    principal; `on` is 成文日期, None in a proof. `printed_by` and `printed_on` are the last line of the 版记.
    """

    title: str
    number: str
    issue: int | None
    recipients: str
    opening: tuple[str, ...]
    sections: tuple[PaperSection, ...]
    annexes: tuple[PaperAnnex, ...]
    issuers: tuple[str, ...]
    on: date | None
    copies: str = ""
    printed_by: str = ""
    printed_on: date | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is printed, in hexadecimal: the same words give the same digest."""
        return hashlib.sha256(self._words().encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Everything that is printed, to be kept; `from_json` reads it back equal."""
        kept: dict[str, Any] = json.loads(self._words())
        return kept

    def _words(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=date.isoformat)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BulletinPaper:
        """The paper that was kept by `as_json`."""
        return cls(
            kept["title"],
            kept["number"],
            kept["issue"],
            kept["recipients"],
            tuple(kept["opening"]),
            tuple(PaperSection(part["heading"], tuple(part["paragraphs"])) for part in kept["sections"]),
            tuple(_annex(part) for part in kept["annexes"]),
            tuple(kept["issuers"]),
            _day(kept["on"]),
            kept["copies"],
            kept["printed_by"],
            _day(kept["printed_on"]),
        )


def _annex(kept: Mapping[str, Any]) -> PaperAnnex:
    rows = tuple(tuple(row) for row in kept["rows"])
    return PaperAnnex(kept["title"], tuple(kept["columns"]), rows, kept["note"])


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
