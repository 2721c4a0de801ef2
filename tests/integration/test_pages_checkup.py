"""责任体系体检 on the county's own paper: seed 001 read in, checked, mended, exported, issued."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa

from app.models import ForceMember, Task
from app.queries import checkup as checkup_rows
from app.services import force, plans, reading, review
from tests.pages import Reader, signed_in
from tests.unit.document.reading import seed
from tests.world import LEAD, Asked, World, counted
from workflows.checkup import Check, Finding, Severity
from workflows.errors import Refused
from workflows.units import UnitKind

TODAY = date(2025, 3, 3)
GARDENS, TOWNS = "各幼儿园", "各乡镇政府"


@pytest.fixture
def county(sqlite_world: World) -> World:
    """The units seed 001 names: those of its tasks, one of the three that only its task force names."""
    for name in ("县人社局", "县委编办", "县公安局", "县市场监管局", "县残联", "县妇联", "县自然资源局"):
        sqlite_world.unit(name, staffed=False)
    sqlite_world.unit("第一幼儿园", UnitKind.KINDERGARTEN, staffed=False)
    sqlite_world.unit("青溪镇政府", UnitKind.TOWNSHIP, staffed=False)
    sqlite_world.group(GARDENS, UnitKind.KINDERGARTEN)
    sqlite_world.group(TOWNS, UnitKind.TOWNSHIP)
    return sqlite_world


@pytest.fixture
def seed_plan(county: World) -> int:
    with county.app.app_context():
        return reading.read_in(county.office, "计划.txt", seed("001").encode(), county.now)


def checked(world: World, plan_id: int) -> checkup_rows.Checkup:
    with world.app.app_context():
        return checkup_rows.checkup(plan_id, TODAY)


def findings(world: World, plan_id: int, *checks: Check) -> list[Finding]:
    return [finding for finding in checked(world, plan_id).findings if finding.check in checks]


def numbers(world: World, plan_id: int, found: list[Finding]) -> list[int]:
    known = {task.id: int(task.number) for task in world.tasks(plan_id)}
    return sorted(known[task_id] for finding in found for task_id in finding.task_ids)


# ----------------------------------------------------------------------------- what reference i.3 demands


def test_three_members_of_the_task_force_have_no_task(county: World, seed_plan: int) -> None:
    idle = findings(county, seed_plan, Check.IDLE_MEMBER)
    assert [finding.units for finding in idle] == [("住房和城乡建设局",), ("自然资源局",), ("发改委",)]
    assert "县自然资源局" in idle[1].sentence  # the county's own name where it is known
    text = seed("001")
    assert [text[slice(*finding.place)] for finding in idle if finding.place] == [
        "住房和城乡建设局", "自然资源局", "发改委",
    ]  # fmt: skip


def test_seven_kinds_of_units_have_tasks_outside_the_task_force(county: World, seed_plan: int) -> None:
    outside = findings(county, seed_plan, Check.OUTSIDE_FORCE)
    assert {finding.units[0] for finding in outside} == {
        "县民政局", "县残联", "县妇联", "县公安局", "县市场监管局", TOWNS, GARDENS,
    }  # fmt: skip
    by_unit = {finding.units[0]: numbers(county, seed_plan, [finding]) for finding in outside}
    assert by_unit[GARDENS] == [4, 10, 11, 12, 14, 17]
    assert by_unit["县民政局"] == [2, 3]


def test_the_research_centre_works_in_task_11_and_is_not_named(county: World, seed_plan: int) -> None:
    (finding,) = findings(county, seed_plan, Check.UNNAMED)
    assert finding.units == ("县教育教学研究中心",)
    assert numbers(county, seed_plan, [finding]) == [11]


def test_the_government_leads_eleven_tasks_and_somebody_files_for_it(county: World, seed_plan: int) -> None:
    (finding,) = findings(county, seed_plan, Check.FILES_THROUGH)
    assert numbers(county, seed_plan, [finding]) == [1, 2, 3, 5, 6, 7, 8, 9, 13, 15, 16]
    assert f"由{LEAD}归口填报" in finding.sentence


def test_twelve_tasks_have_no_hard_date_one_of_which_counts_three_years(
    county: World, seed_plan: int
) -> None:
    undated = findings(county, seed_plan, Check.UNDATED, Check.TERM_UNDATED)
    counted_term = findings(county, seed_plan, Check.TERM_COUNTED)
    assert numbers(county, seed_plan, undated) == [2, 3, 4, 5, 6, 9, 10, 11, 14, 15, 17]
    assert numbers(county, seed_plan, counted_term) == [8]
    (past,) = [f for f in findings(county, seed_plan, Check.PAST) if f.severity is Severity.REMIND]
    assert numbers(county, seed_plan, [past]) == [16]


def test_the_education_bureau_has_part_in_all_seventeen(county: World, seed_plan: int) -> None:
    (finding,) = findings(county, seed_plan, Check.OVERLOADED)
    assert finding.units == (LEAD,)
    assert numbers(county, seed_plan, [finding]) == list(range(1, 18))


# ----------------------------------------------------------------------------- what blocks, blocks


def test_what_blocks_is_exactly_what_the_issue_refuses(county: World, seed_plan: int) -> None:
    blocking = [f for f in checked(county, seed_plan).findings if f.severity is Severity.BLOCK]
    assert [finding.check for finding in blocking] == [Check.UNSURE]  # the bracket that task 11 lost
    assert numbers(county, seed_plan, blocking) == [11]
    with pytest.raises(Refused) as refused:
        county.issue_draft(seed_plan)
    assert refused.value.code == "unbound"
    with county.app.app_context():
        review.accept_doubts(county.office, seed_plan, county.now)
    assert checked(county, seed_plan).counts["阻碍"] == 0
    county.issue_draft(seed_plan)


def test_a_name_nobody_knows_and_a_government_without_a_filing_unit_block(sqlite_world: World) -> None:
    sqlite_world.unit("县委", UnitKind.GOVERNMENT, staffed=False)
    plan_id = sqlite_world.draft(Asked("改善办园条件", lead="县委", responsible=("县档案馆",)))
    blocking = [f.check for f in checked(sqlite_world, plan_id).findings if f.severity is Severity.BLOCK]
    assert blocking == [Check.UNBOUND, Check.FILES_NOWHERE]


def test_a_running_plan_is_judged_by_the_day_it_was_issued(county: World) -> None:
    due = date(2025, 3, 31)
    issued, draft = county.issue(Asked("改善办园条件", due=due)), county.draft(Asked("改善办园条件", due=due))
    with county.app.app_context():
        late = {
            plan_id: {finding.check for finding in checkup_rows.checkup(plan_id, date(2026, 1, 1)).findings}
            for plan_id in (issued, draft)
        }
    assert Check.PAST not in late[issued]
    assert Check.PAST in late[draft]


def test_the_check_up_asks_the_database_as_often_for_two_tasks_as_for_seventeen(
    county: World, seed_plan: int
) -> None:
    small = county.draft(Asked("甲项工作"), Asked("乙项工作"))
    heard = []
    for plan_id in (small, seed_plan):
        with counted(county) as statements:
            checked(county, plan_id)
        heard.append(len(statements))
    assert heard[0] == heard[1] < 15


# ----------------------------------------------------------------------------- the page


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def test_the_page_counts_groups_and_leads_to_every_place_and_mend(
    county: World, office: Reader, seed_plan: int
) -> None:
    page = office.get(f"/plans/{seed_plan}/checkup")
    found = checked(county, seed_plan)
    assert [int(e.text or "") for e in page.all("div", "v")] == [*found.counts.values(), 17]
    ids = {e.get("id") for e in page.tree.iter() if e.get("id")}
    inside = {address[1:] for address in page.links().values() if address.startswith("#")}
    assert {kind.anchor for kind in found.kinds} | {"remind"} <= inside <= ids
    desk = office.get(f"/plans/{seed_plan}")
    places = {f"/plans/{seed_plan}#{e.get('id')}" for e in desk.tree.iter() if e.get("id")}
    to_desk = {address for address in page.links().values() if address.startswith(f"/plans/{seed_plan}#")}
    assert to_desk
    assert to_desk <= places
    for address in {a.partition("#")[0] for a in page.links().values() if a.startswith(("/plans", "/units"))}:
        if not address.endswith(".xlsx"):
            office.get(address)


def test_the_desk_and_the_issue_page_lead_to_the_check_up_with_its_counts(
    county: World, office: Reader, seed_plan: int
) -> None:
    counts = checked(county, seed_plan).counts
    words = f"体检：阻碍{counts['阻碍']}、提醒{counts['提醒']}"
    assert office.get(f"/plans/{seed_plan}").links()[words] == f"/plans/{seed_plan}/checkup"
    issue = office.get(f"/plans/{seed_plan}/issue")
    assert issue.links()["责任体系体检"] == f"/plans/{seed_plan}/checkup"
    assert f"提醒{counts['提醒']}项" in issue.text


def test_a_unit_joins_the_task_force_from_its_finding(county: World, office: Reader, seed_plan: int) -> None:
    before = len(findings(county, seed_plan, Check.OUTSIDE_FORCE))
    page = office.press(office.get(f"/plans/{seed_plan}/checkup"), "加入专班")
    assert "已加入专班成员单位" in page.text
    assert len(findings(county, seed_plan, Check.OUTSIDE_FORCE)) == before - 1
    joined = county.all(sa.select(ForceMember).order_by(ForceMember.id.desc()).limit(1))[0]
    assert (joined.printed, joined.unit_id) == ("县民政局", county.unit_id("县民政局"))
    assert "县民政局" in office.get(f"/plans/{seed_plan}").text
    with county.app.app_context():
        force.join(county.office, seed_plan, "县民政局", county.now)  # once more is once
    assert county.count(ForceMember) == joined.position + 1


def test_a_plan_with_nothing_to_mend_says_so(county: World, office: Reader) -> None:
    plan_id = county.draft(Asked("改善办园条件", due=date(2025, 12, 31)))
    assert "没有发现问题。" in office.get(f"/plans/{plan_id}/checkup").text
    assert "没有发现要改的问题" in office.get(f"/plans/{plan_id}/issue").text


def test_a_leader_reads_and_mends_nothing(county: World, seed_plan: int) -> None:
    page = signed_in(county.app, "fuxianzhang").get(f"/plans/{seed_plan}/checkup")
    assert "修改任务" not in page.links()
    assert "加入专班" not in page.buttons()
    assert "没有完成时限" in page.text


def test_an_issued_plan_is_shown_without_mends_and_its_tasks_lead_to_their_pages(
    county: World, office: Reader
) -> None:
    plan_id = county.issue(Asked("改善办园条件"))
    page = office.get(f"/plans/{plan_id}/checkup")
    (task,) = county.tasks(plan_id)
    assert page.links()["第1项"] == f"/tasks/{task.id}"
    assert "修改任务" not in page.links()
    assert office.get(f"/plans/{plan_id}").links()["体检"] == f"/plans/{plan_id}/checkup"


# ----------------------------------------------------------------------------- the paper


def test_the_checklist_holds_every_task_every_finding_and_every_unit(
    county: World, office: Reader, seed_plan: int
) -> None:
    answer = office.client.get(f"/plans/{seed_plan}/checkup.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["任务分工", "问题清单", "单位任务量"]
    tasks = list(book["任务分工"].iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in tasks] == [str(n) for n in range(1, 18)]
    assert tasks[0][2:5][:2] == ("县政府", "县教育局、县财政局")
    assert "县教育教学研究中心" in str(tasks[10][6])
    found = checked(county, seed_plan)
    listed = [row[3] for row in book["问题清单"].iter_rows(min_row=4, values_only=True)]
    assert listed == [finding.sentence for finding in found.findings]
    loads = {row[1]: row for row in book["单位任务量"].iter_rows(min_row=4, values_only=True)}
    assert loads[LEAD][2:8] == (6, 11, 0, 11, 17, "是")
    assert loads["县民政局"][7] is None
    for page in book:
        assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
        assert page.print_title_rows == "$3:$3"


def test_the_command_line_prints_the_findings_as_lines_and_as_json(county: World, seed_plan: int) -> None:
    runner = county.app.test_cli_runner()
    lines = runner.invoke(args=["plan", "checkup", str(seed_plan)]).output.splitlines()
    found = checked(county, seed_plan)
    assert len(lines) == len(found.findings) + 1
    assert lines[-1] == "，".join(f"{words}{count}项" for words, count in found.counts.items())
    plain = [
        json.loads(line)
        for line in runner.invoke(args=["plan", "checkup", "--json", str(seed_plan)]).output.splitlines()
    ]
    assert [line["sentence"] for line in plain] == [finding.sentence for finding in found.findings]
    assert {line["code"] for line in plain} >= {"idle_member", "outside_force", "unnamed", "files_through"}
    missing = runner.invoke(args=["plan", "checkup", "999"])
    assert (missing.exit_code, "没有找到这个计划" in missing.output) == (1, True)


def test_a_mended_task_is_no_finding_any_more(county: World, seed_plan: int) -> None:
    task = county.one(sa.select(Task).where(Task.plan_id == seed_plan, Task.number == "10"))
    with county.app.app_context():
        facts = plans.TaskFacts(
            task.number, task.title, task.section, task.text, (LEAD,), (GARDENS,), (), date(2025, 12, 31)
        )
        plans.edit_task(county.office, task.id, facts, seen_version=task.version, now=county.now)
    assert 10 not in numbers(county, seed_plan, findings(county, seed_plan, Check.UNDATED))
