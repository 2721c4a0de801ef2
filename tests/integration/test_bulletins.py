"""通报: drafted from the record, units named and heard, signed, printed, sent; and never changed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Bulletin, BulletinNaming, BulletinSection, Duty, Letter, Notice
from app.queries import bulletins as rows
from app.services import bulletins, issuing, naming, receipt
from app.services.bulletins import Heading
from app.services.issuing import Imprint
from tests.world import LEAD, OFFICE, SHARER, STRANGER, Asked, World, address_of, at
from workflows.bulletins import Figures
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import BulletinKind, BulletinState, DutyState
from workflows.policy import Actor, Role

QUARTER, MONTH = "2025-Q1", "2025-03"
NUMBER = "云政督〔2025〕3号"
LATE_TASK, GOOD_TASK = "新建公办幼儿园", "配齐保安"


@pytest.fixture
def county(world: World) -> World:
    return after_quarter(world)


def after_quarter(world: World) -> World:
    """The first quarter is over: one task lags, one is ahead; the sharer never reported in March."""
    world.issue(
        Asked(LATE_TASK, due=date(2025, 3, 20)),
        Asked(GOOD_TASK, SHARER, responsible=(LEAD,), due=date(2025, 12, 31)),
    )
    world.sign(LEAD)
    world.sign(SHARER)
    for day in (date(2025, 3, 24), date(2025, 4, 1), date(2025, 4, 3)):
        world.clock.go_to(day)
        world.tick()
        world.deliver()
        if day.month == 3:
            world.file(LEAD, MONTH, percent=40, done="完成选址和招标。")
    return world


def draft(world: World, kind: BulletinKind = BulletinKind.QUARTERLY, key: str = QUARTER) -> int:
    with world.app.app_context():
        return bulletins.draft(world.office, world.tasks()[0].plan_id, kind, key, world.now)


def row(world: World, bulletin_id: int) -> Bulletin:
    with world.app.app_context():
        return rows.one(bulletin_id)


def sections(world: World, bulletin_id: int) -> dict[str, BulletinSection]:
    return {part.key: part for part in row(world, bulletin_id).sections}


def choose(world: World, bulletin_id: int, *keys: str) -> None:
    with world.app.app_context():
        version = row(world, bulletin_id).version
        naming.choose(world.office, bulletin_id, keys, seen_version=version, now=world.now)


def laggard(world: World, bulletin_id: int) -> str:
    found = naming.candidates_of(row(world, bulletin_id))
    return next(who.key for who in found if who.task_id)


def tell(world: World, bulletin_id: int) -> int:
    with world.app.app_context():
        return naming.tell(world.office, bulletin_id, world.now)


def named(world: World) -> BulletinNaming:
    return world.one(sa.select(BulletinNaming))


def explain(world: World, words: str = "因雨季停工，四月复工。", unit: str = LEAD) -> None:
    found = named(world)
    with world.app.app_context():
        naming.explain(world.actor(unit), found.id, words, seen_version=found.version, now=world.now)


def step(world: World, bulletin_id: int, name: str, *args: object, actor: Actor | None = None) -> object:
    act: Callable[..., object] = getattr(issuing, name)
    with world.app.app_context():
        version = row(world, bulletin_id).version
        return act(actor or world.office, bulletin_id, *args, seen_version=version, now=world.now)


def to_signed(world: World, bulletin_id: int) -> None:
    step(world, bulletin_id, "submit")
    step(world, bulletin_id, "pass_")
    step(world, bulletin_id, "sign", "", actor=world.leader)


def published(world: World, number: str = NUMBER) -> int:
    """The quarter's bulletin from draft to print, nobody named."""
    bulletin_id = draft(world)
    to_signed(world, bulletin_id)
    step(world, bulletin_id, "publish", Imprint(number, 1))
    return bulletin_id


def office_duty(world: World, period: str = QUARTER) -> Duty:
    [duty] = world.duties(kind=DutyKind.BULLETIN, period=period)
    return duty


