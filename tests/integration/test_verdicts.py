"""The office's verdicts on a month's report: 通过, 退回 at most twice, 存疑待核查, 面谈, and corrections taken note of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.db import session
from app.models import Correction, Duty, LedgerEntry, Report
from app.queries import corrections as corrected
from app.queries.story import story
from app.queries.verdicts import QUEUE_PAGE, ToReview, grouped, review_queue
from app.services import corrections, verdicts
from app.services.entries import SAID, Entry
from app.services.verdicts import Talk
from tests.world import LEAD, SHARER, STRANGER, Asked, World
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import DutyState, ReportState, ReturnReason

MARCH, APRIL = "2025-03", "2025-04"
REPORT, REVIEW = DutyKind.MONTHLY_REPORT, DutyKind.REVIEW


@pytest.fixture
def county(world: World) -> World:
    """March's reports of the lead are in, those of the sharer are not."""
    world.issue(Asked("改善办园条件"))
    world.run_to(date(2025, 3, 21))
    world.file(LEAD, MARCH, percent=30, done="完成3所。")
    return world


def filed(world: World, unit: str = LEAD, period: str = MARCH) -> Duty:
    [duty] = world.duties(unit=unit, kind=REPORT, period=period)
    return duty


def report(world: World, unit: str = LEAD) -> Report:
    duty_id = filed(world, unit).id
    [found] = world.all(sa.select(Report).where(Report.duty_id == duty_id))
    return found


def act(world: World, verdict: Callable[[], object]) -> None:
    with world.app.app_context():
        verdict()


def refused(world: World, verdict: Callable[[], object], code: str) -> str:
    with pytest.raises(Refused) as refusal:
        act(world, verdict)
    assert refusal.value.code == code
    return str(refusal.value)


def entry(world: World, act: str) -> LedgerEntry:
    [found] = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == act))
    return found


def queue(world: World, **where: int) -> list[ToReview]:
    with world.app.app_context():
        return review_queue(world.now, **where)


def returned_twice(world: World) -> int:
    duty_id = filed(world).id
    for _ in range(2):
        world.return_report(duty_id)
        world.file(LEAD, MARCH, percent=30, done="完成3所。")
    return duty_id


def correct(world: World, **changed: object) -> None:
    """The lead corrects its report."""
    now, stands, duty_id = world.now, report(world), filed(world).id
    said = {name: getattr(stands, name) for name in SAID}
    entry = replace(Entry(duty_id, seen_version=stands.version, **said), **changed)  # type: ignore[arg-type]
    act(world, lambda: corrections.correct(world.actor(LEAD), duty_id, entry, "写错了", stands.version, now))


# ------------------------------------------------------------------------------------------- return, and talk


def test_a_return_says_which_reason_of_the_list_and_what_exactly(county: World) -> None:
    duty_id = filed(county).id
    missing = lambda: verdicts.return_(county.office, duty_id, ReturnReason.FIGURES, "　", county.now)  # noqa: E731
    assert refused(county, missing, "invalid") == "请写明退回理由，让单位知道怎样改。"
    county.return_report(duty_id, "3所与附表的4所不一致。", ReturnReason.FIGURES)
    stands = report(county)
    assert (stands.state, stands.return_reason, stands.returns) == (
        ReportState.RETURNED,
        ReturnReason.FIGURES,
        1,
    )
    assert entry(county, "report.return").detail["label"] == "数字前后不一致"


def test_a_third_return_is_refused_and_sends_the_office_to_talk(county: World) -> None:
    duty_id = returned_twice(county)
    third = lambda: verdicts.return_(county.office, duty_id, ReturnReason.OTHER, "还是不行", county.now)  # noqa: E731
    said = refused(county, third, "illegal-step")
    assert "已经退回2次" in said
    assert "面谈" in said
    assert report(county).returns == 2
    county.accept_report(duty_id)
    assert report(county).state is ReportState.ACCEPTED


def test_before_the_second_return_nobody_has_to_talk(county: World) -> None:
    duty_id, said = filed(county).id, Talk(county.now.date(), "分管领导", "按实数报", accepted=True)
    early = lambda: verdicts.talk(county.office, duty_id, said, county.now)  # noqa: E731
    assert "退回满2次" in refused(county, early, "illegal-step")


