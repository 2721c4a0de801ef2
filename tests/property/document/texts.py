"""Texts made of the pieces official documents are made of, in any order: sense is not needed."""

from __future__ import annotations

import sys
from types import FrameType

from hypothesis import strategies as st

from workflows.document import parse

PIECES = (
    "（", "）", "(", ")", "〔", "〕", "[", "]", "【", "】", "〈", "〉", "“", "”", "《", "》", "‘", "{", "}",
    "。", "，", "、", "；", "：", "！", "…", "—", "-", "/", "\n", "\r\n", " ", "　", "\t", "|", "\n\n", "*", "#",
    "一、", "（一）", "1.", "2.", "1．", "1、", "（1）", "①", "㈠", "⑴", "第一条", "1.1 ", "一是", "二是", "专栏1", "附件1", "目录",
    "序号\t重点任务\t牵头单位\t责任单位\t完成时限\n", "1\t修路\t县交通运输局\t县财政局\t2025年\n", "|1|修路|县教育局|\n",
    "序号\n任务\n责任单位\n", "1\n修路\n县教育局\n", "牵头单位", "责任单位", "责任单位：", "完成时限：", "责任领导：", "牵头", "配合",
    "按职责分工负责", "会同", "指导", "等", "及", "和", "县教育局", "各乡镇", "有关部门", "县财政局", "下同", "列第一位者为牵头单位",
    "（责任单位：县教育局）", "（县教育局牵头，县财政局配合）", "2024年", "2025年底前", "6月", "30日", "6月底前", "三年内", "到", "至", "起",
    "每年", "每月", "每月25日前报送", "持续推进", "印发之日起", "月报告、季通报、年度考核", "加强管理", "完成", "新建2所",
    "制定实施方案", "建立数据库", "达到100%", "不低于1:15", "xx%", "*%", "0", "9", "年", "月", "要", "必须", "确保",
    "成立工作专班，", "由县长任组长，", "县教育局、县财政局为成员，", "办公室设在县教育局。", "领导小组", "云岭县人民政府关于印发方案的通知",
)  # fmt: skip
"""Brackets, stops, numbers, table lines, clauses, dates, figures, governance."""

pieces = st.one_of(st.sampled_from(PIECES), st.text(max_size=3))
documents = st.lists(pieces, max_size=60).map("".join)


def calls_to_read(text: str) -> int:
    """How many calls, of Python and of C, reading the text takes: its work, on any machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        parse(text, issued_year=2024)
    finally:
        sys.setprofile(None)
    return count