def test_the_quarter_is_drafted_on_the_duty_the_engine_opened(county: World) -> None:
    engines = office_duty(county)
    drafted = row(county, draft(county))
    assert drafted.duty_id == engines.id
    assert drafted.state is BulletinState.DRAFT
    assert drafted.cutoff_at == at(date(2025, 3, 31), 23, 59).replace(second=59)
    assert drafted.title == "关于2025年第一季度《学前教育提升行动计划》推进落实情况的通报"
    assert drafted.issuers == [OFFICE]
    assert set(drafted.recipients) == {county.unit_id(LEAD), county.unit_id(SHARER)}
    figures = Figures.from_json(drafted.figures)
    assert figures.count("tasks") == 2
    assert figures.count("pace-behind") >= 1
    assert figures.count("reports-missing") == 2


def test_what_is_reported_after_the_cut_off_does_not_move_the_figures(county: World) -> None:
    bulletin_id = draft(county)
    before = row(county, bulletin_id).figures
    county.file(SHARER, MONTH, percent=90, done="补报三月。")
    with county.app.app_context():
        version = row(county, bulletin_id).version
        bulletins.freeze(county.office, bulletin_id, None, seen_version=version, now=county.now)
    assert row(county, bulletin_id).figures == before
    later = at(date(2025, 4, 3), 10)
    with county.app.app_context():
        version = row(county, bulletin_id).version
        bulletins.freeze(county.office, bulletin_id, later, seen_version=version, now=county.now)
    assert row(county, bulletin_id).figures != before


def test_a_period_has_one_bulletin_and_none_before_it_is_over(county: World) -> None:
    draft(county)
    with pytest.raises(Refused, match="已经有稿"):
        draft(county)
    with pytest.raises(Refused, match="才结束"):
        draft(county, key="2025-Q2")


def test_the_month_end_bulletin_opens_a_duty_of_its_own(county: World) -> None:
    drafted = row(county, draft(county, BulletinKind.PROJECT, MONTH))
    duty = office_duty(county, MONTH)
    assert drafted.duty_id == duty.id
    assert duty.unit_id == county.unit_id(OFFICE)
    assert "建设项目进度" in drafted.title


def test_words_of_a_hand_stand_beside_those_that_were_generated(county: World) -> None:
    bulletin_id = draft(county)
    part = sections(county, bulletin_id)["overall"]

    def write(text: str, version: int) -> None:
        with county.app.app_context():
            bulletins.edit_section(
                county.office, bulletin_id, "overall", text, seen_version=version, now=county.now
            )

    write("总体平稳。", part.version)
    edited = sections(county, bulletin_id)["overall"]
    assert (edited.text, edited.generated) == ("总体平稳。", part.generated)
    assert edited.edited_by_id == county.office.person_id
    with pytest.raises(Refused) as refusal:
        write("别人的话。", part.version)
    assert refusal.value.code == "stale"
    choose(county, bulletin_id, laggard(county, bulletin_id))
    assert sections(county, bulletin_id)["overall"].text == "总体平稳。"
    with county.app.app_context():
        version = sections(county, bulletin_id)["overall"].version
        bulletins.restore_section(county.office, bulletin_id, "overall", seen_version=version, now=county.now)
    restored = sections(county, bulletin_id)["overall"]
    assert (restored.text, restored.edited_by_id) == (part.generated, None)


def test_a_unit_is_named_in_the_text_once_it_is_chosen_and_no_more_once_it_is_let_go(county: World) -> None:
    bulletin_id = draft(county)
    assert LEAD not in sections(county, bulletin_id)["lagging"].text
    choose(county, bulletin_id, laggard(county, bulletin_id))
    assert LEAD in sections(county, bulletin_id)["lagging"].text
    tell(county, bulletin_id)
    found = named(county)
    with county.app.app_context():
        naming.drop(county.office, found.id, "已经赶上。", seen_version=found.version, now=county.now)
    assert LEAD not in sections(county, bulletin_id)["lagging"].text
    assert (named(county).dropped_at, named(county).dropped_words) == (county.now, "已经赶上。")
    [duty] = county.duties(kind=DutyKind.EXPLANATION)
    assert duty.state is DutyState.CANCELLED


