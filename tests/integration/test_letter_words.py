"""What letters say: the gravest first, every item with its reason and its page, in text and in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import html5lib
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.mail import Item, brief, compose
from tests.conftest import dispose, make_app
from tests.world import FIRST_DAY, FakePost, FrozenClock, at
from workflows.escalation import LetterKind

MONTH = Item(
    kind=LetterKind.URGE,
    what="2025年3月月报告",
    unit="县教育局",
    tasks=("1. 改善幼儿园办园条件", "2. 新建公办园<3所>"),
    due_on=date(2025, 3, 25),
    original_due_on=date(2025, 3, 25),
    opens_on=date(2025, 3, 20),
    standing="逾期3个工作日",
    note="",
    path="/reports/7/2025-03",
    reasons=("升级阶梯第1版：逾期3个工作日催报，对象联络员",),
)


@pytest.fixture(scope="module", autouse=True)
def house() -> Iterator[Flask]:
    app = make_app("sqlite://", FrozenClock(at(FIRST_DAY)), FakePost())
    with app.app_context():
        yield app
    dispose(app)


def plain(html: str) -> str:
    """What a person reads of an HTML letter; its markup has to be faultless."""
    parser = html5lib.HTMLParser(strict=True)
    body = parser.parse(html).find("{http://www.w3.org/1999/xhtml}body")
    assert body is not None
    return re.sub(r"\s+", "", "".join(body.itertext()))


def test_an_item_says_what_whose_until_when_how_late_why_and_where() -> None:
    words = compose("张联络", [MONTH], 41)
    for said in (words.text, plain(words.html)):
        compact = re.sub(r"\s+", "", said)
        for part in (
            "张联络：",
            "县教育局：2025年3月月报告",
            "1.改善幼儿园办园条件",
            "2.新建公办园<3所>",
            "应于2025年3月25日（周二）前办结",
            "逾期3个工作日",
            "为什么发给您：升级阶梯第1版：逾期3个工作日催报，对象联络员",
            "请登录后点击“已收到”",
        ):
            assert part in compact, part
        assert "原定" not in compact
    assert words.subject == "【落实·催报】县教育局2025年3月月报告（2项任务），逾期3个工作日"
    links = re.findall(r'href="([^"]*)"', words.html)
    assert links == ["http://luoshi.example/reports/7/2025-03", "http://luoshi.example/letters/41"]
    assert re.findall(r"http\S+", words.text) == links
    assert "<img" not in words.html
    assert "&lt;3所&gt;" in words.html


def test_the_gravest_stands_first_and_copies_last() -> None:
    kinds = [LetterKind.OPENED, LetterKind.RED_SLIP, LetterKind.URGE, LetterKind.DUE]
    items = [replace(MONTH, kind=kind, unit=f"单位{kind.value}") for kind in kinds]
    items.append(replace(MONTH, kind=LetterKind.TALK, unit="抄送单位", copied=True))
    words = compose("王局长", items, 1)
    order = re.findall(r"单位(\w+)：|(抄送单位)：", words.text)
    assert [one or other for one, other in order] == ["red_slip", "urge", "due", "opened", "抄送单位"]
    assert words.subject.startswith("【落实·红色督办单】您有5件事项，最要紧的是单位red_slip")
    assert "以下5件事项，最要紧的在最前" in words.text


def test_a_copy_alone_says_so_and_asks_for_nothing() -> None:
    words = compose("王局长", [replace(MONTH, copied=True)], 1)
    assert words.subject.startswith("【落实·抄送】")
    assert "抄送您知悉" in words.text
    assert "打开办理" not in words.text + words.html
    assert "#a32019" not in words.html
    assert "请尽快报送" not in words.text + words.html


def test_the_office_is_asked_whether_a_slip_is_to_be_sent_and_not_to_answer_it() -> None:
    words = compose("督查室", [replace(MONTH, kind=LetterKind.YELLOW_SLIP, drafted=True)], 1)
    assert words.subject.startswith("【落实·拟发黄色督办单】")
    for said in (words.text, words.html):
        assert "拟发黄色督办单，请决定是否发出" in said
        assert "书面回复" not in said


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_of_letter_has_its_own_mark_head_and_colour(kind: LetterKind) -> None:
    words = compose("张联络", [replace(MONTH, kind=kind)], 1)
    mark = re.match(r"【落实·(.+?)】", words.subject)
    head = re.search(r"【(.+?)】县教育局", words.text)
    assert mark
    assert head
    assert head[1] in plain(words.html)
    assert re.search(r"color:#[0-9a-f]{6};font-weight:bold", words.html)
    others = [compose("张", [replace(MONTH, kind=k)], 1).subject for k in LetterKind if k is not kind]
    assert words.subject not in others


def test_a_date_that_was_moved_shows_the_one_first_set() -> None:
    words = compose("张联络", [replace(MONTH, original_due_on=date(2025, 3, 20))], 1)
    assert "（原定2025年3月20日（周四））" in words.text
    assert "（原定2025年3月20日（周四））" in words.html


def test_a_list_too_long_to_read_says_how_many_more_there_are() -> None:
    words = compose("张联络", [replace(MONTH, tasks=tuple(f"{n}. 任务" for n in range(47)))], 1)
    for said in (words.text, words.html):
        assert "29. 任务" in said
        assert "30. 任务" not in said
        assert "另有17项" in said


# ------------------------------------------------------------------------------------------- short messages


def test_a_short_message_says_the_gravest_and_how_many_more() -> None:
    items = [replace(MONTH, unit=f"第{n}个单位", kind=LetterKind.ESCALATE) for n in range(6)]
    words = brief("王局长", items, 41, 200)
    assert words.subject.startswith("【落实·提级提醒】您有6件事项，")
    assert "第0个单位2025年3月月报告（2项任务），逾期3个工作日" in words.text
    shown = words.text.count("逾期未办")
    assert 0 < shown < 6
    assert f"另有{6 - shown}件" in words.text
    assert words.text.endswith("详情：http://luoshi.example/letters/41")
    assert (words.html, len(words.subject + words.text) <= 200) == ("", True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(
        st.builds(
            replace,
            st.just(MONTH),
            unit=st.text("县教育局政府", min_size=1, max_size=60),
            tasks=st.lists(st.text("任务办园", min_size=1, max_size=80), max_size=3).map(tuple),
            kind=st.sampled_from(LetterKind),
        ),
        min_size=1,
        max_size=8,
    ),
    room=st.integers(70, 600),
)
def test_a_short_message_keeps_to_its_room_with_the_link_whole(items: list[Item], room: int) -> None:
    words = brief("王局长", items, 12345, room)
    assert len(words.subject) + len(words.text) <= room
    assert words.text.endswith("详情：http://luoshi.example/letters/12345")
