"""Pages salted against copying, with the sound of a character in brackets behind it: the text is what a reader reads."""

from __future__ import annotations

import pytest

from app import intake
from workflows import document

PLAIN = """（三）发展托育服务。2025年底前建成托育园两所。（牵头单位：县卫生健康局；责任单位：县教育局、各乡镇人民政府）
"""


@pytest.mark.parametrize(
    "salted",
    [
        PLAIN.replace("发", "发(fā)").replace("单", "单(dān)").replace("乡", "乡(xiāng)").replace("局", "局(jú)"),
        PLAIN.replace("发", "发（fɑ̄）").replace("育", "育（yù）").replace("女", "女（nǚ）").replace("各", "各（ɡè）"),
        PLAIN.replace("单", "单(dan)").replace("位", "位（wei）").replace("局", "局(ju)").replace("建", "建( jian )"),
    ],
    ids=["tones", "full-width", "no-tones"],
)
def test_sounds_in_brackets_are_taken_out_of_the_text(salted: str) -> None:
    assert salted != PLAIN
    text = intake.text_of("方案.txt", salted.encode())
    assert text == PLAIN
    (task,) = document.parse(text, issued_year=2024).tasks
    assert task.lead_units == ("县卫生健康局",)


@pytest.mark.parametrize(
    "words",
    [
        "网络时延（ping）不高于20毫秒。",
        "按（a）、（b）、（e）三类管理，见附件(ao)。",
        "面积（km）、营养素（vc）、客户端（app）、平台（web）、指标（kpi）、系统（erp）。",
        "本县（Yunling）设五镇。",
    ],
)
def test_other_letters_in_brackets_stay(words: str) -> None:
    assert intake.text_of("方案.txt", words.encode()) == words
