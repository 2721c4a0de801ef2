"""Formulas: what they may say, what they give, and what is refused by name."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workflows.appraisal import FACT_LABELS, FACT_WORDS, Fact, parse
from workflows.appraisal.facts import BY_NAME
from workflows.errors import Refused

HALF = Fraction(1, 2)
KNOWN = {Fact.CLOSED: HALF, Fact.ON_PACE: Fraction(4, 5), Fact.QUALITY: None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("办结率", HALF),
        ("办结率*0.6+达序时率*0.4", Fraction(62, 100)),
        ("办结率×60%＋达序时率×40％", Fraction(62, 100)),
        ("(办结率+达序时率)/2", Fraction(65, 100)),
        ("（办结率＋达序时率）÷2", Fraction(65, 100)),
        ("1-办结率", HALF),
        ("-办结率+1", HALF),
        ("最大(办结率, 达序时率)", Fraction(4, 5)),
        ("最小（办结率，达序时率）", HALF),
        ("平均(办结率、达序时率)", Fraction(65, 100)),
        ("平均(办结率, 质量得分)", HALF),
        ("最大(质量得分, 办结率)", HALF),
        ("办结率-达序时率", Fraction(0)),
        ("办结率*3", Fraction(1)),
        ("办结率/3+0*达序时率", Fraction(1, 6)),
        ("质量得分", None),
        ("办结率+质量得分", None),
        ("平均(质量得分)", None),
        ("协调响应率", None),
        ("达序时率/(办结率-0.5)", None),
        ("2-办结率*2-达序时率", Fraction(1, 5)),
        ("达序时率/2/2", Fraction(1, 5)),
    ],
)
def test_a_formula_gives_an_exact_share_of_full_marks(text: str, value: Fraction | None) -> None:
    assert parse(text).value(KNOWN) == value


def test_a_formula_names_its_facts_once_each_in_their_order() -> None:
    assert parse("达序时率*0.5+办结率*0.3+达序时率*0.2").facts == (Fact.ON_PACE, Fact.CLOSED)


REFUSED = {
    "登录": ("登录次数", "登陆次数", "登录率", "系统登录天数", "打开次数", "访问量", "点击数", "浏览量",
             "login", "login_count", "logins", "LoginTimes", "sign_in", "visits", "clicks"),
    "在线": ("在线时长", "在线时间", "使用时长", "停留时间", "活跃度", "online", "online_minutes", "duration", "active_days"),
    "写得长": ("填报字数", "字数", "文字长度", "文本长度", "篇幅", "字符数", "报告长度",
               "word_count", "words", "text_length", "length", "characters"),
    "材料多": ("附件数", "附件数量", "照片数", "照片张数", "图片数", "截图数", "视频数", "佐证数", "文件数", "上传次数",
               "attachments", "attachment_count", "photos", "images", "pictures", "files", "uploads"),
    "打卡": ("打卡", "打卡次数", "签到次数", "积分", "积分排名", "check_in", "clock_in", "badges", "streak"),
    "安装": ("安装率", "使用率", "使用次数", "关注数", "点赞数", "转发数", "install_rate", "usage", "likes"),
}  # fmt: skip


@pytest.mark.parametrize(("why", "name"), [(why, name) for why, names in REFUSED.items() for name in names])
def test_what_must_not_count_is_refused_by_name_with_the_reason(why: str, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(f"办结率*0.5+{name}*0.5")
    assert refusal.value.code == "invalid"
    assert name in str(refusal.value)
    assert why in str(refusal.value)
    assert "12号" in str(refusal.value)


def test_a_name_nobody_knows_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Refused, match="没有“满意度”这项事实") as refusal:
        parse("满意度")
    assert all(name in str(refusal.value) for name in BY_NAME)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1", "0.5*2", "办结率+", "*办结率", "(办结率", "办结率)", "办结率 达序时率", "最大(", "最大()", "平均 办结率",
     "办结率,达序时率", "1234567*办结率", "办结率*0.12345", "办结率**2", "办结率//2", "办结率;1", "a.b", "办结率.real",
     "__import__('os')", "办结率 if 1 else 0", "lambda: 1", "办结率[0]", "1..2*办结率", "%办结率", "(" * 60 + "办结率" + ")" * 60,
     "-" * 60 + "办结率", "办结率+" * 60 + "办结率", "办结率 and 1", "0x10*办结率", "1e9*办结率"],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(text)
    assert refusal.value.code == "invalid"
    assert str(refusal.value).endswith("。")


def test_every_fact_has_a_name_of_its_own_that_a_formula_takes_and_words_that_say_what_it_counts() -> None:
    assert len(BY_NAME) == len(Fact)
    for fact, name in FACT_LABELS.items():
        assert parse(name).facts == (fact,)
        assert FACT_WORDS[fact]
