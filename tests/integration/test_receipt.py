"""Receipt: a signed-in click, an act, or a telephone call; opening a link is none."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa

from app.models import Deputy, Duty, LedgerEntry, Letter
from app.queries import receipts
from app.services import progress, receipt, reports
from app.services.progress import Word
from tests.pages import Reader, signed_in
from tests.world import FIRST_DAY, LEAD, OFFICE, SHARER, STRANGER, Asked, World, signer_of
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import DutyState, Hold
from workflows.policy import Actor

JIAOYU, CAIZHENG = "jiaoyu@luoshi.example", "caizheng@luoshi.example"
SILENT = date(2025, 4, 3)


@pytest.fixture
def county(world: World) -> World:
    """Two units that were told of one task and have said nothing."""
    world.issue()
    world.tick()
    world.deliver()
    return world


def letter_to(world: World, address: str) -> Letter:
    return [letter for letter in world.letters() if letter.address == address][-1]


def confirm(world: World, actor: Actor, letter: Letter) -> bool:
    with world.app.app_context():
        return receipt.confirm(actor, letter.id, world.now)[1]


def received(world: World, unit: str) -> list[bool]:
    return [d.received_at is not None for d in world.duties(unit=unit, state=DutyState.OPEN)]


def silence(world: World) -> Duty:
    """Run on until a monthly report's third letter waits for the unit to be heard of; the duty that waits."""
    world.issue(Asked("一件任务", responsible=()))
    world.sign(LEAD)
    world.run_to(SILENT)
    [duty] = world.all(sa.select(Duty).where(Duty.hold == Hold.RECEIPT))
    return duty


def test_the_recipients_click_is_receipt_for_what_the_letter_spoke_of(county: World) -> None:
    letter = letter_to(county, JIAOYU)
    assert confirm(county, county.actor(LEAD), letter)
    kept = county.get(Letter, letter.id)
    assert (kept.received_at, kept.received_by_id) == (county.now, county.actor(LEAD).person_id)
    signs = county.duties(kind=DutyKind.SIGN)
    assert {d.unit_id for d in signs if d.received_at} == {county.unit_id(LEAD)}
    entry = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "letter.received"))[0]
    assert entry.actor_id == county.actor(LEAD).person_id
    assert entry.detail["letter"] == letter.id


def test_a_second_click_says_since_when_and_changes_nothing(county: World) -> None:
    letter = letter_to(county, JIAOYU)
    assert confirm(county, county.actor(LEAD), letter)
    first = county.now
    county.clock.forward(hours=1)
    with county.app.app_context():
        assert receipt.confirm(county.actor(LEAD), letter.id, county.now) == (first, False)
    assert len(county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "letter.received"))) == 1


def test_of_many_clicks_at_once_one_counts(county: World) -> None:
    letter, actor = letter_to(county, JIAOYU), county.actor(LEAD)
    said = county.at_once([partial(receipt.confirm, actor, letter.id, county.now)] * 6)
    assert sorted(new for _, new in said) == [False] * 5 + [True]


def test_who_acts_for_the_unit_may_confirm_and_nobody_else(county: World) -> None:
    letter = letter_to(county, JIAOYU)
    for stranger in (county.actor(STRANGER), county.office, county.leader):
        with pytest.raises(Refused) as refusal:
            confirm(county, stranger, letter)
        assert refusal.value.code == "missing"
    colleague = Actor(
        county.person_id(f"{LEAD}科长"), "科长", county.actor(LEAD).roles, frozenset({county.unit_id(LEAD)})
    )
    assert confirm(county, colleague, letter)
    with county.app.app_context(), pytest.raises(Refused) as refusal:
        receipt.confirm(county.actor(LEAD), 99999, county.now)
    assert refusal.value.code == "missing"


def test_what_was_done_or_armed_anew_meanwhile_is_left_as_it_is(county: World) -> None:
    letter = letter_to(county, JIAOYU)
    [duty] = county.duties(unit=LEAD, kind=DutyKind.SIGN)
    with county.writing() as s:
        s.execute(sa.update(Duty).where(Duty.id == duty.id).values(epoch=2))
    assert confirm(county, county.actor(LEAD), letter)
    assert county.get(Duty, duty.id).received_at is None


