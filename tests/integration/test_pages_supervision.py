"""督办台: what is overdue and what was sent about it, the review, the months, the letters, one duty."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Letter, Report, Task
from app.services import progress
from tests.pages import Page, Reader, signed_in, words_of
from tests.world import LEAD, ON_PAPER, SHARER, Asked, World, at, counted
from workflows.cadence import DutyKind
from workflows.lifecycle import ClosingGrade, DutyState, LetterState, ReportState, ReturnReason, TaskState
from workflows.units import UnitKind

MARCH = "2025-03"


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Two tasks led by 县教育局 with 县财政局, issued on Monday, 3 March."""
    sqlite_world.issue(Asked("改善幼儿园办园条件"), Asked("建设2所示范园", due=date(2025, 3, 31)))
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def filed(world: World) -> None:
    """Everybody has signed; 县教育局 has filed March in time, 县财政局 has not."""
    world.sign(LEAD)
    world.sign(SHARER)
    world.run_to(date(2025, 3, 24))
    world.file(LEAD, MARCH, percent=40, done="完成3所幼儿园改造。")


def march(world: World, unit: str = LEAD) -> list[int]:
    return [d.id for d in world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=MARCH)]


def rows(page: Page) -> list[str]:
    """The words of every table row but the heads."""
    return [
        words_of(row).replace(" 应于", "应于") for row in page.tree.iter("tr") if row.find("td") is not None
    ]


# ------------------------------------------------------------------------------------------ overdue


def test_every_figure_leads_to_its_rows(county: World, office: Reader) -> None:
    filed(county)
    county.run_to(date(2025, 3, 27))
    page = office.get("/supervision")
    figures = {words_of(a): a.get("href", "") for a in page.all("nav", "strip")[0].iter("a")}
    tasks = ["2逾期事项", "1红灯任务", "1黄灯任务", "0正常任务", "2待审核月报", "0申请办结"]
    assert list(figures) == [*tasks, "0待答复请求", "0待核实送达", "0待签发督办单"]
    for address in figures.values():
        office.get(address)
    assert "2025年3月27日（周四）" in page.text


def test_an_overdue_month_is_one_row_with_what_was_sent_to_whom_and_what_comes_next(
    county: World, office: Reader
) -> None:
    filed(county)
    county.run_to(date(2025, 3, 31), heard=True)
    [row] = [r for r in rows(office.get("/supervision/overdue")) if "月报" in r]
    assert row.startswith("2025年3月月报（2项任务）应于2025年3月25日（周二）报送")
    assert "县财政局" in row
    assert "4个工作日" in row
    assert "2025年3月20日 10:00 通知：县财政局联络员（联络员）" in row
    assert "2025年3月26日 10:00 催报：县财政局联络员（联络员）、县财政局科长（科室负责人）" in row
    assert "2025年3月28日 10:00 提级提醒：县财政局联络员（联络员）、县财政局副局长（分管领导）" in row
    assert "4月3日（周四）未办将提醒分管领导、主要领导" in row


def test_the_list_of_the_overdue_is_narrowed_by_unit_and_kind(county: World, office: Reader) -> None:
    county.run_to(date(2025, 3, 31))
    page = office.get("/supervision/overdue")
    assert len(rows(page)) == 6
    narrowed = office.press(page, "筛选", {"unit": str(county.unit_id(SHARER)), "kind": "sign"})
    assert [row.split("应于")[0] for row in rows(narrowed)] == ["签收（2项任务）"]
    assert "县教育局" not in " ".join(rows(narrowed))
    assert rows(office.get("/supervision/overdue?kind=bulletin")) == []
    assert len(rows(office.get("/supervision/overdue?kind=nonsense&unit=x&page=-3"))) == 6


def test_what_was_done_in_time_is_in_no_list_of_the_overdue(county: World, office: Reader) -> None:
    filed(county)
    county.file(SHARER, MARCH)
    county.run_to(date(2025, 3, 27))
    assert "没有逾期事项。" in office.get("/supervision/overdue").text


# ------------------------------------------------------------------------------------------ review


