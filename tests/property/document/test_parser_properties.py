"""What holds for every list of numbered items: none is lost, with line breaks or without."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.document import parse

items = st.lists(
    st.tuples(
        st.sampled_from(["加强校舍管理。", "完善制度，定期检查。", "到2025年底，建成十所。", "做好服务"]),
        st.sampled_from(
            ["（责任单位：县教育局）", "（县教育局牵头，县财政局配合）", "（责任单位：县教育局", ""]
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(items, st.sampled_from(["{}.", "{}、", "（{}）", "{}．"]))
@settings(max_examples=200, deadline=None)
def test_no_numbered_item_is_lost(found: list[tuple[str, str]], style: str) -> None:
    lines = [style.format(number) + demand + clause for number, (demand, clause) in enumerate(found, 1)]
    plan = parse("\n".join(lines), issued_year=2024)
    seen = [task.number for task in plan.tasks] + [item.number for item in plan.unassigned]
    assert sorted(seen, key=lambda number: int(number or 0)) == [
        str(number) for number in range(1, len(found) + 1)
    ]


@given(items)
@settings(max_examples=100, deadline=None)
def test_lost_line_breaks_lose_no_task(found: list[tuple[str, str]]) -> None:
    lines = [
        f"{number}.{demand}{clause if clause.endswith('）') else '（责任单位：县教育局）'}"
        for number, (demand, clause) in enumerate(found, 1)
    ]
    printed, joined = parse("\n".join(lines)), parse("".join(lines))
    assert [(t.number, t.lead_units, t.responsible_units) for t in printed.tasks] == [
        (t.number, t.lead_units, t.responsible_units) for t in joined.tasks
    ]
