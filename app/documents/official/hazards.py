"""What a template may not bring along: macros, things embedded or fetched from elsewhere, fields that act, loose braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

from workflows.errors import Refused

LARGEST_PART = 1_000_000
"""Characters one part of the template may have; a template of ten pages has a tenth."""

MOST_TAGS = 300
LONGEST_TAG = 120
"""Tags in a part, and characters of one."""

_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}%]*%\}")
_IN_ATTRIBUTE = re.compile(r"\{[{%#]|[}%#]\}")
_CARRIED = (
    "vba",
    "activex",
    "embedd",
    "oleobject",
    "afchunk",
    "package",
    "control",
    "attachedtemplate",
    "subdocument",
)
_HARMLESS = frozenset(
    {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "STYLEREF", "PAGEREF", "REF", "SEQ", "TOC", "HYPERLINK"}
)


def refuse_hazards(document: Document) -> None:
    """Raises Refused invalid, with a sentence that names what was found."""
    for part in document.part.package.iter_parts():
        _refuse_carried(part)
    for tree in trees(document):
        _refuse_acting_fields(tree)
        _refuse_loose_braces(tree)


def trees(document: Document) -> Iterator[etree._Element]:
    """The XML of every part that holds text: document, headers, footers, notes."""
    for part in document.part.package.iter_parts():
        if part.content_type.endswith(("main+xml", "header+xml", "footer+xml", "notes+xml", "comments+xml")):
            if len(part.blob) > LARGEST_PART:
                raise Refused(
                    "too-large", "模板太长。模板里只放格式和要填的位置，请删去正文内容和图片后再上传。"
                )
            yield etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _refuse_carried(part: Part) -> None:
    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external and kind != "hyperlink":
            raise Refused(
                "invalid",
                f"模板引用了外部的内容（{relation.target_ref[:60]}），没有采用。请把它删去后再上传。",
            )
        if not relation.is_external and kind.casefold().startswith(_CARRIED):
            raise Refused(
                "invalid",
                f"模板里嵌有宏、控件或者其他文件（{kind}），没有采用。请把它删去，另存为 .docx 后再上传。",
            )


def _refuse_acting_fields(tree: etree._Element) -> None:
    """A field may count pages and refer; it may not fetch, start or ask for anything."""
    simple = [field.get(qn("w:instr"), "") for field in tree.iter(qn("w:fldSimple"))]
    for words in (*simple, *_instructions(tree)):
        name = words.split(maxsplit=1)[0].upper() if words.split() else ""
        if name and name not in _HARMLESS:
            raise Refused(
                "invalid", f"模板里有会取用外部内容的域“{name[:20]}”，没有采用。请把它删去后再上传。"
            )


def _instructions(tree: etree._Element) -> Iterator[str]:
    """The instruction of every field; Word may split one over several runs."""
    heard: list[str] = []
    for element in tree.iter(qn("w:fldChar"), qn("w:instrText")):
        if element.tag == qn("w:instrText"):
            heard.append(element.text or "")
        elif heard:
            yield "".join(heard)
            heard = []
    if heard:
        yield "".join(heard)


def _refuse_loose_braces(tree: etree._Element) -> None:
    """Every brace belongs to a whole tag inside one paragraph, so that a tag is what it looks like."""
    tags = 0
    for element in tree.iter():
        if any(_IN_ATTRIBUTE.search(str(value)) for value in element.attrib.values()):
            raise Refused("invalid", "模板里有藏在格式属性中的标签，没有采用。请把标签写在正文里。")
        if element.tag == qn("w:p"):
            tags += _whole_tags("".join(text.text or "" for text in element.iter(qn("w:t"))))
        elif element.tag != qn("w:t") and re.search(r"[{}]", element.text or ""):
            raise Refused("invalid", "模板里有藏在正文以外的标签，没有采用。请把标签写在正文里。")
    if tags > MOST_TAGS:
        raise Refused("too-large", f"模板里有{tags}处标签，最多{MOST_TAGS}处。请删去重复的部分后再上传。")


def _whole_tags(words: str) -> int:
    """How many tags a paragraph has; raises Refused invalid for a brace outside of them."""
    found = _TAG.findall(words)
    rest = _TAG.sub("", words)
    if "{" in rest or "}" in rest or any(len(tag) > LONGEST_TAG for tag in found):
        raise Refused(
            "invalid",
            f"模板里“{words.strip()[:40]}”这一段的标签不完整：每个标签都要在同一段里写完，如{{{{ 标题 }}}}。",
        )
    return len(found)