def test_a_report_is_read_beside_the_month_before_and_accepted(county: World, office: Reader) -> None:
    filed(county)
    for duty_id in march(county):
        county.accept_report(duty_id)
    county.run_to(date(2025, 4, 28))
    county.file(LEAD, "2025-04", percent=60, done="又完成2所。")
    page = office.get("/supervision/review")
    first = words_of(page.all("article", "card-row")[0])
    assert "60% 又完成2所。" in first.split("上期")[0]
    assert "40%" in first.split("上期")[1]
    assert "完成3所幼儿园改造。" in first.split("上期")[1]
    assert "迟2个工作日" in first
    after = office.press(page, "通过")
    assert "月报已通过。" in after.text
    assert len(after.all("article", "card-row")) == 1
    states = [d.state for d in county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")]
    assert sorted(states) == [DutyState.DONE, DutyState.FILED]


def test_a_return_needs_a_reason_of_the_list_and_words_and_keeps_the_page(
    county: World, office: Reader
) -> None:
    filed(county)
    page = office.get("/supervision/review")
    unexplained = office.press(page, "退回", {"words": "请写明是哪3所。"}, status=400)
    assert "请从列表中选择退回理由" in unexplained.text
    assert "请写明是哪3所。" in unexplained.html
    refused = office.press(page, "退回", {"reason": "no_facts"}, status=400)
    assert "请写明退回理由" in refused.text
    after = office.press(refused, "退回", {"reason": "no_facts", "words": "请写明是哪3所。"})
    assert "月报已退回" in after.text
    [report] = county.all(sa.select(Report).where(Report.state == ReportState.RETURNED))
    assert (report.review_words, report.return_reason) == ("请写明是哪3所。", ReturnReason.NO_FACTS)
    assert [d.state for d in county.duties(unit=LEAD) if d.epoch == 2] == [DutyState.OPEN]


def test_a_report_a_colleague_has_settled_is_refused_and_the_words_stay(
    county: World, office: Reader
) -> None:
    filed(county)
    page = office.get("/supervision/review")
    first = min(march(county))
    county.accept_report(first)
    action = f"/supervision/review/{first}"
    sent = {"csrf_token": _token(page), "verdict": "return", "reason": "figures", "words": "数据不实。"}
    for seen_version, why in ((1, "别人刚刚更新了这项内容"), (version_of(county, first), "不能退回")):
        answer = office.client.post(action, data=sent | {"seen_version": seen_version})
        assert answer.status_code == 409
        assert why in answer.get_data(as_text=True)


def version_of(world: World, duty_id: int) -> int:
    [report] = world.all(sa.select(Report).where(Report.duty_id == duty_id))
    return report.version


def _token(page: Page) -> str:
    return next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")


def test_several_reports_are_accepted_by_one_press(county: World, office: Reader) -> None:
    filed(county)
    page = office.get("/supervision/review")
    boxes = [e for e in page.tree.iter("input") if e.get("name") == "duties"]
    assert {e.get("form") for e in boxes} == {"several"}
    assert "several" in {f.get("id") for f in page.tree.iter("form")}
    county.accept_report(min(march(county)))
    sent = {"csrf_token": _token(page), "duties": [e.get("value", "") for e in boxes]}
    answer = office.client.post("/supervision/review", data=sent, follow_redirects=True)
    assert "1份月报已通过。1份刚刚有变化，没有处理，请重新看。" in answer.get_data(as_text=True)
    assert not county.duties(kind=DutyKind.MONTHLY_REPORT, state=DutyState.FILED)
    nothing = office.client.post("/supervision/review", data={"csrf_token": _token(page)})
    assert nothing.status_code == 400
    assert "请先勾选要通过的月报。" in nothing.get_data(as_text=True)


def asked_to_close(world: World) -> Task:
    world.sign(LEAD)
    task = world.tasks()[1]
    with world.app.app_context():
        words = "两所示范园已挂牌。"
        progress.request_close(
            world.actor(LEAD), task.id, words, backing=ON_PAPER, seen_version=task.version, now=world.now
        )
    return task


def test_a_finished_task_is_struck_off(county: World, office: Reader) -> None:
    task = asked_to_close(county)
    page = office.get("/supervision/review")
    assert "两所示范园已挂牌。" in page.text
    assert "请选择办结评价" in office.press(page, "销号", status=400).text
    assert "任务已销号" in office.press(page, "销号", {"grade": "good"}).text
    assert county.get(Task, task.id).closing_grade is ClosingGrade.GOOD
    assert county.get(Task, task.id).state is TaskState.CLOSED
    assert not county.duties(task_id=task.id, state=DutyState.OPEN)
    assert (
        "别人刚刚更新了这项内容"
        in office.press(page, "销号", {"words": "核查无误", "grade": "good"}, 409).text
    )


def test_an_unfinished_task_is_sent_back_with_a_reason(county: World, office: Reader) -> None:
    task = asked_to_close(county)
    page = office.get("/supervision/review")
    form, action = page.form_with("销号")[0], f"/supervision/closing/{task.id}"
    sent = {e.get("name") or "": e.get("value") or "" for e in form.iter("input")} | {"verdict": "return"}
    assert office.client.post(action, data=sent).status_code == 400
    assert office.client.post(action, data=sent | {"words": "第二所还没有验收。"}).status_code == 303
    assert county.get(Task, task.id).state is TaskState.UNDERWAY
    [completion] = county.duties(kind=DutyKind.COMPLETION)
    assert (completion.state, completion.epoch) == (DutyState.OPEN, 2)


# ------------------------------------------------------------------------------------------ months


def test_the_matrix_says_in_time_late_missing_and_returned(county: World, office: Reader) -> None:
    county.unit("县审计局")
    county.issue(Asked("审计专项资金", lead="县审计局", responsible=()))
    filed(county)
    county.return_report(march(county)[0])
    county.run_to(date(2025, 3, 27))
    county.file(SHARER, MARCH)
    page = office.get("/supervision/matrix")
    cells = {words_of(row).split(MARCH)[0][:4]: row for row in page.tree.iter("tr")}
    words = {name: words_of(row).split("：")[-1].strip() for name, row in cells.items()}
    assert words["县教育局"] == "1/2 退回"
    assert words["县财政局"] == "2/2 迟2日"
    assert words["县审计局"] == "未报"
    link = next(a for a in cells["县财政局"].iter("a"))
    assert link.get("href") == f"/reports/{county.unit_id(SHARER)}/{MARCH}"
    assert "应报5，已报3，迟报2，未报2" in page.text


def test_members_of_a_collective_name_are_one_line_that_opens(county: World, office: Reader) -> None:
    for number in (1, 2, 3):
        county.unit(f"第{number}幼儿园", UnitKind.KINDERGARTEN)
    group_id = county.group("各幼儿园", UnitKind.KINDERGARTEN)
    county.issue(Asked("规范办园行为", responsible=("各幼儿园",)))
    county.run_to(date(2025, 3, 21))
    county.file("第1幼儿园", MARCH)
    page = office.get("/supervision/matrix")
    assert page.links()["各幼儿园（3）"] == f"/supervision/matrix?group={group_id}"
    assert "各幼儿园2025年3月： 1/3" in page.text
    assert "第1幼儿园" not in page.text
    opened = office.get(f"/supervision/matrix?group={group_id}")
    assert [row.split("：")[-1].strip() for row in rows(opened)] == ["按时", "待报", "待报"]


# ------------------------------------------------------------------------------------------ letters


def test_the_record_tells_sent_returned_and_waiting_letters_apart(county: World, office: Reader) -> None:
    refused = "caizheng@luoshi.example"
    county.post.refused.add(refused)
    county.run_to(date(2025, 3, 3))
    page = office.get("/supervision/letters")
    [returned] = [row for row in rows(page) if refused in row]
    assert "退信" in returned
    assert "550 no such person here" in returned
    assert "联络员 · caizheng" in returned
    assert "退信1封" in page.text
    only = office.press(page, "筛选", {"state": "failed"})
    assert len(rows(only)) == 1
    county.post.away = True
    county.run_to(date(2025, 3, 4))
    waiting = office.get("/supervision/letters?state=waiting")
    assert "待发信" in waiting.text
    assert "再发" in rows(waiting)[0]
    assert "the server is away" in rows(waiting)[0]


def test_a_letter_is_shown_word_for_word_with_the_rule_that_sent_it(county: World, office: Reader) -> None:
    county.run_to(date(2025, 3, 3))
    letter = county.letters()[0]
    page = office.get(f"/supervision/letters/{letter.id}")
    [body] = page.all("pre", "letter")
    assert "".join(body.itertext()).strip() == letter.body_text.strip()
    assert "升级阶梯第1版：开放时通知，对象联络员" in page.text


def test_the_record_is_read_page_by_page(county: World, office: Reader) -> None:
    person_id = county.person_id("县教育局联络员")
    with county.writing() as s:
        for number in range(120):
            s.add(_letter(number, person_id))
    page, seen = office.get("/supervision/letters"), []
    while True:
        seen += [row.split("件")[0] for row in rows(page)]
        if "更早的信" not in page.links():
            break
        page = office.get(page.links()["更早的信"])
    assert len(seen) == len(set(seen)) == 120


def _letter(number: int, person_id: int) -> Letter:
    return Letter(
        message_id=f"<{number}@luoshi.example>",
        person_id=person_id,
        address="jiaoyu@luoshi.example",
        subject=f"第{number}封",
        body_text="正文",
        body_html="<p>正文</p>",
        state=LetterState.SENT,
        not_before_at=at(date(2025, 3, 3)),
        created_at=at(date(2025, 3, 3)),
    )


# ------------------------------------------------------------------------------------------ one duty


def test_a_duty_shows_its_ladder_done_next_and_later(county: World, office: Reader) -> None:
    filed(county)
    county.run_to(date(2025, 3, 27))
    page = office.get(f"/duties/{march(county, SHARER)[0]}")
    steps = [words_of(item) for item in page.all("ol", "line")[0].iter("li")]
    assert steps[3].startswith("2025年3月26日 10:00 逾期1个工作日催报：联络员、科室负责人")
    assert steps[4].startswith("下一步 2025年3月28日 09:00 逾期3个工作日提级提醒：联络员、分管领导")
    assert steps[6].startswith("2025年4月16日 09:00 逾期15个工作日提级提醒")
    assert "过了时限还没有报送。" in page.text
    done = office.get(f"/duties/{march(county)[0]}")
    assert "等督查室审核；审核期间不再提醒" in done.text


def test_the_ladder_begins_anew_when_a_report_is_returned(county: World, office: Reader) -> None:
    filed(county)
    duty_id = march(county)[0]
    county.return_report(duty_id, "请补充数据。")
    page = office.get(f"/duties/{duty_id}")
    assert "第2轮" in page.text
    assert "月报被退回：请补充数据。" in page.text
    assert "以前各轮" in page.text
    assert "原定2025年3月25日（周二）" in page.text


def test_the_office_records_its_own_bulletin_with_a_number(county: World, office: Reader) -> None:
    county.run_to(date(2025, 4, 2))
    [bulletin] = county.duties(kind=DutyKind.BULLETIN)
    page = office.get(f"/duties/{bulletin.id}")
    assert page.title.startswith("2025年第一季度季通报")
    assert "请填写印发的文号或期号。" in office.press(page, "登记", {"outcome": " "}, 400).text
    after = office.press(page, "登记", {"outcome": "云督〔2025〕3号"})
    assert "云督〔2025〕3号" in after.text
    assert "登记" not in after.buttons()
    assert county.duties(kind=DutyKind.BULLETIN)[0].state is DutyState.DONE


# ------------------------------------------------------------------------------------------ cost and who


@pytest.mark.parametrize(
    "path", ["/supervision", "/supervision/overdue", "/supervision/matrix", "/supervision/review"]
)
def test_more_rows_cost_no_more_queries(county: World, office: Reader, path: str) -> None:
    filed(county)
    county.run_to(date(2025, 3, 27))
    with counted(county) as few:
        small = office.get(path)
    for number in range(6):
        county.unit(f"第{number}局")
        county.issue(*(Asked(f"任务{number}之{n}", lead=f"第{number}局") for n in range(3)))
    county.run_to(date(2025, 4, 22))
    for number in range(3):
        county.file(f"第{number}局", "2025-04")
    with counted(county) as many:
        large = office.get(path)
    assert len(large.html) > len(small.html) + 1000
    assert len(many) <= len(few), "\n".join(many)


def test_the_leader_reads_everything_on_one_page_and_finds_nothing_to_press(county: World) -> None:
    filed(county)
    county.run_to(date(2025, 3, 27))
    leader = signed_in(county.app, "fuxianzhang")
    page = leader.get("/")
    assert page.path == "/supervision"
    for words in ("逾期事项", "待审核", "月报齐套", "2025年3月月报（2项任务）"):
        assert words in page.text
    for path in (
        "/supervision",
        "/supervision/overdue",
        "/supervision/review",
        f"/duties/{march(county)[0]}",
    ):
        shown = leader.get(path)
        assert not [f for f in shown.all("main")[0].iter("form") if f.get("method") == "post"]


def test_a_duty_is_open_to_the_unit_that_owes_it_and_hidden_from_the_others(county: World) -> None:
    county.run_to(date(2025, 3, 5))
    duty_id = county.duties(unit=LEAD, kind=DutyKind.SIGN)[0].id
    page = signed_in(county.app, "jiaoyu").get(f"/duties/{duty_id}")
    assert "县教育局联络员（联络员）" in page.text
    assert not [link for link in page.links().values() if link.startswith(("/supervision", "/plans"))]
    signed_in(county.app, "caizheng").get(f"/duties/{duty_id}", status=404)
    signed_in(county.app, "minzheng").get(f"/duties/{duty_id}", status=404)