def test_after_a_talk_the_report_is_accepted_with_what_was_agreed(county: World) -> None:
    duty_id, now = returned_twice(county), county.now
    talk = Talk(date(2025, 3, 21), "县教育局分管领导", "以现场核定的3所为准。", accepted=True)
    act(county, lambda: verdicts.talk(county.office, duty_id, talk, now))
    stands = report(county)
    assert stands.state is ReportState.ACCEPTED
    assert stands.review_words == "2025年3月21日（周五）与县教育局分管领导面谈：以现场核定的3所为准。"
    told = entry(county, "report.talk").detail
    assert (told["on"], told["accepted"]) == ("2025-03-21", True)
    again = lambda: verdicts.talk(county.office, duty_id, talk, now)  # noqa: E731
    refused(county, again, "illegal-step")


def test_after_a_talk_the_unit_may_be_left_to_correct_it(county: World) -> None:
    duty_id, now = returned_twice(county), county.now
    talk = Talk(date(2025, 3, 21), "分管领导", "改为2所。", accepted=False)
    act(county, lambda: verdicts.talk(county.office, duty_id, talk, now))
    assert (report(county).state, filed(county).state) == (ReportState.SUBMITTED, DutyState.FILED)
    [row] = queue(county)
    assert row.talked
    assert row.worn
    correct(county, done="完成2所。")
    [row] = queue(county)
    assert [(c.label, c.before, c.after) for c in row.unseen[0].changes] == [
        ("本月进展", "完成3所。", "完成2所。")
    ]
    county.accept_report(duty_id)
    assert report(county).state is ReportState.ACCEPTED