def test_what_only_the_office_or_the_leader_was_told_is_no_sign_of_the_unit(world: World) -> None:
    world.unit("县审计局", staffed=False)
    world.issue(Asked("一件任务", "县审计局", ()))
    world.tick()
    world.deliver()
    letter = letter_to(world, "zhuanban@luoshi.example")
    assert confirm(world, world.office, letter)
    assert received(world, "县审计局") == [False] * len(world.duties(unit="县审计局"))


def test_a_letter_that_has_not_left_needs_no_receipt(world: World) -> None:
    world.issue()
    world.tick()
    world.post.away = True
    world.deliver()
    with pytest.raises(Refused, match="还没有发出"):
        confirm(world, world.actor(LEAD), letter_to(world, JIAOYU))


def test_the_ladder_waits_for_the_unit_and_climbs_on_after_the_click(world: World) -> None:
    duty = silence(world)
    heads = {world.person_id(f"{LEAD}副局长"), world.person_id(f"{LEAD}局长")}
    assert not heads & {n.person_id for n in world.notices(duty.id)}
    assert confirm(world, world.actor(LEAD), letter_to(world, JIAOYU))
    assert world.get(Duty, duty.id).hold is None
    world.run_to(date(2025, 4, 10))
    assert world.person_id(f"{LEAD}副局长") in {n.person_id for n in world.notices(duty.id)}


def test_signing_and_saying_how_far_it_is_are_receipt(world: World) -> None:
    world.issue(Asked("一件任务", due=date(2025, 6, 30)))
    world.run_to(date(2025, 3, 20))
    with world.app.app_context():
        progress.sign_all(world.actor(SHARER), world.now)
    assert set(received(world, SHARER)) == {True}
    assert set(received(world, LEAD)) == {False}
    world.sign(LEAD)
    with world.writing() as s:
        s.execute(sa.update(Duty).values(received_at=None))
    part = next(p for p in world.parts(world.tasks()[0].id) if p.unit_id == world.unit_id(LEAD))
    with world.app.app_context():
        progress.update(
            world.actor(LEAD), part.id, Word(10, "推进中。"), seen_version=part.version, now=world.now
        )
    assert set(received(world, LEAD)) == {True}
    assert set(received(world, SHARER)) == {False}


@pytest.mark.parametrize("submit", [True, False], ids=["filed", "kept as a draft"])
def test_working_on_the_months_report_is_receipt_for_the_task(world: World, submit: bool) -> None:
    world.issue(Asked("甲", due=date(2025, 6, 30)), Asked("乙"))
    world.run_to(date(2025, 3, 20))
    [first, second] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    with world.app.app_context():
        entry = reports.Entry(first.id, 10, "推进中。", "", "", 0)
        reports.save_month(
            world.actor(LEAD), [entry], submit=submit, now=world.now, signed_by=signer_of(LEAD)
        )
    heard = {d.id for d in world.duties(unit=LEAD, state=DutyState.OPEN) if d.received_at}
    of_task = {d.id for d in world.duties(unit=LEAD, task_id=first.task_id, state=DutyState.OPEN)}
    assert heard == of_task
    assert second.id not in heard


def test_the_office_calls_and_the_ladder_climbs_on(world: World) -> None:
    duty = silence(world)
    with world.app.app_context():
        assert receipts.count() == 1
        [unheard] = receipts.waiting()
        assert unheard.unit_name == LEAD
        assert f"{LEAD}联络员" in {name for name, _ in unheard.written}
        with pytest.raises(Refused, match="谁接的电话"):
            receipt.record_by_phone(world.office, duty.id, " ", world.now)
        with pytest.raises(Refused) as refusal:
            receipt.record_by_phone(world.actor(LEAD), duty.id, "我自己", world.now)
        assert refusal.value.code == "forbidden"
        receipt.record_by_phone(world.office, duty.id, "办公室李主任接听", world.now)
        assert receipts.count() == 0
        [call] = receipts.by_phone(duty.id)
    assert (call.name, call.words) == (f"{OFFICE}联络员", "办公室李主任接听")
    assert world.get(Duty, duty.id).next_action_at is not None


