"""Word (.docx): the text as a reader of the finished document sees it.

Tracked changes count as accepted, automatic numbers are written out, text boxes stand once behind the paragraph that
holds them, notes at the end. Macros, links, pictures and what is embedded are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.intake.grid import Block, Cell, Table, lines
from app.intake.numbering import Numbers
from app.intake.package import Package, broken
from app.intake.wordxml import child, child_value, is_on, local, number, value
from workflows.document.head import read_head
from workflows.document.script import fold

_GONE = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "rt"})
_MARKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = ("footnotes", "endnotes")
_HEAD = 4000


@dataclass(slots=True)
class _Words:
    """The text of one paragraph as it is gathered, with what floats beside it."""

    text: list[str] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)


def read_word(content: bytes) -> Iterator[str]:
    """The lines of a .docx; raises Refused unreadable or too-large."""
    package = Package(content)
    main = package.main_part("word/document.xml")
    root = package.tree(main)
    body = child(root, "body") if root is not None else None
    if body is None:
        raise broken()
    parts = [(kind, target) for _, kind, target in package.related(main)]
    trees = {kind: package.tree(target) for kind, target in parts if kind in {"numbering", "styles", *_NOTES}}
    document = _Document(Numbers(trees.get("numbering"), trees.get("styles")))
    text = list(lines(document.blocks(body)))
    headers = [package.tree(target) for kind, target in parts if kind == "header"]
    yield from _title_of(headers, text)
    yield from text
    for kind in _NOTES:
        yield from _notes(trees.get(kind))


def _title_of(headers: Iterable[etree._Element | None], text: list[str]) -> Iterator[str]:
    """The title from the page head, if the document itself prints none."""
    if _has_title("\n".join(text[:200])[:_HEAD]):
        return
    for header in headers:
        printed = (
            "\n".join(lines(_Document(Numbers(None, None)).blocks(header))) if header is not None else ""
        )
        if _has_title(printed):
            yield printed
            return


def _has_title(text: str) -> bool:
    return read_head(text, fold(text), len(text)).title is not None


def _notes(notes: etree._Element | None) -> Iterator[str]:
    for note in notes if notes is not None else ():
        if value(note, "type") in {None, "normal"}:
            words = " ".join(" ".join(lines(_Document(Numbers(None, None)).blocks(note))).split())
            if words:
                yield f"注：{words}"


class _Document:
    """Walks the body in order; keeps the count of its lists."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables, those inside content controls included."""
        open_words = ""
        for element in _unwrapped(parent):
            if local(element) == "tbl":
                yield Table(tuple(self._rows(element)))
                continue
            words = self._paragraph(element, bool(open_words))
            text = open_words + "".join(words.text)
            open_words = text if _mark_is_deleted(element) else ""
            if not open_words:
                yield from text.split("\n")
            yield from words.boxes
        if open_words:
            yield from open_words.split("\n")

    def _paragraph(self, paragraph: etree._Element, goes_on: bool) -> _Words:
        words = _Words()
        self._gather(paragraph, words)
        if not goes_on and (any(map(str.strip, words.text)) or not _is_empty_list_entry(paragraph)):
            words.text.insert(0, self._numbers.label(child(paragraph, "pPr")))
        return words

    def _gather(self, element: etree._Element, words: _Words) -> None:
        for part in element:
            name = local(part)
            if name in _GONE or (name == "r" and is_on(child(part, "rPr"), "vanish")):
                continue
            if name == "t":
                words.text.append((part.text or "").replace("\n", " ").replace("\t", " "))
            elif name in _MARKS:
                words.text.append(_MARKS[name])
            elif name == "txbxContent":
                words.boxes.extend(self.blocks(part))
            elif name == "AlternateContent":
                self._gather(_chosen(part), words)
            else:
                self._gather(part, words)

    def _rows(self, table: etree._Element) -> Iterator[tuple[Cell, ...]]:
        for row in _unwrapped(table):
            properties = child(row, "trPr")
            if local(row) == "tr" and (properties is None or child(properties, "del") is None):
                yield tuple(
                    _placed(row, [self._cell(cell) for cell in _unwrapped(row) if local(cell) == "tc"])
                )

    def _cell(self, cell: etree._Element) -> Cell:
        properties = child(cell, "tcPr")
        across = number(child_value(properties, "gridSpan"), 1) if properties is not None else 1
        merge = child(properties, "vMerge") if properties is not None else None
        above = merge is not None and value(merge) != "restart"
        return Cell(() if above else tuple(self.blocks(cell)), max(across, 1), above)


def _placed(row: etree._Element, cells: list[Cell]) -> list[Cell]:
    """The cells of a row behind the columns it leaves out at its left."""
    properties = child(row, "trPr")
    before = number(child_value(properties, "gridBefore"), 0) if properties is not None else 0
    return [Cell(across=before), *cells] if before else cells


_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice"}
)
_BLOCKS = frozenset({"p", "tbl", "tr", "tc"})


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs, tables, rows or cells in a container, out of any content controls around them."""
    for element in parent:
        name = local(element)
        if name in _BLOCKS:
            yield element
        elif name in _WRAPPERS:
            yield from _unwrapped(element)


def _chosen(alternatives: etree._Element) -> etree._Element:
    """The first choice of an mc:AlternateContent; the fallback says the same for older programs."""
    choice = child(alternatives, "Choice")
    fallback = child(alternatives, "Fallback")
    return choice if choice is not None else fallback if fallback is not None else alternatives


def _mark_is_deleted(paragraph: etree._Element) -> bool:
    """Whether the paragraph's end was deleted, so that it runs into the next one."""
    properties = child(paragraph, "pPr")
    of_mark = child(properties, "rPr") if properties is not None else None
    return of_mark is not None and any(local(change) in {"del", "moveFrom"} for change in of_mark)


def _is_empty_list_entry(paragraph: etree._Element) -> bool:
    """Whether nothing is left of a list's paragraph once its changes are accepted: then it is not counted."""
    return any(local(part) in {"del", "moveFrom"} for part in paragraph) or _mark_is_deleted(paragraph)
