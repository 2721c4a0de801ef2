"""Hands that use the pages: one kind sends forms as a browser would, the other is a browser. The story knows neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ElementHandle
from playwright.sync_api import Page as Tab

from tests import pages
from tests.world import PASSWORD


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is chosen in a form."""

    name: str
    content: bytes


DOOR = "/sign-in"
Said = str | bool | Paper | list[str]
Typed = Mapping[str, Said]
"""Field name → what is typed or chosen; a tick as True or False, several ticks of one name as their values."""


class Hands(Protocol):
    """One person at the pages."""

    def open(self, path: str) -> str:
        """Open an address; returns the words of the page it ends on."""
        ...

    def press(self, button: str, typed: Typed | None = None, *, at: str = "") -> str:
        """Fill in the form that has this button, press it; returns the words of the page that comes.

        `at` is how the form's address ends, where several forms have such a button.
        """
        ...

    def choices(self, name: str) -> list[str]:
        """The values that may be ticked under that name on the page that is open."""
        ...

    @property
    def address(self) -> str:
        """Path and query of the page that is open."""
        ...

    @property
    def links(self) -> Mapping[str, str]:
        """Words → address of every link of the page that is open."""
        ...

    @property
    def fields(self) -> frozenset[str]:
        """Names of all fields of the page that is open."""
        ...


class Client:
    """Sends the forms it finds, and checks every page it gets."""

    def __init__(self, app: Flask, username: str) -> None:
        self._reader, self._username = pages.Reader(app), username
        self._page = self._reader.sign_in(username)

    def open(self, path: str) -> str:
        self._page = self._reader.get(path)
        if DOOR in self._page.path:  # the session ended with the day
            typed = {"username": self._username, "password": PASSWORD}
            self._reader.press(self._page, "登录", typed)
            self._page = self._reader.get(path)
        return self._page.text

    def press(self, button: str, typed: Typed | None = None, *, at: str = "") -> str:
        sent = {name: _sent(value) for name, value in (typed or {}).items()}
        self._page = self._reader.press(self._page, button, sent, at=at)
        return self._page.text

    def choices(self, name: str) -> list[str]:
        return [e.get("value", "") for e in self._page.tree.iter("input") if e.get("name") == name]

    @property
    def address(self) -> str:
        return self._page.path

    @property
    def links(self) -> Mapping[str, str]:
        return self._page.links()

    @property
    def fields(self) -> frozenset[str]:
        named = (e for tag in ("input", "select", "textarea") for e in self._page.tree.iter(tag))
        return frozenset(e.get("name", "") for e in named)


def _sent(value: Said) -> pages.Sent:
    if isinstance(value, Paper):
        return BytesIO(value.content), value.name
    if isinstance(value, bool):
        return "y" if value else None
    return value


BUTTON = """([words, at]) => {
    const said = b => (b.value && b.tagName === 'INPUT' ? b.value : b.textContent).trim().replace(/\\s+/g, ' ')
    const wanted = b => b.form && (said(b) === words || said(b).startsWith(words + '：'))
        && (b.getAttribute('formaction') || b.form.action).split('?')[0].endsWith(at)
    const button = [...document.querySelectorAll('button, input[type=submit]')].find(wanted)
    for (const fold of document.querySelectorAll('details'))
        if (button && (fold.contains(button) || button.form.contains(fold))) fold.open = true
    return button
}"""
FIELDS = """(button, [name, values]) => [...button.form.elements].filter(
    e => e.name === name && e.type !== 'hidden' && (!values.length || values.includes(e.value)))"""


class Chromium:
    """A tab of its own in a real browser; what the page complains of in the console is kept in `complaints`."""

    def __init__(self, browser: Browser, url: str, username: str) -> None:
        self._url, self._username = url, username
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=url
        )
        self.tab: Tab = self.context.new_page()
        self.complaints: list[str] = []
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.tab.on("dialog", lambda asked: asked.accept())
        self.tab.goto(DOOR)
        self._sign_in()

    def _sign_in(self) -> None:
        self.tab.get_by_label("用户名").fill(self._username)
        self.tab.get_by_label("密码").fill(PASSWORD)
        with self.tab.expect_navigation(wait_until="load"):
            self.tab.get_by_role("button", name="登录").click()

    def open(self, path: str) -> str:
        self.tab.goto(path)
        if DOOR in self.address:
            self._sign_in()
            self.tab.goto(path)
        return self._words()

    def press(self, button: str, typed: Typed | None = None, *, at: str = "") -> str:
        pressed = self._button(button, at)
        for name, value in (typed or {}).items():
            for field in self._fields_of(pressed, name, value):
                _type(field, value)
        with self.tab.expect_navigation(wait_until="load"):
            pressed.click()
        return self._words()

    def _button(self, words: str, at: str) -> ElementHandle:
        """The button, whatever folds it away opened."""
        found = self.tab.evaluate_handle(BUTTON, [words, at]).as_element()
        assert found, f"no button {words!r} on {self.address}"
        return found

    def _fields_of(self, pressed: ElementHandle, name: str, value: Said) -> list[ElementHandle]:
        wanted = value if isinstance(value, list) else []
        array = pressed.evaluate_handle(FIELDS, [name, wanted])
        handles = (one.as_element() for one in array.get_properties().values())
        found = [handle for handle in handles if handle]
        assert found, f"no field {name!r} in the form"
        return found

    def choices(self, name: str) -> list[str]:
        values: list[str] = self.tab.evaluate(
            "name => [...document.getElementsByName(name)].map(e => e.value)", name
        )
        return values

    @property
    def address(self) -> str:
        return self.tab.url.removeprefix(self._url)

    @property
    def links(self) -> Mapping[str, str]:
        found: dict[str, str] = self.tab.evaluate(
            "Object.fromEntries([...document.links].map(a =>"
            " [a.textContent.trim().replace(/\\s+/g, ' '), a.getAttribute('href')]))"
        )
        return found

    @property
    def fields(self) -> frozenset[str]:
        names: list[str] = self.tab.evaluate(
            "[...document.querySelectorAll('input, select, textarea')].map(e => e.name)"
        )
        return frozenset(names)

    def _words(self) -> str:
        return " ".join(self.tab.locator("body").inner_text().split())


def _type(field: ElementHandle, value: Said) -> None:
    if isinstance(value, Paper):
        field.set_input_files(
            {"name": value.name, "mimeType": "application/octet-stream", "buffer": value.content}
        )
    elif isinstance(value, bool):
        field.set_checked(value)
    elif isinstance(value, list):
        field.check()
    elif field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    elif field.get_attribute("type") == "radio":
        field.check()
    else:
        field.fill(value)
