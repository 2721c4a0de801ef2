"""The list of units as a table: what each row would do, and what is said of a row that cannot be taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Refused
from workflows.unitlist import (
    Change,
    Comparison,
    Heading,
    Known,
    Listed,
    Outcome,
    cells_of,
    compare,
    join_names,
    split_names,
)
from workflows.units import UnitKind

HEAD = [heading.value for heading in Heading]
EDUCATION = Known(
    1, 4, Listed("县教育局", UnitKind.DEPARTMENT, "云岭县教育局", ("县教体局", "教育局"), position=10)
)
FINANCE = Known(2, 1, Listed("县财政局", UnitKind.DEPARTMENT, "云岭县财政局", position=20))
GOVERNMENT = Known(3, 1, Listed("县政府", UnitKind.GOVERNMENT, "云岭县人民政府", through=2, position=30))
COUNTY = (EDUCATION, FINANCE, GOVERNMENT)
GROUPS = ("各幼儿园",)


def row(unit: Known | None = None, **said: str) -> list[str]:
    """A row of the sheet: a unit as it stands, with some cells typed anew."""
    names = {known.id: known.listed.name for known in COUNTY}
    cells = cells_of(unit.listed, names) if unit else dict.fromkeys(Heading, "")
    cells = {Heading.NUMBER: str(unit.id) if unit else "", **cells}
    cells |= {Heading[heading]: words for heading, words in said.items()}
    return [cells[heading] for heading in Heading]


def compared(*rows: list[str], head: list[str] | None = None) -> Comparison:
    return compare([head or HEAD, *rows], COUNTY, GROUPS)


def only(*rows: list[str]) -> Change:
    """What the last of the rows would do."""
    return compared(*rows).changes[-1]


def faults(*rows: list[str]) -> str:
    """What is said of the last of the rows."""
    return "".join(only(*rows).faults)


def test_the_sheet_as_it_went_out_changes_nothing() -> None:
    comparison = compared(*map(row, COUNTY))
    assert [change.outcome for change in comparison.changes] == [Outcome.SAME] * 3
    assert comparison.to_take == ()


def test_a_row_without_a_number_is_the_unit_of_that_name_or_else_a_new_one() -> None:
    assert only(row(NAME="县教育局")).known is EDUCATION
    assert only(row(NAME="云岭县财政局")).known is FINANCE
    new = only(row(NAME="县审计局", KIND="政府部门"))
    assert (new.outcome, new.known, new.listed.kind) == (Outcome.NEW, None, UnitKind.DEPARTMENT)


def test_a_number_holds_while_the_name_changes() -> None:
    change = only(row(EDUCATION, NAME="县教体局", ALIASES="县教育局、教育局"))
    assert change.known is EDUCATION
    assert [(it.heading, it.before, it.after) for it in change.differences] == [
        (Heading.NAME, "县教育局", "县教体局"),
        (Heading.ALIASES, "县教体局、教育局", "县教育局、教育局"),
    ]


def test_a_blank_cell_empties_and_a_missing_column_keeps() -> None:
    emptied = only(row(EDUCATION, ALIASES="", FULL_NAME="")).listed
    assert (emptied.aliases, emptied.full_name) == ((), "")
    [change] = compared(["县教育局", "党委部门"], head=["单位名称", "类别"]).changes
    assert change.listed.aliases == EDUCATION.listed.aliases
    assert [it.heading for it in change.differences] == [Heading.KIND]


def test_a_new_unit_without_a_kind_gets_the_one_its_name_speaks_of_and_the_next_place() -> None:
    first, second = compared(row(NAME="县一幼儿园"), row(NAME="松坪乡")).changes
    assert [first.listed.kind, second.listed.kind] == [UnitKind.KINDERGARTEN, UnitKind.TOWNSHIP]
    assert [first.listed.position, second.listed.position] == [40, 50]


def test_units_the_sheet_itself_adds_may_file_for_others() -> None:
    new, government = compared(row(NAME="县政府办"), row(GOVERNMENT, THROUGH="县政府办")).changes
    assert not new.faults
    assert not government.faults
    assert government.listed.through == new.key


def test_two_units_may_exchange_their_names() -> None:
    comparison = compared(row(EDUCATION, NAME="县财政局"), row(FINANCE, NAME="县教育局"))
    assert [change.faults for change in comparison.changes] == [(), ()]
    assert len(comparison.to_take) == 2


def test_whoever_files_is_still_the_same_under_a_new_name() -> None:
    finance, government = compared(row(FINANCE, NAME="县财政和国资局"), row(GOVERNMENT)).changes
    assert finance.outcome is Outcome.CHANGED
    assert (government.outcome, government.listed.through) == (Outcome.SAME, 2)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"NUMBER": "99", "NAME": "县甲局"}, "没有编号为“99”的单位"),
        ({"NUMBER": "²", "NAME": "县甲局"}, "没有编号为“²”的单位"),
        ({"FULL_NAME": "云岭县甲局"}, "没有填名称"),
        ({"NAME": "县甲局", "KIND": "机关"}, "没有“机关”这个类别。请填其中一个：党委政府、"),
        ({"NAME": "县甲局", "POSITION": "-1"}, "顺序“-1”不对"),
        ({"NAME": "县甲局", "POSITION": "1000000"}, "请填0到999999之间的整数"),
        ({"NAME": "县甲局", "ACTIVE": "也许"}, "启用一列的“也许”认不出"),
        ({"NAME": "县甲局", "THROUGH": "县乙局"}, "归口填报单位“县乙局”不在名录里"),
        ({"NAME": "县甲局", "THROUGH": "县甲局"}, "归口填报单位不能是本单位自己"),
        ({"NAME": "县甲局", "THROUGH": "县政府"}, "县政府自己不登录填报"),
        ({"NAME": "县甲局", "PARENT": "县乙局"}, "上级单位“县乙局”不在名录里"),
        ({"NAME": "县甲局", "ALIASES": "教育局"}, "“教育局”已经是县教育局的名称"),
        ({"NAME": "县教体局"}, "“县教体局”已经是县教育局的名称。要修改县教育局请填它的编号"),
        ({"NAME": "各幼儿园"}, "“各幼儿园”已经是集体名称"),
        ({"NAME": "县" * 121}, "太长，最多120个字"),
        ({"NAME": "县甲局", "FULL_NAME": "县" * 201}, "太长，最多200个字"),
    ],
)
def test_a_row_that_cannot_be_taken_says_what_to_do(said: dict[str, str], sentence: str) -> None:
    assert sentence in faults(row(None, **said))


def test_one_faulty_row_keeps_the_whole_sheet_out() -> None:
    comparison = compared(row(NAME="县审计局"), row(NUMBER="99", NAME="县甲局"))
    assert comparison.counted() == {
        Outcome.NEW: 1,
        Outcome.CHANGED: 0,
        Outcome.SAME: 0,
        Outcome.FAULTY: 1,
    }
    assert comparison.to_take == ()


def test_the_second_row_of_one_unit_is_refused_with_the_number_of_the_first() -> None:
    assert "与第2行说的是同一个单位（县教育局）" in faults(row(EDUCATION), row(NAME="县教育局"))


def test_two_new_units_cannot_share_a_name() -> None:
    assert "“甲局”已经是县甲局的名称" in faults(row(NAME="县甲局", ALIASES="甲局"), row(NAME="甲局"))


def test_units_cannot_stand_above_each_other_in_a_circle() -> None:
    comparison = compared(row(EDUCATION, PARENT="县财政局"), row(FINANCE, PARENT="县教育局"))
    assert all("绕成了一圈" in "".join(change.faults) for change in comparison.changes)


def test_rows_are_counted_as_the_sheet_shows_them_and_empty_ones_passed_over() -> None:
    rows = [["云岭县单位名录"], HEAD, row(EDUCATION), [""] * 9, row(NAME="县审计局")]
    assert [change.row for change in compare(rows, COUNTY, ()).changes] == [3, 5]


@pytest.mark.parametrize("rows", [[], [["序号", "任务"], ["1", "改善办园条件"]], [HEAD], [HEAD, [""]]])
def test_a_sheet_without_head_or_units_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(Refused) as refused:
        compare(rows, COUNTY, ())
    assert refused.value.code == "unreadable"


def test_a_sheet_that_is_no_list_of_units_any_more_is_too_large() -> None:
    with pytest.raises(Refused, match="超过5000行"):
        compare([HEAD, *[["", f"单位{n}"] for n in range(5000)]], (), ())


def test_names_are_parted_at_any_mark_but_by_the_strong_one_alone_where_it_stands() -> None:
    assert split_names("县教体局、教育局，县教科局 县教育和体育局") == (
        "县教体局",
        "教育局",
        "县教科局",
        "县教育和体育局",
    )
    assert split_names("各市、县（区）政府；县政府") == ("各市、县（区）政府", "县政府")
    assert join_names(("各市、县政府",)) == "各市、县政府；"


names = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z"), blacklist_characters="；;"), min_size=1)


@given(st.lists(names, unique=True).map(tuple))
def test_whatever_names_a_cell_holds_are_read_back(aliases: tuple[str, ...]) -> None:
    assert split_names(join_names(aliases)) == aliases
