"""Words of WordprocessingML by their local names, so that the strict and the transitional namespace read alike."""

from __future__ import annotations

from lxml import etree


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element, such as an unresolved entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next((found for found in element if local(found) == name), None)


def value(element: etree._Element, name: str = "val") -> str | None:
    """The attribute of that name."""
    return next((str(words) for key, words in element.items() if str(key).rpartition("}")[2] == name), None)


def child_value(element: etree._Element, name: str) -> str | None:
    """The w:val of the first child of that name."""
    found = child(element, name)
    return value(found) if found is not None else None


def number(words: str | None, otherwise: int) -> int:
    """A whole number of a sane size, or `otherwise`."""
    return int(words) if words and words.isascii() and words.isdecimal() and len(words) < 8 else otherwise


def is_on(parent: etree._Element | None, name: str) -> bool:
    """Whether a switch such as w:vanish is set."""
    found = child(parent, name) if parent is not None else None
    return found is not None and value(found) not in {"0", "false", "off"}
