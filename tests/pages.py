"""A reader of pages: fetches as a browser would, checks every page it gets, and fills in the forms it finds there.

Every answer in HTML must be valid HTML5 (html5lib, strictly), have a title, unique ids, a label for every field, a
token in every form that posts, and neither script nor style of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.world import PASSWORD

Sent = str | list[str] | tuple[BytesIO, str] | None
Typed = Mapping[str, Sent]
"""Field name → what is typed; a list for several of one name, None for a box left unchecked, or a file with its name."""

WORDLESS = {"hidden", "submit", "button"}


def words_of(element: ET.Element) -> str:
    """The element's text as a reader sees it, blanks made one."""
    return " ".join("".join(element.itertext()).split())


@dataclass(frozen=True)
class Page:
    """One answer: its status, where it came from, and the tree of its HTML."""

    status: int
    path: str
    tree: ET.Element
    html: str

    @property
    def text(self) -> str:
        """What stands in the body, a blank between any two elements."""
        return " ".join(" ".join(next(self.tree.iter("body")).itertext()).split())

    @property
    def main(self) -> ET.Element:
        """The column of work, without bar and rail."""
        [work] = self.tree.iter("main")
        return work

    @property
    def title(self) -> str:
        return words_of(next(self.tree.iter("title")))

    def all(self, tag: str, css: str = "") -> list[ET.Element]:
        """Elements of that tag, and of that class where one is named."""
        return [e for e in self.tree.iter(tag) if not css or css in e.get("class", "").split()]

    def links(self) -> dict[str, str]:
        """Words → address of every link."""
        return {words_of(link): link.get("href", "") for link in self.all("a")}

    def buttons(self) -> list[str]:
        """The words of everything that can be pressed in the column of work, forms and button-like links."""
        pressed = [e for e in self.main.iter() if e.tag == "button" or "btn" in e.get("class", "").split()]
        return [words_of(e) or e.get("value", "") for e in pressed]

    def value(self, name: str) -> str:
        """What stands in the field of that name."""
        [found] = [e for tag in ("input", "textarea") for e in self.main.iter(tag) if e.get("name") == name]
        return _value(found)

    def form_with(self, button: str, action: str = "") -> tuple[ET.Element, ET.Element]:
        """The form that has this button, and the button; of several, the one that is sent to an address ending so."""
        for form in self.tree.iter("form"):
            for e in _pressable(form, self.tree):
                says = button in {words_of(e), e.get("value", "")} or words_of(e).startswith(button + "：")
                if says and (e.get("formaction") or form.get("action") or self.path).endswith(action):
                    return form, e
        raise AssertionError(f"no button {button!r} on {self.path}, but {self.buttons()}")


