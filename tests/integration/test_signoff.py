"""单位审签: whoever stands behind a report in its unit names himself, or signs in person."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import Duty
from app.services import reports, signoff
from app.services.reports import Entry
from tests.county import MARCH
from tests.reporting import file, leader_of, owed, recorded, report_on, sign_as, version_of
from tests.world import LEAD, SHARER, STRANGER, Asked, World
from workflows.cadence import Signoff
from workflows.errors import Refused
from workflows.lifecycle import DutyState, ReportState
from workflows.policy import Actor, Role


def in_march(world: World, rule: Signoff) -> Duty:
    world.issue(Asked("建设2所家园共育示范园", responsible=()))
    world.sign(LEAD)
    sign_as(world, rule)
    world.run_to(date(2025, 3, 21))
    return owed(world, MARCH)


def sent(world: World) -> Duty:
    """A report that waits for the signature of 县教育局's leader."""
    duty = in_march(world, Signoff.PERSONAL)
    filed = file(world, duty)
    assert (filed.submitted, filed.to_sign) == (0, 1)
    return duty


def sign(world: World, actor: Actor, duty: Duty) -> int:
    with world.app.app_context():
        return signoff.sign_off(actor, {duty.id: version_of(world, duty.id)}, world.now)


def test_where_no_signature_is_asked_for_a_report_leaves_at_once(world: World) -> None:
    duty = in_march(world, Signoff.NONE)
    with world.app.app_context():
        entry = Entry(duty.id, 20, "完成选址。", "", "", 0)
        filed = reports.save_month(world.actor(LEAD), [entry], submit=True, now=world.now)
    assert filed.submitted == 1
    assert report_on(world, duty).signed_by == ""


@pytest.mark.parametrize("rule", [Signoff.NAMED, Signoff.PERSONAL])
def test_the_leader_who_files_himself_has_signed(world: World, rule: Signoff) -> None:
    duty = in_march(world, rule)
    actor = leader_of(world, LEAD, "局长")
    with world.app.app_context():
        entry = Entry(duty.id, 20, "完成选址。", "", "", 0)
        filed = reports.save_month(actor, [entry], submit=True, now=world.now)
    assert filed.submitted == 1
    report = report_on(world, duty)
    assert (report.signed_by, report.signer_id) == ("县教育局局长", actor.person_id)
    assert report.signed_at is not None


def test_while_it_waits_for_the_signature_the_report_is_not_filed_and_is_still_chased(world: World) -> None:
    duty = sent(world)
    assert report_on(world, duty).state is ReportState.SIGNOFF
    assert world.get(Duty, duty.id).state is DutyState.OPEN
    before = len(world.notices(duty.id))
    world.run_to(date(2025, 3, 27))
    assert len(world.notices(duty.id)) > before
    assert recorded(world, "report.submit") == []


def test_what_waits_for_the_signature_cannot_be_changed_underneath(world: World) -> None:
    duty = sent(world)
    with pytest.raises(Refused) as refusal:
        file(world, duty, 90, "偷偷改的")
    assert refusal.value.code == "illegal-step"
    assert report_on(world, duty).percent == 20


def test_the_leader_signs_and_it_leaves_in_the_name_of_both(world: World) -> None:
    duty = sent(world)
    world.clock.forward(hours=2)
    assert sign(world, leader_of(world), duty) == 1
    report = report_on(world, duty)
    assert report.state is ReportState.SUBMITTED
    assert (report.signed_by, report.signer_id) == ("县教育局副局长", leader_of(world).person_id)
    assert report.submitted_by_id == world.actor(LEAD).person_id
    assert report.submitted_at == report.signed_at == world.now
    assert world.get(Duty, duty.id).state is DutyState.FILED
    assert recorded(world, "report.submit")[0]["signed_by"] == "县教育局副局长"


def test_whoever_stands_in_for_the_leader_signs_for_him(world: World) -> None:
    duty = sent(world)
    liaison, leader = world.actor(LEAD), leader_of(world)
    substitute = Actor(
        liaison.person_id,
        liaison.name,
        liaison.roles,
        liaison.unit_ids,
        stands_for=frozenset({leader.person_id}),
    )
    sign(world, substitute, duty)
    assert report_on(world, duty).signed_by == "县教育局联络员（代县教育局副局长）"


def test_the_liaison_a_leader_of_another_unit_and_a_stranger_cannot_sign(world: World) -> None:
    duty = sent(world)
    others = {
        "forbidden": world.actor(LEAD),
        "missing": leader_of(world, SHARER),
    }
    for code, actor in others.items():
        with pytest.raises(Refused) as refusal:
            sign(world, actor, duty)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        sign(world, world.actor(STRANGER), duty)
    assert refusal.value.code == "missing"
    county_leader = Actor(leader_of(world).person_id, "副县长", frozenset({Role.LEADER}), frozenset())
    with pytest.raises(Refused):
        sign(world, county_leader, duty)
    assert report_on(world, duty).state is ReportState.SIGNOFF


def test_the_leader_gives_it_back_with_words_and_it_is_sent_again(world: World) -> None:
    duty = sent(world)
    leader, seen = leader_of(world), version_of(world, duty.id)
    with world.app.app_context(), pytest.raises(Refused) as wordless:
        signoff.refuse(leader, duty.id, "  ", seen, world.now)
    assert wordless.value.code == "invalid"
    with world.app.app_context():
        signoff.refuse(leader, duty.id, "请写明两所园的名称。", seen, world.now)
    report = report_on(world, duty)
    assert (report.state, report.review_words) == (ReportState.DRAFT, "请写明两所园的名称。")
    assert report.returns == 0, "within the unit it is no return of the office's"
    assert file(world, duty, 20, "城南园、城北园完成选址。").to_sign == 1
    sign(world, leader, duty)
    assert report_on(world, duty).done == "城南园、城北园完成选址。"


def test_the_liaison_takes_back_what_is_not_signed_yet(world: World) -> None:
    duty = sent(world)
    with world.app.app_context():
        signoff.take_back(world.actor(LEAD), duty.id, version_of(world, duty.id), world.now)
    assert report_on(world, duty).state is ReportState.DRAFT
    with pytest.raises(Refused) as refusal:
        sign(world, leader_of(world), duty)
    assert refusal.value.code == "illegal-step"


def test_a_signature_is_for_the_version_that_was_read(world: World) -> None:
    duty = sent(world)
    seen = version_of(world, duty.id)
    with world.app.app_context():
        signoff.take_back(world.actor(LEAD), duty.id, seen, world.now)
    file(world, duty, 90, "改过的内容。")
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        signoff.sign_off(leader_of(world), {duty.id: seen}, world.now)
    assert refusal.value.code == "stale"


def test_a_returned_report_goes_by_the_leader_again(world: World) -> None:
    duty = sent(world)
    sign(world, leader_of(world), duty)
    world.return_report(duty.id)
    assert file(world, duty, 25, "补充数量。").to_sign == 1
    sign(world, leader_of(world), duty)
    assert world.get(Duty, duty.id).state is DutyState.FILED


def test_a_unit_without_anybody_who_could_sign_is_told_whom_to_ask(world: World) -> None:
    world.unit("县妇联", staffed=False)
    world.person("妇联联络员", unit="县妇联")
    world.issue(Asked("开展亲子活动", lead="县妇联", responsible=()))
    sign_as(world, Signoff.PERSONAL)
    world.run_to(date(2025, 3, 21))
    duty = owed(world, MARCH, "县妇联")
    with pytest.raises(Refused) as refusal:
        file(world, duty, unit="县妇联")
    assert "请联系督查室登记" in str(refusal.value)
