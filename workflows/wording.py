"""How dates and distances are said, the same in every page and letter."""

from __future__ import annotations

from datetime import date, datetime

from workflows.calendar import MIDNIGHT, SHANGHAI, WorkCalendar

WEEKDAYS = "一二三四五六日"


def chinese_date(day: date) -> str:
    """2025年3月25日（周二）."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def short_date(day: date) -> str:
    """3月25日（周二）, for rows whose year is plain."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def chinese_time(instant: datetime) -> str:
    """2025年3月25日 09:05, in local time."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def overdue_workdays(due_on: date, today: date, calendar: WorkCalendar) -> int:
    """Working days passed since the due date; 0 while it has not passed."""
    return max(0, calendar.between(due_on, today))


def urgency(due_on: date, today: date, calendar: WorkCalendar, cutoff_hour: int = MIDNIGHT) -> str:
    """逾期3个工作日, 今日到期 (今日18:00截止 where the day ends sooner), or 还有2个工作日."""
    if today == due_on:
        return "今日到期" if cutoff_hour == MIDNIGHT else f"今日{cutoff_hour}:00截止"
    if today < due_on:
        left = calendar.between(today, due_on)
        return f"还有{left}个工作日" if left else "休息日到期"
    late = overdue_workdays(due_on, today, calendar)
    return f"逾期{late}个工作日" if late else "刚过期限"
