"""The review desk as a page: words and values lead to each other, every step is a press, nothing typed is lost."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from app.models import Commitment, SourceDocument, Task
from app.services import reading
from tests.pages import Page, Reader, signed_in, words_of
from tests.review import DESK, TEXT, colleague, read
from tests.world import LEAD, SHARER, World, counted
from workflows.commitments import CommitmentKind
from workflows.units import UnitKind


@pytest.fixture
def county(sqlite_world: World) -> World:
    read(sqlite_world)
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def cards(page: Page) -> list[ET.Element]:
    return page.all("article", "task")


def ids(page: Page) -> dict[str, ET.Element]:
    return {e.get("id", ""): e for e in page.tree.iter() if e.get("id")}


def links_in(element: ET.Element) -> list[str]:
    return [a.get("href", "") for a in element.iter("a") if a.get("href", "").startswith("#")]


# ------------------------------------------------------------------------------------- words and values


def test_every_mark_leads_to_a_value_and_every_value_back_to_words_that_say_it(
    county: World, office: Reader
) -> None:
    page = office.get(DESK)
    known = ids(page)
    marks = page.all("mark", "used")
    assert {css for mark in marks for css in mark.get("class", "").split()} >= {
        "number",
        "unit",
        "date",
        "rhythm",
        "figure",
        "query",
    }
    for mark in marks:
        [to] = links_in(mark)
        assert known[to.removeprefix("#")].tag in {"a", "p", "span"}
        assert mark.get("data-marks")
    values = [a for card in cards(page) for a in card.iter("a") if a.get("data-mark")]
    assert len(values) > 12
    for value in values:
        assert value.get("href", "").removeprefix("#") in known


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [(0, "县财政局", "县财政局"), (0, "2025年12月31日（周三）", "到2025年底"), (1, "每年", "每年开展一次")],
)
def test_a_value_leads_to_exactly_its_words(
    county: World, office: Reader, place: int, value: str, said: str
) -> None:
    page = office.get(DESK)
    [link] = [a for a in cards(page)[place].iter("a") if words_of(a) == value and a.get("data-mark")]
    anchor = link.get("href", "").removeprefix("#")
    over = [mark for mark in page.all("mark") if anchor in mark.get("data-marks", "").split()]
    assert "".join("".join(mark.itertext()) for mark in over) in said
    assert over


def test_words_that_overlap_are_printed_once_and_the_source_stays_letter_by_letter(
    county: World, office: Reader
) -> None:
    with county.writing() as s:
        first = s.scalars(sa.select(Task).order_by(Task.position)).first()
        assert first
        at = TEXT.index("到2025年底，全县")
        first.marks = [*first.marks, [at, at + 20, "figure"], [at + 2, at + 7, "unit"]]
        first.commitments.append(
            Commitment(
                position=9, kind=CommitmentKind.INDICATOR, name="配备率", text="配", start=at, end=at + 20
            )
        )
    page = office.get(DESK)
    [source] = page.all("div", "source")
    with county.app.app_context():
        text = county.one(sa.select(SourceDocument)).text
    assert "".join(source.itertext()).strip() == text.strip()
    assert f"m-1-{at}-{at + 20}-figure" in ids(page)


def test_the_kinds_of_words_are_named_in_a_legend(county: World, office: Reader) -> None:
    [legend] = office.get(DESK).all("p", "legend")
    assert words_of(legend) == "序号单位时间周期数字指标交付物存疑"


def test_a_card_says_type_with_reason_commitments_and_that_a_blank_figure_is_wanting(
    county: World, office: Reader
) -> None:
    first, second, third = (words_of(card) for card in cards(office.get(DESK)))
    task = county.tasks()[0]
    assert task.kind_reason
    assert task.kind_reason in first
    assert "100%" in first
    assert "待填" in second
    assert "0所" not in second.replace("100", "")
    assert "周期 每年" in second or "周期每年" in second
    assert "责任分工后面缺少右括号" in third
    assert "看位置" in third


# ------------------------------------------------------------------------------------- counts and filter


def count_bar(page: Page) -> dict[str, str]:
    [bar] = [nav for nav in page.tree.iter("nav") if nav.get("aria-label") == "还要核对的"]
    return {words_of(e): e.get("href", "") for e in bar}


def test_the_counts_lead_to_the_first_of_each_kind(county: World, office: Reader) -> None:
    tasks = county.tasks()
    doubts = sum(len(task.doubts) for task in tasks)
    first = next(task for task in tasks if task.doubts)
    bar = count_bar(office.get(DESK))
    assert bar[f"存疑{doubts}条"] == f"#t-{first.id}"
    assert bar["未确认3条"] == f"#t-{tasks[0].id}"
    assert bar["单位未对应0个"] == ""


def test_only_what_is_in_doubt_is_shown_when_asked_for_and_stays_so_after_a_press(
    county: World, office: Reader
) -> None:
    page = office.get(DESK)
    page = office.get(DESK + page.links()["只看存疑"].removeprefix(DESK))
    assert [words_of(next(card.iter("h3"))) for card in cards(page)] == ["2规范办园行为", "3强化安全监管"]
    page = office.press(page, "确认无误：规范办园行为")
    assert [words_of(next(card.iter("h3"))) for card in cards(page)] == ["3强化安全监管"]
    page = office.press(page, "确认无误：强化安全监管")
    assert "没有存疑的任务了。" in page.text
    assert page.links()["看全部3条"] == DESK


# ------------------------------------------------------------------------------------- steps


def goes_to(office: Reader, page: Page, button: str) -> str:
    """Where a press redirects to, anchor included."""
    form, pressed = page.form_with(button)
    sent = {e.get("name", ""): e.get("value", "") for e in form.iter("input")}
    answer = office.client.post(pressed.get("formaction") or form.get("action") or "", data=sent)
    assert answer.status_code == 303, answer.status
    return answer.location


def test_after_found_right_the_next_task_in_need_is_focused(county: World, office: Reader) -> None:
    first, second, third = county.tasks()
    assert goes_to(office, office.get(DESK), "确认无误：规范办园行为") == f"{DESK}#t-{third.id}"
    assert goes_to(office, office.get(DESK), "确认无误：强化安全监管") == f"{DESK}#t-{first.id}"
    assert goes_to(office, office.get(DESK), "确认无误：改善办园条件") == f"{DESK}#t-{first.id}"
    assert county.get(Task, second.id).accepted_at == county.now
    assert "专班办公室联络员已确认" in words_of(cards(office.get(DESK))[0])


def test_a_task_is_parted_at_the_sentence_chosen_and_the_step_is_taken_back(
    county: World, office: Reader
) -> None:
    first, *_ = county.tasks()
    page = office.get(f"{DESK}/tasks/{first.id}/split")
    offers = [e.get("value", "") for e in page.tree.iter("input") if e.get("type") == "radio"]
    assert len(offers) == 2
    halves = [words_of(half) for half in page.all("div", "half")][2:]
    assert "完成时限：2024年12月31日（周二）" in halves[0]
    assert "完成时限：2025年12月31日（周三）" in halves[1]
    desk = office.press(page, "拆成两条", {"at": offers[1]})
    assert [words_of(next(card.iter("h3"))) for card in cards(desk)][:2] == [
        "1（1）改善办园条件：制定玩教具配备方案",
        "1（2）改善办园条件：全县公办幼儿园玩教具配备率达到100%",
    ]
    back = office.press(desk, "撤销")
    assert "已撤销" in back.text
    assert words_of(next(cards(back)[0].iter("h3"))) == "1改善办园条件"


def test_a_place_that_is_none_is_refused_in_a_sentence(county: World, office: Reader) -> None:
    page = office.get(f"{DESK}/tasks/1/split")
    assert "请选择从哪一句后面分开" in office.press(page, "拆成两条", {"at": "2"}, 400).text
    assert "请选择从哪一句后面分开" in office.press(page, "拆成两条", {"at": "甲"}, 400).text
    assert len(county.tasks()) == 3


def test_a_task_of_one_sentence_says_what_to_do_instead(county: World, office: Reader) -> None:
    with county.writing() as s:
        s.get_one(Task, 1).text = "只有一句话。"
    page = office.get(f"{DESK}/tasks/1/split")
    assert "没有可以分开的地方" in page.text
    assert "修改任务" in page.links()


def test_two_tasks_are_joined_and_the_last_has_nothing_to_be_joined_with(
    county: World, office: Reader
) -> None:
    page = office.get(DESK)
    assert page.text.count("与下一条合并") == 2 + 1  # the table of keys names it too
    page = office.press(page, "与下一条合并：规范办园行为")
    assert "两条已合并" in page.text
    joined = words_of(cards(page)[1])
    assert "县教育局" in joined
    assert "县财政局" in joined
    assert len(cards(page)) == 2


def test_a_press_that_came_too_late_shows_the_desk_as_it_is_now(county: World, office: Reader) -> None:
    mine, other = office.get(DESK), colleague(county)
    other.press(other.get(DESK), "与下一条合并：改善办园条件")
    late = office.press(mine, "确认无误：改善办园条件", status=409)
    assert "第二人在2025年3月3日 10:00已经把第2项“规范办园行为”并入第1项" in late.text
    assert len(cards(late)) == 2
    gone = office.press(mine, "确认无误：规范办园行为", status=409)
    assert "这项任务已经不在计划里" in gone.text
    assert not county.get(Task, 1).accepted_at


def test_every_key_is_listed_and_has_a_button_or_link(county: World, office: Reader) -> None:
    page = office.press(office.get(DESK), "确认无误：规范办园行为")
    keys = {e.get("data-key") for e in page.tree.iter() if e.get("data-key")}
    assert keys == {"a", "e", "s", "m", "u", "g", "i"}
    listed = [words_of(kbd) for kbd in ids(page)["keys"].iter("kbd")]
    assert listed == ["j", "k", "n", "o", "a", "e", "s", "m", "u", "g", "/", "i", "?"]
    [opener] = [
        b for b in page.tree.iter("button") if b.get("popovertarget") == "keys" and b.get("aria-haspopup")
    ]
    assert words_of(opener).startswith("快捷键")


def test_who_may_only_read_sees_the_desk_without_a_single_button_of_it(county: World) -> None:
    page = signed_in(county.app, "fuxianzhang").get(DESK)
    assert len(cards(page)) == 3
    assert not list(page.main.iter("form"))
    assert not [e for e in page.tree.iter() if e.get("data-key") in {"a", "e", "s", "m", "u", "i"}]


# ------------------------------------------------------------------------------------- the gate


def test_the_issue_page_names_tasks_whose_units_are_in_doubt_and_leads_there(
    county: World, office: Reader
) -> None:
    page = office.get(f"{DESK}/issue")
    assert page.links()["任务“强化安全监管”的单位有疑点没有确认"] == f"{DESK}#t-3"
    assert "责任分工后面缺少右括号" in page.text
    assert "任务“规范办园行为”的单位" not in page.text
    office.press(office.get(DESK), "确认无误：强化安全监管")
    assert "3项任务交给" in office.get(f"{DESK}/issue").text


def test_a_doubt_that_came_back_meanwhile_is_named_when_the_button_is_pressed(
    county: World, office: Reader
) -> None:
    desk = office.press(office.get(DESK), "确认无误：强化安全监管")
    ready = office.get(f"{DESK}/issue")
    office.press(desk, "撤销")
    assert "任务“强化安全监管”的单位有疑点没有确认" in office.press(ready, "下达3项任务", status=409).text


# ------------------------------------------------------------------------------------- names, afterwards, size


def test_an_elliptic_name_is_suggested_by_what_it_stands_for(county: World, office: Reader) -> None:
    county.unit("市人社局", UnitKind.DEPARTMENT)
    county.unit("市财政局", UnitKind.DEPARTMENT)
    with county.writing() as s:
        mention = s.get_one(Task, 1).mentions[1]
        mention.printed, mention.full, mention.unit_id = "财局", "市财政局", None
    page = office.get(DESK)
    assert "财局（即市财政局）" in words_of(ids(page)["o-1"]).replace(" ", "")
    [chosen] = [o for o in ids(page)["bound-1"].iter("option") if "selected" in o.attrib]
    assert words_of(chosen) == "市财政局"
    assert "data-likely" in ids(page)["bound-1"].attrib
    answer = office.press(page, "对应")
    assert "“财局”已对应" in answer.text


def test_an_issued_plan_and_its_tasks_show_type_and_commitments(county: World, office: Reader) -> None:
    office.press(office.get(DESK), "确认无误：强化安全监管")
    county.issue_draft(1)
    plan = office.get(DESK)
    assert "分解要点" in plan.text
    task = signed_in(county.app, "jiaoyu").get("/tasks/2")
    assert "任务类型" in task.text
    [sheet] = [s for s in task.all("section", "sheet") if words_of(next(s.iter("h2"))) == "分解要点"]
    assert "待填" in words_of(sheet)


def test_the_desk_of_many_tasks_asks_the_database_no_more_often_than_that_of_few(county: World) -> None:
    item = (
        "{n}.办好第{n}件事。到2025年底，建成示范园{n}所，制定工作方案。（牵头单位："
        + LEAD
        + "。责任单位："
        + SHARER
        + "）\n"
    )
    text = "行动计划\n一、重点任务\n" + "".join(item.format(n=n) for n in range(1, 301))
    with county.app.app_context():
        reading.read_in(county.office, "大计划.txt", text.encode(), county.now)
    office = signed_in(county.app, "zhuanban")
    with counted(county) as few:
        office.client.get(DESK)
    with counted(county) as many:
        html = office.client.get("/plans/2").get_data(as_text=True)
    assert html.count("<article") == 300
    assert len(many) == len(few)
    assert len(html) < 3_000_000
