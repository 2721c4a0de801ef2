"""What copying and sharing leave in a text, and no reader reads: sounds behind characters, page numbers in sentences."""

from __future__ import annotations

import pytest

from app import intake
from workflows import document

SALTED = """（三）发展托育服务。2025年底前建成托育园两所。（牵头单位：县卫生健康局；责任单位：县教育局、各乡镇人民政府）
"""


def text_of(words: str) -> str:
    return intake.text_of("方案.txt", words.encode())


@pytest.mark.parametrize(
    "sounds",
    [
        {"发": "(fā)", "单": "(dān)", "乡": "(xiāng)", "局": "(jú)"},
        {"发": "（fɑ̄）", "育": "（yù）", "各": "（ɡè）", "两": "（liǎng）", "女": "（nǚ）"},
        {"单": "(dan)", "位": "（wei）", "局": "(ju)", "建": "( jian )"},
    ],
    ids=["tones", "full-width", "no-tones"],
)
def test_sounds_in_brackets_are_taken_out_of_the_text(sounds: dict[str, str]) -> None:
    salted = "".join(character + sounds.get(character, "") for character in SALTED)
    assert salted != SALTED
    assert text_of(salted) == SALTED
    (task,) = document.parse(text_of(salted), issued_year=2024).tasks
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
    assert text_of(words) == words


PAGES = (
    "一、加强校{1}舍管理。完成全县中小学校舍的安全排查和修缮，（牵头单位：县教育局；责任单位：县住房城乡建设局、{2}县财政局）\n"
    "二、改善食堂条件。为全县农村学校配齐食堂设备，落实食品安全责{3}任制度。（县市场监{4}管局牵头，县教育局配合）\n"
)
WHOLE = PAGES.format("", "", "", "", "")


@pytest.mark.parametrize("printed", ["{}、 ", "{}、\u3000", "\n{}、\n"])
def test_page_numbers_in_the_middle_of_sentences_are_taken_out(printed: str) -> None:
    shared = PAGES.format("", *(printed.format(page) for page in (1, 2, 3, 4)))
    assert text_of(shared) == WHOLE
    first, second = document.parse(text_of(shared), issued_year=2024).tasks
    assert (first.title, first.responsible_units) == ("加强校舍管理", ("县住房城乡建设局", "县财政局"))
    assert second.lead_units == ("县市场监管局",)


def test_a_page_number_may_fall_between_two_sentences_and_be_missed() -> None:
    page = "改善食堂条件。" * 30
    assert (
        text_of(f"加强学 1、 校管理。{page}\n2、\n{page}完善制 3、 度。")
        == f"加强学校管理。{page}\n2、\n{page}完善制度。"
    )


@pytest.mark.parametrize(
    "words",
    [
        "重点任务 1、加强管理 2、完善制度 3、落实经费",
        "按照附件1、 附件2、 附件3的要求办理。",
        "查校舍1、 查食堂2、 查宿舍3、 办理",
        "加强学2、 校管理，落实责任，完善制度，加大投入1、 力度。",
        "1、加强管理\n2、完善制度\n3、落实经费",
        "完成第一批修缮2、 完成第二批",
    ],
)
def test_numbers_that_count_something_else_stay(words: str) -> None:
    assert text_of(words) == words
