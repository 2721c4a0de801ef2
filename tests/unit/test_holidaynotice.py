"""The yearly notice as it is worded, read day by day."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.errors import Refused
from workflows.holidaynotice import odd_days, read_notice
from workflows.holidays import PUBLISHED

# worded as such notices are, with the facts of 2026
TEXT = """关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各有关单位：安排如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def test_the_notice_of_a_year_is_read_as_it_was_published() -> None:
    assert read_notice(TEXT) == PUBLISHED[2026]
    assert odd_days(read_notice(TEXT)) == []


def test_a_single_day_and_a_holiday_over_two_months_are_read() -> None:
    notice = read_notice(
        "2023年部分节假日安排：清明节：4月5日放假，共1天。中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、8日（星期日）上班。"
    )
    assert notice.rest == ((date(2023, 4, 5), date(2023, 4, 5)), (date(2023, 9, 29), date(2023, 10, 6)))
    assert notice.work == (date(2023, 10, 7), date(2023, 10, 8))


def test_a_holiday_that_begins_in_the_year_before_keeps_its_year() -> None:
    notice = read_notice("2023年部分节假日安排。元旦：2022年12月31日至2023年1月2日放假调休，共3天。")
    assert notice.rest == ((date(2022, 12, 31), date(2023, 1, 2)),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("明天放假", "没有找到“××××年部分节假日安排”"),
        ("2027年部分节假日安排的通知，见附件。", "没有找到“×月×日至×日放假”"),
        ("2027年部分节假日安排：2月30日放假。", "没有2月30日这一天"),
        ("2027年部分节假日安排：1月1日至31日放假。", "放假时间不对"),
        ("2027年部分节假日安排：5月5日至1日放假。", "放假时间不对"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        read_notice(text)
    assert refusal.value.code == "invalid"


def test_odd_days_are_pointed_out() -> None:
    notice = read_notice("2026年部分节假日安排：1月1日至3日放假。1月3日、1月5日上班。")
    assert odd_days(notice) == [
        "01月05日不是周末，却写为上班日。",
        "01月03日既写为放假，又写为上班。",
        "放假合计3天，少于法定的节日天数，请核对是否粘贴完整。",
    ]