def test_what_is_done_needs_no_call(county: World) -> None:
    [duty] = county.duties(unit=LEAD, kind=DutyKind.SIGN)
    county.sign(LEAD)
    with county.app.app_context(), pytest.raises(Refused, match="不需要核实"):
        receipt.record_by_phone(county.office, duty.id, "李主任", county.now)


# ------------------------------------------------------------------------------------------- pages


@pytest.fixture
def told(sqlite_world: World) -> World:
    sqlite_world.issue()
    sqlite_world.tick()
    sqlite_world.deliver()
    return sqlite_world


def test_the_link_in_the_letter_leads_through_sign_in_to_the_button(told: World) -> None:
    letter = letter_to(told, JIAOYU)
    assert f"http://luoshi.example/letters/{letter.id}" in letter.body_text
    reader = Reader(told.app)
    asked = reader.goes_to(f"/letters/{letter.id}")
    page = reader.sign_in("jiaoyu", path=asked)
    assert page.path == f"/letters/{letter.id}"
    assert "已收到" in page.buttons()
    assert told.get(Letter, letter.id).received_at is None
    done = reader.press(page, "已收到")
    assert "已确认收到" in done.text
    assert "已收到" not in done.buttons()
    assert "已于" in reader.press(page, "已收到").text
    office = signed_in(told.app, "zhuanban")
    assert f"{LEAD}联络员已收到" in office.get("/supervision/letters").text.replace(" ", "")
    assert f"{LEAD}联络员确认" in office.get(f"/supervision/letters/{letter.id}").text


def test_the_office_reads_the_page_without_the_button_and_a_stranger_finds_nothing(told: World) -> None:
    path = f"/letters/{letter_to(told, JIAOYU).id}"
    assert "已收到" not in signed_in(told.app, "zhuanban").get(path).buttons()
    signed_in(told.app, "minzheng").get(path, status=404)
    signed_in(told.app, "fuxianzhang").get(path, status=404)


def test_the_deputy_of_the_recipient_confirms(told: World) -> None:
    with told.writing() as s:
        s.add(
            Deputy(
                person_id=told.person_id(f"{LEAD}联络员"),
                stands_in_id=told.person_id(f"{STRANGER}联络员"),
                from_on=FIRST_DAY,
                until_on=FIRST_DAY,
                set_at=told.now,
            )
        )
    reader = signed_in(told.app, "minzheng")
    page = reader.press(reader.get(f"/letters/{letter_to(told, JIAOYU).id}"), "已收到")
    assert f"{STRANGER}联络员确认" in page.text


def test_the_list_of_units_to_call_is_worked_off(sqlite_world: World) -> None:
    world = sqlite_world
    duty = silence(world)
    reader = signed_in(world.app, "zhuanban")
    front = reader.get("/supervision")
    assert "1待核实送达" in front.text.replace(" ", "")
    page = reader.get("/supervision/receipts")
    assert LEAD in page.text
    refused = reader.press(page, "登记已收到", {"words": ""}, 400)
    assert "谁接的电话" in refused.text
    none = reader.press(page, "登记已收到", {"duty": None, "words": "李主任"}, 400)
    assert "请勾选核实了的事项" in none.text
    done = reader.press(page, "登记已收到", {"words": "李主任接听"})
    assert "已登记1件电话核实" in done.text
    assert "没有等待核实的" in done.text
    assert "李主任接听" in reader.get(f"/duties/{duty.id}").text
    assert "登记已收到" not in signed_in(world.app, "fuxianzhang").get("/supervision/receipts").buttons()


def test_a_call_is_noted_on_the_page_of_the_duty(told: World) -> None:
    [duty] = told.duties(unit=LEAD, kind=DutyKind.SIGN)
    reader = signed_in(told.app, "zhuanban")
    page = reader.press(reader.get(f"/duties/{duty.id}"), "电话核实已收到", {"words": "李主任接听"})
    assert "已登记电话核实" in page.text
    assert told.get(Duty, duty.id).received_at is not None
    own = signed_in(told.app, "jiaoyu").get(f"/duties/{duty.id}")
    assert "电话核实已收到" not in own.buttons()
