"""A formal document as a value (公文): what it says, and nothing of how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.documents.official.kinds import PaperKind


@dataclass(frozen=True, slots=True)
class Heading:
    """一级标题 (level 1, 黑体) or 二级标题 (level 2, 楷体); `words` hold their own number: 一、, （一）."""

    words: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body; `lead` are its opening words, set in 楷体."""

    words: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A smaller line under a title or a table: what is counted, as of when."""

    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heads come again on every page; `widths` are shares of the line, one a column.

    Columns whose index is in `centred` are centred, the others begin at the left.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    centred: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in (self.widths, *self.rows)):
            raise ValueError(f"a row of another length than its heads: {self.heads}")


Block = Heading | Paragraph | Note | Table


@dataclass(frozen=True, slots=True)
class Attachment:
    """附件: on a page of its own behind the body; `across`: on pages laid across."""

    title: str
    blocks: tuple[Block, ...]
    across: bool = False


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记, at the foot of the last page: 抄送机关, 印发机关, 印发日期."""

    printed_by: str
    printed_on: date
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A formal document.

    `masthead` is the 发文机关标志 (printed where the kind has a 版头), `number` the 发文字号 and `issue` the 期号
    (第3期), `recipients` the 主送机关, `issuers` who signs (发文机关署名), `dated` the 成文日期. `stands_in`: the paper
    is sealed by an office in another's place, so that （代章） stands behind the last issuer. Only the place of a seal
    is left; none is ever printed.
    """

    kind: PaperKind
    title: str
    blocks: tuple[Block, ...]
    masthead: str = ""
    number: str = ""
    issue: str = ""
    recipients: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    issuers: tuple[str, ...] = ()
    stands_in: bool = False
    dated: date | None = None
    imprint: Imprint | None = None
