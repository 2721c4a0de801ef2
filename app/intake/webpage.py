"""Pages saved from government sites (.html, .mht): the article, without the site around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from lxml import etree

from app.intake.grid import Block, lines, spread
from app.intake.package import broken
from app.intake.text import decode
from workflows.errors import Refused

_DROPPED = frozenset({
    "script", "style", "noscript", "template", "head", "nav", "footer", "aside", "form", "select", "button",
    "textarea", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "map",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol",
    "li", "dl", "dt", "dd", "blockquote", "pre", "center", "fieldset", "figure", "figcaption", "hr",
    "address", "body", "table", "tr", "td", "th", "caption",
})  # fmt: skip
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|breadcrumb|crumbs?|footer|foot|sidebar|side|share|copyright|pagination|pager|friendlinks?"
    r"|toolbar|topbar|related|qrcode|location|position|dqwz)(?:[\s_\d-]|$)",
    re.IGNORECASE,
)
_ROLES_AROUND = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK_IN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_MOST_OF = 0.8
"""The article is the innermost part of the page that holds four fifths of its words outside links."""

_TITLE_METAS = ("articletitle", "title")


def read_page(content: bytes, declared: str | None = None) -> Iterator[str]:
    """The lines of a web page's article; raises Refused unreadable."""
    found = _CHARSET.search(content[:4096].replace(b"\0", b""))
    text = decode(content, declared or (found.group(1).decode("ascii") if found else None))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise broken() from None
    if root is None:
        raise broken()
    _remove_around(root)
    article = _article(root)
    body = list(lines(_Walk().blocks(article)))
    yield from _title(root, body)
    yield from body


def read_archive(content: bytes) -> Iterator[str]:
    """The lines of a page saved with its pictures in one file (.mht)."""
    for part in _pages(message_from_bytes(content)):
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload.strip():
            yield from read_page(payload, part.get_content_charset())
            return
    raise Refused(
        "unreadable", "这个网页存档里没有正文。请在浏览器里另存为“网页，仅 HTML”后再上传，或直接粘贴文字。"
    )


