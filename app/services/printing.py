"""Formal documents as files: filled into the county's own template where it has one, or printed."""

from __future__ import annotations

from flask import current_app

from app.documents.official import Paper, official, official_pdf
from app.queries import templates


def in_word(paper: Paper) -> bytes:
    """The .docx."""
    return official(paper, templates.own(paper.kind))


def in_print(paper: Paper) -> bytes:
    """The .pdf, in the shipped look; raises Refused unready where the machine has no Chinese fonts."""
    return official_pdf(paper, current_app.config["FONT_DIR"])
