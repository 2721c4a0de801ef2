"""A paper into PDF through typst: the words go along as data and are never read as markup."""

from __future__ import annotations

import json
from importlib.resources import files

import typst

from app.documents.official import fonts, standard
from app.documents.official.fields import signatures
from app.documents.official.kinds import SHAPES, Shape
from app.documents.official.paper import Attachment, Block, Heading, Note, Paper, Paragraph, Table
from app.documents.official.wording import bracketed, formal_date, lines, printable, title_lines

Data = dict[str, object]

_KERNING = 0.01
"""Points by which a line is kept narrower, so that rounding never costs its last character."""


class Misprint(Exception):
    """typst warned: what it made is not what was meant."""


def official_pdf(paper: Paper, font_folder: str = "") -> bytes:
    """The .pdf in the shipped look; the same paper gives the same bytes.

    Raises Refused unready where the machine has no Chinese fonts, Misprint where typst finds anything odd.
    """
    found = fonts.found(font_folder)
    data = {"form": _form(found), **_paper(paper)}
    source = files(__package__).joinpath("official.typ").read_bytes()
    printed, warnings = typst.compile_with_warnings(
        source,
        format="pdf",
        font_paths=found.library,
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        timestamp=0,
    )
    if warnings:
        raise Misprint("; ".join(warning.message for warning in warnings))
    assert isinstance(printed, bytes)
    return printed


def _form(found: fonts.Found) -> Data:
    return {
        "fonts": found.families,
        "body": standard.BODY,
        "title": standard.TITLE,
        "small": standard.SMALL,
        "table": standard.CELL,
        "pitch": standard.LINE_PITCH,
        "cell": standard.CHARACTER_PITCH,
        "squeeze": standard.CHARACTER_PITCH - standard.BODY - _KERNING,
        "margins": {
            "top": standard.TOP,
            "right": standard.OUTER,
            "bottom": standard.BOTTOM,
            "left": standard.BINDING,
        },
        "edge": standard.ACROSS_MARGIN,
        "drop": standard.HEAD_DROP,
        "rule": standard.RULE_DROP,
        "folio": standard.FOLIO_DROP,
        "signed": standard.SIGNED_BY,
        "thick": standard.THICK,
        "thin": standard.THIN,
    }


def _paper(paper: Paper) -> Data:
    headed = SHAPES[paper.kind] is Shape.HEADED
    masthead = printable(paper.masthead) if headed else ""
    long = len(masthead) > standard.MASTHEAD_FITS
    return {
        "title": printable(paper.title),
        "title-lines": title_lines(paper.title, standard.TITLE_FITS),
        "across": SHAPES[paper.kind] is Shape.ACROSS,
        "masthead": masthead,
        "masthead-size": standard.MASTHEAD_LONG if long else standard.MASTHEAD,
        "number": bracketed(paper.number) or printable(paper.issue),
        "recipients": printable("、".join(paper.recipients)),
        "blocks": [_block(block) for block in paper.blocks],
        "enclosed": [
            _enclosed(at, annex, len(paper.attachments)) for at, annex in enumerate(paper.attachments)
        ],
        "signatures": [printable(name) for name in signatures(paper)],
        "dated": formal_date(paper.dated) if paper.dated else "",
        "annexes": [
            _annex(at, annex, len(paper.attachments)) for at, annex in enumerate(paper.attachments, 1)
        ],
        "copies": printable("，".join(paper.imprint.copies)) if paper.imprint else "",
        "printed-by": printable(paper.imprint.printed_by) if paper.imprint else "",
        "printed-on": formal_date(paper.imprint.printed_on) if paper.imprint else "",
    }


def _enclosed(at: int, annex: Attachment, count: int) -> tuple[str, str]:
    number = f"{at + 1}．" if count > 1 else ""
    return "" if at else "附件：", f"{number}{printable(annex.title)}"


def _annex(at: int, annex: Attachment, count: int) -> Data:
    return {
        "number": str(at) if count > 1 else "",
        "title-lines": title_lines(annex.title, standard.TITLE_FITS),
        "across": annex.across,
        "blocks": [_block(block) for block in annex.blocks],
    }


def _block(block: Block) -> Data:
    match block:
        case Heading():
            return {"kind": f"heading{block.level}", "words": printable(block.words)}
        case Note():
            return {"kind": "note", "words": printable(block.words)}
        case Paragraph():
            return {"kind": "paragraph", "lead": printable(block.lead), "words": printable(block.words)}
        case Table():
            return {
                "kind": "table",
                "heads": [lines(head) for head in block.heads],
                "cells": [lines(cell) for row in block.rows for cell in row],
                "widths": block.widths,
                "centred": sorted(block.centred),
            }