def _pages(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            yield part


def _name(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _remove_around(root: etree._Element) -> None:
    """Take the site's navigation, scripts and foot out of the page, and what it hides; the words behind them stay."""
    for element in list(root.iter()):
        if element is not root and _name(element) != "body" and _is_around(element):
            element.tag = _AROUND_TAG
    etree.strip_elements(root, _AROUND_TAG, with_tail=False)


_AROUND_TAG = "around"


def _is_around(element: etree._Element) -> bool:
    if _name(element) in _DROPPED - {"head"}:
        return True
    if element.get("role", "") in _ROLES_AROUND or element.get("hidden") is not None:
        return True
    if _HIDDEN.search(element.get("style", "")):
        return True
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return _name(element) in {"div", "ul", "section", "p"} and bool(_AROUND.search(named))


def _article(root: etree._Element) -> etree._Element:
    """The innermost element that holds most of the words outside links."""
    words: dict[etree._Element, int] = {}
    for element in root.iter():
        words[element] = len((element.text or "").strip()) if _name(element) not in {"a", "title"} else 0
    for element in reversed(list(words)):
        parent = element.getparent()
        if parent is not None and _name(element) != "head":
            words[parent] += words[element] + len((element.tail or "").strip())
    whole, found = words[root], root
    while inner := [place for place in _places(found) if words.get(place, 0) > whole * _MOST_OF]:
        found = inner[0]
    return found


_INSIDE = frozenset({"body", "div", "section", "article", "main", "form", "center"})


def _places(element: etree._Element) -> Iterator[etree._Element]:
    """Where in an element the article may stand: old sites are laid out by tables, whose cells hold whole pages."""
    for child in element:
        name = _name(child)
        if name in _INSIDE:
            yield child
        elif name == "table":
            yield from (cell for cell in child.iter("td") if _holds_paragraphs(cell))


def _holds_paragraphs(cell: etree._Element) -> bool:
    return (
        sum(1 for _ in zip(cell.iter("p", "div", "br", "table"), range(_PARAGRAPHS), strict=False))
        == _PARAGRAPHS
    )


_PARAGRAPHS = 3


def _title(root: etree._Element, body: list[str]) -> Iterator[str]:
    """The page's title where the article leaves it out."""
    head = "".join("".join(body[:12]).split())
    for words in _titles(root):
        plain = "".join(words.split())
        if plain and plain not in head:
            yield plain
            yield ""
        if plain:
            return


def _titles(root: etree._Element) -> Iterator[str]:
    metas = {meta.get("name", "").lower(): meta.get("content", "") for meta in root.iter("meta")}
    yield metas.get(_TITLE_METAS[0], "")
    yield from ("".join(map(str, heading.itertext())) for heading in root.iter("h1"))
    yield from (metas.get(name, "") for name in _TITLE_METAS[1:])
    yield from (re.split(r"[_|]|\s-\s", title.text or "")[0] for title in root.iter("title"))


@dataclass(slots=True)
class _Open:
    """A table, or the page itself, that is being read: its rows, and what stands in the present cell or beside cells."""

    rows: list[list[tuple[str | tuple[Block, ...], int, int]]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    spans: tuple[int, int] | None = None


class _Walk:
    """Walks the article once, without recursion, for pages nest as deep as they like."""

    def __init__(self) -> None:
        self._open = [_Open()]
        self._words: list[str] = []
        self._counts: list[int | None] = []
        self._verbatim = 0

    def blocks(self, article: etree._Element) -> list[Block]:
        """The paragraphs and tables of the article."""
        for event, element in etree.iterwalk(article, events=("start", "end")):
            name = _name(element)
            if event == "start":
                self._begin(name, element)
                self._words.append(element.text or "" if name and name not in _DROPPED else "")
            else:
                self._end(name)
                if element is not article:
                    self._words.append(element.tail or "")
        self._flush()
        while len(self._open) > 1:
            self._end_table()
        return self._open[0].blocks

    def _begin(self, name: str, element: etree._Element) -> None:
        if name in _BLOCKS:
            self._flush()
        if name == "br":
            self._flush()
        elif name == "table":
            self._open.append(_Open())
        elif name == "tr" and len(self._open) > 1:
            self._open[-1].rows.append([])
        elif name in {"td", "th"} and len(self._open) > 1:
            self._end_cell()
            self._open[-1].spans = (_span(element, "colspan"), _span(element, "rowspan"))
        elif name in {"ol", "ul"}:
            self._counts.append(_span(element, "start") - 1 if name == "ol" else None)
        elif name == "li" and self._counts and (count := self._counts[-1]) is not None:
            self._counts[-1] = count + 1
            self._words.append(f"{count + 1}. ")
        self._verbatim += name == "pre"

    def _end(self, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in {"td", "th", "tr"} and len(self._open) > 1:
            self._end_cell()
        elif name == "table" and len(self._open) > 1:
            self._end_table()
        elif name in {"ol", "ul"} and self._counts:
            self._counts.pop()
        self._verbatim -= name == "pre"

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.spans is not None:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append((tuple(table.blocks), *table.spans))
            table.blocks, table.spans = [], None

    def _end_table(self) -> None:
        self._end_cell()
        table = self._open.pop()
        self._open[-1].blocks.extend(table.blocks)
        self._open[-1].blocks.append(spread(row for row in table.rows if row))

    def _flush(self) -> None:
        text, self._words = "".join(self._words), []
        if self._verbatim:
            self._open[-1].blocks.extend(text.split("\n"))
            return
        words = _SPACE.sub(" ", _BREAK_IN_HAN.sub("", text)).strip(" \xa0")
        if words:
            self._open[-1].blocks.append(words)


def _span(element: etree._Element, name: str) -> int:
    words = element.get(name, "").strip()
    return max(1, int(words)) if words.isascii() and words.isdecimal() and len(words) < 6 else 1
