"""The pages of 督办单: the office's queue, a county leader's signature, the unit's answer, and who sees what."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Slip
from app.services import slips
from app.services.slips import Chosen
from tests.integration.test_slips import BLUE_DAY, RED_DAY, drafts, hear_everything, overdue
from tests.pages import signed_in
from tests.world import LEAD, World
from workflows.escalation import LetterKind
from workflows.lifecycle import SlipState


def sent(world: World) -> Slip:
    [slip] = overdue(world, BLUE_DAY)
    with world.app.app_context():
        slips.send(world.office, [Chosen(slip.id, slip.version, "请抓紧办理。")], None, world.now)
    return world.get(Slip, slip.id)


def red(world: World) -> Slip:
    return next(slip for slip in overdue(world, RED_DAY) if slip.kind is LetterKind.RED_SLIP)


def test_the_office_sends_what_it_has_read_and_reworded(sqlite_world: World) -> None:
    [slip] = overdue(sqlite_world, BLUE_DAY)
    reader = signed_in(sqlite_world.app, "zhuanban")
    front = reader.get("/supervision")
    assert front.links()["1待签发督办单"] == "/supervision/slips"
    page = reader.get("/supervision/slips")
    assert "逾期3个工作日" in page.text
    assert "尚未确认收到" in page.text
    assert "应于2025年3月14日（周五）前完成，至今逾期3个工作日" in page.value(f"words-{slip.id}")
    done = reader.press(page, "签发", {f"words-{slip.id}": "请于周五前办完。"})
    assert "1张督办单已签发，发给2人" in done.text
    assert sqlite_world.get(Slip, slip.id).words == "请于周五前办完。"
    assert "没有等待签发的督办单" in done.text


def test_nothing_ticked_nothing_sent(sqlite_world: World) -> None:
    [slip] = overdue(sqlite_world, BLUE_DAY)
    reader = signed_in(sqlite_world.app, "zhuanban")
    typed = {"slips": None, f"words-{slip.id}": "改过的内容"}
    again = reader.press(reader.get("/supervision/slips"), "签发", typed, status=400)
    assert "请先勾选要处理的督办单" in again.text
    assert again.value(f"words-{slip.id}") == "改过的内容"


def test_setting_aside_asks_for_a_reason(sqlite_world: World) -> None:
    [slip] = overdue(sqlite_world, BLUE_DAY)
    reader = signed_in(sqlite_world.app, "zhuanban")
    again = reader.press(reader.get("/supervision/slips"), "不予发出", status=400)
    assert "请写明不予发出的理由" in again.text
    reader.press(again, "不予发出", {"reason": "单位已电话说明"})
    assert sqlite_world.get(Slip, slip.id).state is SlipState.DISMISSED
    assert "单位已电话说明" in reader.get(f"/slips/{slip.id}").text


def test_two_at_the_same_queue(sqlite_world: World) -> None:
    overdue(sqlite_world, BLUE_DAY)
    one, other = signed_in(sqlite_world.app, "zhuanban"), signed_in(sqlite_world.app, "zhuanban")
    first, second = one.get("/supervision/slips"), other.get("/supervision/slips")
    one.press(first, "签发")
    told = other.press(second, "签发", status=409)
    assert "刚刚变成“已发”" in told.text


def test_a_red_slip_needs_the_name_and_day_of_who_approved_it(sqlite_world: World) -> None:
    slip = red(sqlite_world)
    reader = signed_in(sqlite_world.app, "zhuanban")
    page = reader.get("/supervision/slips")
    assert "须经县领导批准" in page.text
    ticked: dict[str, str | list[str] | None] = {"slips": [str(slip.id)]}
    again = reader.press(page, "签发", ticked, status=400)
    assert "请填写批准人和批准日期" in again.text
    late = reader.press(again, "签发", {"by": "副县长某某", "on": "2025-04-08"}, status=400)
    assert "批准日期不能晚于今天" in late.text
    assert late.value("by") == "副县长某某"
    reader.press(late, "签发", {"on": "2025-04-07"})
    assert "经副县长某某于2025年4月7日（周一）批准" in sqlite_world.get(Slip, slip.id).words


def test_a_county_leader_sees_and_signs_his_own_and_no_others(sqlite_world: World) -> None:
    overdue(sqlite_world, BLUE_DAY)
    reader = signed_in(sqlite_world.app, "fuxianzhang")
    assert "没有等待签发的督办单" in reader.get("/supervision/slips").text
    while sqlite_world.clock.today < RED_DAY:
        sqlite_world.clock.forward(days=1)
        hear_everything(sqlite_world)
        sqlite_world.run_to(sqlite_world.clock.today)
    page = reader.get("/supervision/slips")
    assert "红色督办单" in page.text
    assert "批准人" not in page.text
    reader.press(page, "签发")
    [signed] = sqlite_world.all(sa.select(Slip).where(Slip.kind == LetterKind.RED_SLIP))
    assert (signed.state, signed.decided_by_id) == (SlipState.SENT, sqlite_world.leader.person_id)


def test_the_unit_reads_the_slip_answers_it_and_is_done_with_it(sqlite_world: World) -> None:
    slip = sent(sqlite_world)
    reader = signed_in(sqlite_world.app, "jiaoyu")
    desk = reader.get("/desk")
    assert f"/slips/{slip.id}" in desk.links().values()
    page = reader.get(f"/slips/{slip.id}")
    assert "请抓紧办理。" in page.text
    assert "应于2025年3月24日（周一）前" in page.text
    empty = reader.press(page, "报送回复", {"words": " "}, status=400)
    assert "请写明回复内容" in empty.text
    long = reader.press(page, "报送回复", {"words": "长" * 1001}, status=400)
    assert long.value("words") == "长" * 1001
    done = reader.press(page, "报送回复", {"words": "场地未交付，3月28日前完成。"})
    assert "单位回复" in done.text
    assert "报送回复" not in done.buttons()
    assert f"/slips/{slip.id}" not in reader.get("/desk").links().values()
    shown = signed_in(sqlite_world.app, "zhuanban").get(f"/slips/{slip.id}")
    assert "场地未交付，3月28日前完成。" in shown.text


def test_two_colleagues_answer_and_the_second_is_told(sqlite_world: World) -> None:
    slip = sent(sqlite_world)
    one, other = signed_in(sqlite_world.app, "jiaoyu"), signed_in(sqlite_world.app, "jiaoyu")
    first, second = one.get(f"/slips/{slip.id}"), other.get(f"/slips/{slip.id}")
    one.press(first, "报送回复", {"words": "已安排。"})
    other.press(second, "报送回复", {"words": "另一份回复"}, status=409)
    assert sqlite_world.get(Slip, slip.id).reply == "已安排。"


def test_a_unit_sees_a_slip_once_it_is_sent_and_a_stranger_never(sqlite_world: World) -> None:
    [slip] = overdue(sqlite_world, BLUE_DAY)
    own, stranger = signed_in(sqlite_world.app, "jiaoyu"), signed_in(sqlite_world.app, "minzheng")
    own.get(f"/slips/{slip.id}", status=404)
    task = f"/tasks/{sqlite_world.tasks()[0].id}"
    assert "蓝色提醒单" not in own.get(task).text
    with sqlite_world.app.app_context():
        slips.send(sqlite_world.office, [Chosen(slip.id, slip.version, "请抓紧。")], None, sqlite_world.now)
    own.get(f"/slips/{slip.id}")
    assert f"/slips/{slip.id}" in own.get(task).links().values()
    assert f"/slips/{slip.id}" in own.get(f"/duties/{slip.duty_id}").links().values()
    stranger.get(f"/slips/{slip.id}", status=404)


def test_the_story_of_the_task_tells_of_slip_and_answer(sqlite_world: World) -> None:
    slip = sent(sqlite_world)
    unit = signed_in(sqlite_world.app, "jiaoyu")
    unit.press(unit.get(f"/slips/{slip.id}"), "报送回复", {"words": "已安排。"})
    story = unit.get(f"/tasks/{sqlite_world.tasks()[0].id}").text
    assert "签发蓝色提醒单" in story
    assert f"{LEAD}回复蓝色提醒单" in story


@pytest.mark.parametrize(
    "path", ["/slips/99", "/rules/drafts/99", "/rules/versions/99", "/rules/drafts/99/take"]
)
def test_what_is_not_there_is_said_not_to_be_there(sqlite_world: World, path: str) -> None:
    signed_in(sqlite_world.app, "zhuanban").get(path, status=404)


def test_the_queue_asks_a_constant_number_of_questions(sqlite_world: World) -> None:
    from tests.world import counted

    overdue(sqlite_world, BLUE_DAY, "任务甲")
    reader = signed_in(sqlite_world.app, "zhuanban")
    with counted(sqlite_world) as few:
        reader.get("/supervision/slips")
    more = overdue_again(sqlite_world)
    with counted(sqlite_world) as many:
        reader.get("/supervision/slips")
    assert more > 3
    assert len(many) <= len(few) + 2


def overdue_again(world: World) -> int:
    """More slips for the same unit; returns how many wait."""
    from datetime import timedelta

    from app.models import Duty
    from workflows.cadence import DutyKind

    titles = [f"任务{number}" for number in range(5)]
    world.clock.go_to(date(2025, 3, 20))
    from tests.world import Asked

    world.issue(*(Asked(title, responsible=(), due=date(2025, 3, 21)) for title in titles))
    world.sign(LEAD)
    while len(drafts(world)) < 5 and world.clock.today < date(2025, 4, 10):
        world.clock.go_to(world.clock.today + timedelta(days=1))
        hear_everything(world)
        world.run_to(world.clock.today)
    assert world.duties(kind=DutyKind.COMPLETION)
    assert world.count(Duty)
    return len(drafts(world))