@pytest.mark.parametrize(
    ("people", "words", "days", "why"),
    [("", "定了", 0, "和谁面谈"), ("某局长", " ", 0, "商定了什么"), ("某局长", "定了", 1, "不能晚于今天")],
)
def test_a_talk_names_the_day_the_people_and_what_was_agreed(
    people: str, words: str, days: int, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        Talk(date(2025, 3, 21) + timedelta(days=days), people, words, accepted=True).check(date(2025, 3, 21))


# ------------------------------------------------------------------------------------------- checking


def test_a_doubtful_report_is_not_reviewed_until_the_check_is_over(county: World) -> None:
    county.file(SHARER, MARCH)
    county.accept_report(filed(county, SHARER).id)
    duty_id, now = filed(county).id, county.now
    act(county, lambda: verdicts.check(county.office, duty_id, "现场看3所是否建成。", now))
    assert (report(county).state, filed(county).state) == (ReportState.CHECKING, DutyState.FILED)
    [review] = county.duties(kind=REVIEW, period=MARCH)
    assert review.state is DutyState.OPEN
    bare = lambda: verdicts.accept(county.office, duty_id, now)  # noqa: E731
    assert "核查结果" in refused(county, bare, "invalid")
    act(county, lambda: verdicts.accept(county.office, duty_id, now, words="现场核实3所属实。"))
    assert report(county).review_words == "现场核实3所属实。"
    [review] = county.duties(kind=REVIEW, period=MARCH)
    assert review.state is DutyState.DONE


def test_what_a_check_finds_wrong_is_returned(county: World) -> None:
    duty_id, now = filed(county).id, county.now
    act(county, lambda: verdicts.check(county.office, duty_id, "现场看3所是否建成。", now))
    county.return_report(duty_id, "现场只有2所。", ReturnReason.FIGURES)
    assert (report(county).state, filed(county).state) == (ReportState.RETURNED, DutyState.OPEN)
    again = lambda: verdicts.check(county.office, duty_id, "再看", now)  # noqa: E731
    refused(county, again, "illegal-step")


def test_every_verdict_is_told_in_the_story_of_the_task(county: World) -> None:
    duty_id, now = returned_twice(county), county.now
    act(county, lambda: verdicts.check(county.office, duty_id, "现场核对。", now))
    talk = Talk(date(2025, 3, 21), "分管领导", "以3所为准。", accepted=True)
    act(county, lambda: verdicts.talk(county.office, duty_id, talk, now))
    with county.app.app_context():
        lines, _ = story(county.tasks()[0], letters_of=())
    sentences = " ".join(line.sentence for line in lines)
    assert f"将{LEAD}的2025年3月月报列为存疑待核查" in sentences
    assert f"就2025年3月月报与{LEAD}面谈" in sentences


def test_nobody_but_the_office_gives_a_verdict(county: World) -> None:
    duty_id, now, lead = filed(county).id, county.now, county.actor(LEAD)
    talk = Talk(date(2025, 3, 21), "某人", "定了", accepted=True)
    for verdict in (
        lambda: verdicts.accept(lead, duty_id, now),
        lambda: verdicts.return_(lead, duty_id, ReturnReason.OTHER, "不行", now),
        lambda: verdicts.check(lead, duty_id, "看看", now),
        lambda: verdicts.talk(lead, duty_id, talk, now),
        lambda: verdicts.note_corrections(lead, duty_id, 99, now),
    ):
        refused(county, verdict, "forbidden")


# ------------------------------------------------------------------------------------------- corrections


def test_a_verdict_on_what_was_corrected_meanwhile_is_refused_as_stale(county: World) -> None:
    seen, duty_id, now = report(county).version, filed(county).id, county.now
    correct(county, percent=20)
    verdict = lambda: verdicts.accept(county.office, duty_id, now, seen_version=seen)  # noqa: E731
    refused(county, verdict, "stale")
    county.accept_report(duty_id)
    [kept] = county.all(sa.select(Correction))
    assert kept.seen_at == now


def test_a_correction_of_an_accepted_report_waits_until_the_office_has_seen_it(county: World) -> None:
    duty_id = filed(county).id
    county.accept_report(duty_id)
    correct(county, percent=20, next_on=date(2025, 4, 30))
    with county.app.app_context():
        [waiting] = corrected.unseen(10)
    assert [(c.label, c.before, c.after) for c in waiting.changes] == [
        ("累计完成", "30%", "20%"),
        ("下步日期", "（空）", "2025年4月30日（周三）"),
    ]
    act(county, lambda: verdicts.note_corrections(county.office, duty_id, waiting.row.id - 1, county.now))
    with county.app.app_context():
        assert corrected.unseen(10)
        assert verdicts.note_corrections(county.office, duty_id, waiting.row.id, county.now) == 1
        session().rollback()
        assert not corrected.unseen(10)
    assert entry(county, "report.note").detail["corrections"] == [waiting.row.id]


# ------------------------------------------------------------------------------------------- the queue


def test_the_queue_is_grouped_by_unit_within_the_day_of_review(county: World) -> None:
    county.issue(Asked("经费保障", SHARER, (LEAD, STRANGER)))
    county.run_to(date(2025, 4, 21))
    for unit in (STRANGER, SHARER, LEAD):
        county.file(unit, APRIL)
        county.clock.go_to(date(2025, 4, 22))
    county.file(SHARER, MARCH)
    rows = queue(county)
    with county.app.app_context():
        groups = grouped(rows, county.now)
    told = [(g.unit.name, len(g.rows), g.late) for g in groups]
    assert {(name, late) for name, _, late in told[:2]} == {(LEAD, True), (SHARER, True)}
    assert {(name, count, late) for name, count, late in told[2:]} == {
        (LEAD, 2, False),
        (SHARER, 2, False),
        (STRANGER, 1, False),
    }
    assert told[-1][0] == STRANGER  # the first to file is the last of those due the same day
    assert groups[0].urgency.startswith("审核期限：逾期")


def test_the_queue_is_read_page_by_page(county: World) -> None:
    county.issue(*(Asked(f"任务{number}") for number in range(QUEUE_PAGE // 2 + 1)))
    county.run_to(date(2025, 4, 21))
    county.file(LEAD, APRIL)
    county.file(SHARER, APRIL)
    first, second = queue(county), queue(county, offset=QUEUE_PAGE)
    ids = [row.duty.id for row in first + second]
    assert len(first) == QUEUE_PAGE
    assert len(ids) == len(set(ids)) == len(county.duties(kind=REPORT, state=DutyState.FILED))
