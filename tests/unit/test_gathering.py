"""What a lead's consolidation is filled with: every unit's words under its name, the lead's own first."""

from __future__ import annotations

import pytest

from workflows.errors import Refused
from workflows.gathering import LONGEST_GATHERED, Gathered, Part, put_together

LEAD, FINANCE = "县教育局", "县财政局"


def test_the_leads_own_part_comes_first_and_gives_the_figure() -> None:
    parts = [Part(FINANCE, 80, "拨付200万元。", "", "拨付尾款。"), Part(LEAD, 40, "完成3所。", "用地未批。")]
    assert put_together(LEAD, parts) == Gathered(
        40, f"{LEAD}：完成3所。\n{FINANCE}：拨付200万元。", f"{LEAD}：用地未批。", f"{FINANCE}：拨付尾款。"
    )


def test_units_that_say_the_same_are_named_together() -> None:
    parts = [Part(f"第{number}幼儿园", 10, "本月无变化。") for number in (1, 2, 3)]
    assert put_together(LEAD, parts).done == "第1幼儿园、第2幼儿园、第3幼儿园：本月无变化。"


def test_without_the_leads_part_there_is_no_figure() -> None:
    assert put_together(LEAD, [Part(FINANCE, 80, "已拨付。")]).percent is None
    assert put_together(LEAD, []) == Gathered()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (Gathered(101, "完成。"), "0到100"),
        (Gathered(-1, "完成。"), "0到100"),
        (Gathered(50, " \n"), "本月进展"),
        (Gathered(50, "完成。", "问" * (LONGEST_GATHERED + 1)), f"{LONGEST_GATHERED}字"),
    ],
)
def test_what_cannot_be_filed_says_why(words: Gathered, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        words.check()
    assert refusal.value.code == "invalid"


def test_what_can_be_filed_passes() -> None:
    Gathered(None, "完" * LONGEST_GATHERED).check()
