"""A live house for the browser: web server, real SMTP, a clock that moves only when told to, and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.engine import outbox, tick
from app.mail import SmtpPost
from tests.conftest import config_for, dispose
from tests.infra.chromium import LAUNCH_FLAGS, chromium_program
from tests.world import PASSWORD, FakePost, FrozenClock, World
from tools.mailcatcher import MailCatcher
from tools.mailcatcher.letters import Letter

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@dataclass(frozen=True)
class House:
    """The county as it is served: `world` for what the rows say, `url` for the browser, `catcher` for the post."""

    app: Flask
    world: World
    url: str
    catcher: MailCatcher

    def turn(self) -> None:
        """One turn of the engine now: what is due is noticed, and letters leave by SMTP."""
        with self.app.app_context():
            tick.tick(self.world.now)
            outbox.deliver(self.app.extensions["post"], self.world.now)

    def letters_to(self, address: str) -> list[Letter]:
        """Letters the mail server took for that address, oldest first."""
        return [letter for letter in self.catcher.letters() if address in letter.recipients]


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[House]:
    """The standing cast in a county of the test's own, on 2025年3月3日 at ten o'clock."""
    file = tmp_path / "luoshi.db"
    shutil.copy(sqlite_template, file)
    with MailCatcher(tmp_path / "mail") as catcher:
        config = config_for(f"sqlite:///{file}")
        app = create_app(config, clock=clock, post=SmtpPost(catcher.smtp_url, config.MAIL_FROM, 10))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        url = f"http://127.0.0.1:{server.server_port}"
        app.config["BASE_URL"] = url
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield House(app, World(app, clock, FakePost()), url, catcher)
        server.shutdown()
        thread.join()
        server.server_close()
        dispose(app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=list(LAUNCH_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, house: House) -> Iterator[Page]:
    """A browser's tab at 1366×768. What the page complains of in the console fails the test."""
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", base_url=house.url)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not complaints


def sign_in(tab: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the door that stands open."""
    tab.get_by_label("用户名").fill(username)
    tab.get_by_label("密码").fill(password)
    tab.get_by_role("button", name="登录").click()


def picture(tab: Page, name: str) -> None:
    """Keep a picture for the handbook, when one was asked for (LUOSHI_PICTURES=1)."""
    if os.environ.get("LUOSHI_PICTURES") == "1":
        PICTURES.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=PICTURES / f"{name}.png")


def fits(tab: Page) -> bool:
    """Whether nothing of the page runs out to the right."""
    within: bool = tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return within
