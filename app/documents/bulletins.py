"""A bulletin's paper (通报) as a formal document: headings numbered, the words that open a paragraph set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.documents.official import (
    Attachment,
    Block,
    Heading,
    Imprint,
    Note,
    Paper,
    PaperKind,
    Paragraph,
    Table,
)
from workflows.bulletins import BulletinPaper, PaperAnnex, numeral
from workflows.lifecycle import BulletinKind

KINDS = {
    BulletinKind.QUARTERLY: PaperKind.QUARTER_BULLETIN,
    BulletinKind.PROJECT: PaperKind.PROJECT_BULLETIN,
}

_LEAD = re.compile(r"（[一二三四五六七八九十百零]+）[^。：]{1,30}。")
_WIDE = {"任务": 6, "单位": 4, "牵头单位": 4, "进展或者问题": 8, "组别": 3, "完成时限": 4}
_PLAIN = 2
_BEGIN_LEFT = frozenset({"任务", "单位", "牵头单位", "进展或者问题"})


def formal(bulletin: BulletinPaper, kind: BulletinKind) -> Paper:
    """The document of that kind; a proof without number and date is one as well."""
    return Paper(
        KINDS[kind],
        bulletin.title,
        tuple(_blocks(bulletin)),
        masthead=f"{bulletin.issuers[0]}文件" if bulletin.issuers else "",
        number=bulletin.number,
        issue=f"第{bulletin.issue}期" if bulletin.issue else "",
        recipients=tuple(filter(None, bulletin.recipients.split("、"))),
        attachments=tuple(map(_attachment, bulletin.annexes)),
        issuers=bulletin.issuers,
        dated=bulletin.on,
        imprint=_imprint(bulletin),
    )


def _blocks(bulletin: BulletinPaper) -> Iterator[Block]:
    for words in bulletin.opening:
        yield Paragraph(words)
    for number, section in enumerate(bulletin.sections, 1):
        yield Heading(f"{numeral(number)}、{section.heading}")
        yield from map(_paragraph, section.paragraphs)


def _paragraph(words: str) -> Paragraph:
    found = _LEAD.match(words)
    return Paragraph(words[found.end() :], found.group()) if found else Paragraph(words)


def _attachment(annex: PaperAnnex) -> Attachment:
    centred = frozenset(at for at, head in enumerate(annex.columns) if head not in _BEGIN_LEFT)
    widths = tuple(_WIDE.get(head, _PLAIN) for head in annex.columns)
    table = Table(annex.columns, annex.rows, widths, centred)
    note = (Note(annex.note),) if annex.note else ()
    return Attachment(annex.title, (table, *note), across=True)


def _imprint(bulletin: BulletinPaper) -> Imprint | None:
    if bulletin.printed_on is None:
        return None
    copies = tuple(filter(None, bulletin.copies.split("、")))
    return Imprint(bulletin.printed_by, bulletin.printed_on, copies)