class Reader:
    """A person at a browser. `follow` is the page a redirect led to."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, status: int = 200) -> Page:
        """Open an address; redirects are followed, and the page they end on is checked and returned."""
        answer = self.client.get(path, follow_redirects=True)
        return _page(answer, status)

    def goes_to(self, path: str) -> str:
        """Where an address redirects to."""
        answer = self.client.get(path)
        assert answer.status_code == 303, answer.status
        return answer.location

    def press(
        self, page: Page, button: str, typed: Typed | None = None, status: int = 200, *, at: str = ""
    ) -> Page:
        """Fill in the form that has this button, press it, and read the page that comes.

        Only fields that are on the page can be typed in; all others are sent as they stand. `at` is how the form's
        address ends, where several have such a button.
        """
        form, pressed = page.form_with(button, at)
        fields = _fields_of(form, page.tree)
        sent: dict[str, Sent] = dict(_sent(fields))
        for name, value in (typed or {}).items():
            assert name in {e.get("name", "") for e in fields}, f"no field {name!r} in the form"
            sent.pop(name, None)
            if value is not None:
                sent[name] = value
        if pressed.get("name"):
            sent[pressed.get("name", "")] = pressed.get("value", "")
        action = pressed.get("formaction") or form.get("action") or page.path
        post = form.get("method", "get") == "post"
        answer = self.client.open(
            action,
            method="POST" if post else "GET",
            data=sent if post else None,
            query_string=None if post else sent,
            follow_redirects=True,
        )
        return _page(answer, status)

    def sign_in(
        self, username: str, password: str = PASSWORD, *, path: str = "/sign-in", status: int = 200
    ) -> Page:
        """Sign in through the page; returns where that leads."""
        typed = {"username": username, "password": password}
        return self.press(self.get(path), "登录", typed, status)


def signed_in(app: Flask, username: str) -> Reader:
    """A reader who has signed in."""
    reader = Reader(app)
    reader.sign_in(username)
    return reader


def _page(answer: TestResponse, status: int) -> Page:
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, (
        f"{answer.request.path}: {answer.status}\n{html[html.find('<main') :]}"
    )
    return Page(answer.status_code, _address(answer), check(html), html)


def _address(answer: TestResponse) -> str:
    query = answer.request.query_string.decode()
    return f"{answer.request.path}?{query}" if query else answer.request.path


def check(html: str) -> ET.Element:
    """The tree of a page that keeps every rule of the house; raises AssertionError or html5lib's ParseError."""
    tree: ET.Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert words_of(next(tree.iter("title"))).replace("· 落实", "").strip(), "the page has no title"
    ids = Counter(e.get("id") for e in tree.iter() if e.get("id"))
    assert not [name for name, count in ids.items() if count > 1], f"ids twice: {ids.most_common(3)}"
    assert not [e for e in tree.iter() if "style" in e.attrib or e.tag == "style"], "style in the page"
    assert not [e for e in tree.iter("script") if not e.get("src")], "script in the page"
    assert not [name for e in tree.iter() for name in e.attrib if str(name).startswith("on")], (
        "script in a tag"
    )
    unlabelled = [e.get("name") for e in _typed_in(tree) if not _labelled(e, tree)]
    assert not unlabelled, f"fields without a label: {unlabelled}"
    open_forms = [f.get("action") for f in tree.iter("form") if _posts(f) and "csrf_token" not in _names(f)]
    assert not open_forms, f"forms without a token: {open_forms}"
    described = [name for e in tree.iter() for name in e.get("aria-describedby", "").split()]
    assert set(described) <= set(ids), f"descriptions that are not there: {set(described) - set(ids)}"
    return tree


def _posts(form: ET.Element) -> bool:
    return form.get("method", "get").lower() == "post"


def _typed_in(tree: ET.Element) -> Iterator[ET.Element]:
    for tag in ("input", "select", "textarea"):
        yield from (e for e in tree.iter(tag) if e.get("type") not in WORDLESS)


def _labelled(field: ET.Element, tree: ET.Element) -> bool:
    if field.get("aria-label"):
        return True
    return any(label.get("for") == field.get("id") and words_of(label) for label in tree.iter("label"))


def _pressable(form: ET.Element, tree: ET.Element) -> list[ET.Element]:
    return [
        e
        for e in _of_form(form, tree)
        if (e.tag == "button" and e.get("type") != "button")
        or (e.tag == "input" and e.get("type") == "submit")
    ]


def _of_form(form: ET.Element, tree: ET.Element) -> list[ET.Element]:
    """What stands in the form, and what stands elsewhere and names it."""
    inside = [e for e in form.iter() if e.get("form") is None]
    name = form.get("id")
    return inside + [e for e in tree.iter() if name and e.get("form") == name]


def _fields_of(form: ET.Element, tree: ET.Element) -> list[ET.Element]:
    return [e for e in _of_form(form, tree) if e.tag in {"input", "select", "textarea"}]


def _names(form: ET.Element) -> set[str]:
    return {e.get("name", "") for e in form.iter() if e.tag in {"input", "select", "textarea"}}


def _sent(fields: list[ET.Element]) -> dict[str, str | list[str]]:
    """What a browser would send of these fields, untouched."""
    sent: dict[str, list[str]] = {}
    for e in fields:
        unchecked = e.get("type") in {"checkbox", "radio"} and "checked" not in e.attrib
        if e.get("type") not in {"submit", "file"} and not unchecked:
            sent.setdefault(e.get("name", ""), []).append(_value(e))
    return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}


def _value(field: ET.Element) -> str:
    if field.tag == "textarea":
        return "".join(field.itertext()).removeprefix("\n")
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [o for o in options if "selected" in o.attrib] or options[:1]
        return chosen[0].get("value", words_of(chosen[0])) if chosen else ""
    return field.get("value", "on" if field.get("type") == "checkbox" else "")