def test_whoever_is_to_be_named_is_told_and_has_two_working_days(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    with pytest.raises(Refused, match="没有告知单位"):
        step(county, bulletin_id, "submit")
    assert tell(county, bulletin_id) == 1
    [duty] = county.duties(unit=LEAD, kind=DutyKind.EXPLANATION)
    assert (duty.period_key, duty.due_on) == (f"b{bulletin_id}", date(2025, 4, 8))  # 4 April is a holiday
    county.post.sent.clear()
    county.tick()
    county.deliver()
    [letter] = county.post.to(address_of(f"{LEAD}副局长"))
    assert "通报前说明" in letter.words.text
    assert f"http://luoshi.example/bulletins/{bulletin_id}/explain" in letter.words.text


def test_a_bulletin_waits_for_the_explanations_or_their_days(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    to_signed(county, bulletin_id)
    with pytest.raises(Refused, match="说明期到2025年4月8日（周二）为止"):
        step(county, bulletin_id, "publish", Imprint(NUMBER))
    county.clock.go_to(date(2025, 4, 9), 0)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    [duty] = county.duties(kind=DutyKind.EXPLANATION)
    assert duty.state is DutyState.CANCELLED
    with county.app.app_context():
        assert "在规定期限内没有说明。" in rows.paper(rows.one(bulletin_id)).sections[2].paragraphs[-1]


def test_an_explanation_is_printed_and_settles_the_duty(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    with pytest.raises(Refused) as refusal:
        explain(county, unit=STRANGER)
    assert refusal.value.code == "missing"
    explain(county)
    explain(county, "因雨季停工，四月上旬复工。")
    [duty] = county.duties(kind=DutyKind.EXPLANATION)
    assert duty.state is DutyState.DONE
    to_signed(county, bulletin_id)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    with county.app.app_context():
        paper = rows.paper(rows.one(bulletin_id))
    assert paper.sections[2].paragraphs[-1] == f"{LEAD}关于第1项“{LATE_TASK}”：因雨季停工，四月上旬复工。"


def test_who_drafted_does_not_sign_and_an_approval_on_paper_is_noted(county: World) -> None:
    bulletin_id = draft(county)
    step(county, bulletin_id, "submit")
    step(county, bulletin_id, "pass_")
    with pytest.raises(Refused, match="拟稿人不能自己签发"):
        step(county, bulletin_id, "sign", "副县长某某4月7日签发")
    other = Actor(county.person_id("系统管理员"), "同事", frozenset({Role.OFFICE}), frozenset())
    with pytest.raises(Refused, match="请写明签发人"):
        step(county, bulletin_id, "sign", " ", actor=other)
    step(county, bulletin_id, "sign", "副县长某某4月7日签发", actor=other)
    assert row(county, bulletin_id).approval == "副县长某某4月7日签发"


def test_what_is_sent_back_can_be_changed_and_is_signed_anew(county: World) -> None:
    bulletin_id = draft(county)
    to_signed(county, bulletin_id)
    part = sections(county, bulletin_id)["overall"]
    with pytest.raises(Refused, match="要先退回拟稿"), county.app.app_context():
        bulletins.edit_section(
            county.office, bulletin_id, "overall", "改。", seen_version=part.version, now=county.now
        )
    step(county, bulletin_id, "send_back", "数字请再核。", actor=county.leader)
    sent_back = row(county, bulletin_id)
    assert (sent_back.state, sent_back.back_words) == (BulletinState.DRAFT, "数字请再核。")
    assert (sent_back.signed_by_id, sent_back.reviewed_by_id) == (None, None)


def test_heading_recipients_and_joint_issuers_are_set_by_hand(county: World) -> None:
    bulletin_id = draft(county)
    issuers = ("云岭县人民政府教育督导委员会", "云岭县教育局")
    heading = Heading("关于项目进度的通报", issuers, (county.unit_id(SHARER),), ranking=True)
    with county.app.app_context():
        version = row(county, bulletin_id).version
        bulletins.arrange(county.office, bulletin_id, heading, seen_version=version, now=county.now)
        paper = rows.paper(rows.one(bulletin_id))
    assert (paper.title, paper.issuers, paper.recipients) == ("关于项目进度的通报", issuers, SHARER)
    assert [annex.title for annex in paper.annexes] == ["任务进展明细表", "单位推进情况分组排名表"]


def test_printing_settles_the_offices_duty_and_tells_every_unit(county: World) -> None:
    bulletin_id = draft(county)
    to_signed(county, bulletin_id)
    people = step(county, bulletin_id, "publish", Imprint(NUMBER, 3))
    duty = office_duty(county)
    assert (duty.state, duty.outcome) == (DutyState.DONE, NUMBER)
    told = [n for n in county.notices(duty.id) if n.kind is LetterKind.ISSUED]
    assert people == len({n.person_id for n in told}) == 4
    assert {(n.audience, n.copied) for n in told} == {(Audience.LIAISON, False), (Audience.HEAD, True)}
    county.post.sent.clear()
    county.clock.go_to(date(2025, 4, 7), 9)
    county.deliver()
    [letter] = county.post.to("jiaoyu@luoshi.example")
    assert "【落实·印发】" in letter.words.subject or "推进落实情况的通报" in letter.words.text
    assert f"{NUMBER}，已印发" in letter.words.text
    assert f"http://luoshi.example/bulletins/{bulletin_id}" in letter.words.text
    assert "应于" not in letter.words.text.split("推进落实情况的通报")[1].split("查看")[0]


def test_a_colleague_says_received_for_his_unit_and_nobody_elses(county: World) -> None:
    bulletin_id = published(county)
    county.clock.go_to(date(2025, 4, 7), 9)
    county.deliver()
    county.deliver()
    letter = letter_of(county, LEAD)
    for stranger in (county.actor(STRANGER), county.office):
        with pytest.raises(Refused), county.app.app_context():
            receipt.confirm(stranger, letter.id, county.now)
    with county.app.app_context():
        receipt.confirm(county.actor(LEAD), letter.id, county.now)
        found = {each.unit_name: each for each in rows.receipts(rows.one(bulletin_id))}
    assert found[LEAD].received_at == county.now
    assert found[SHARER].received_at is None


def letter_of(world: World, unit: str) -> Letter:
    person = world.person_id(f"{unit}联络员")
    issued = sa.select(Letter).join(Notice).where(Notice.kind == LetterKind.ISSUED)
    return world.one(issued.where(Letter.person_id == person))


def test_a_number_is_used_once(county: World) -> None:
    published(county)
    month = draft(county, BulletinKind.PROJECT, MONTH)
    to_signed(county, month)
    with pytest.raises(Refused, match="已经用于"):
        step(county, month, "publish", Imprint(NUMBER))
    assert row(county, month).state is BulletinState.SIGNED


def test_what_was_recorded_as_issued_elsewhere_is_not_drafted(county: World) -> None:
    county.record_issue(office_duty(county).id, "县督查通报第1期")
    with pytest.raises(Refused, match="已经登记印发（县督查通报第1期）"):
        draft(county)


def test_a_correction_is_a_bulletin_of_its_own(county: World) -> None:
    bulletin_id = published(county)
    with county.app.app_context():
        corrected_id = issuing.correct(county.office, bulletin_id, county.now)
        with pytest.raises(Refused, match="已经有更正稿"):
            issuing.correct(county.office, bulletin_id, county.now)
    new = row(county, corrected_id)
    assert (new.corrects_id, new.state) == (bulletin_id, BulletinState.DRAFT)
    assert new.title.endswith("（更正）")
    old_words = {key: part.text for key, part in sections(county, bulletin_id).items()}
    assert {key: part.text for key, part in sections(county, corrected_id).items()} == old_words
    to_signed(county, corrected_id)
    step(county, corrected_id, "publish", Imprint("云政督〔2025〕4号"))
    assert row(county, bulletin_id).number == NUMBER
