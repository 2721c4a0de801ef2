"""Days off and make-up working days (调休) of 2023–2026, as published each year by the General Office of the State Council.

A year without an entry is provisional: weekends and the fixed statutory days rest, nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """One year's notice (国务院办公厅关于…年部分节假日安排的通知).

    `rest` holds first and last day of each holiday; `work` the weekend days worked in exchange.
    """

    year: int
    document_number: str
    rest: tuple[tuple[date, date], ...]
    work: tuple[date, ...]

    def days(self) -> Iterator[tuple[date, bool]]:
        """Yield each day the notice names, with True for a working day."""
        for first, last in self.rest:
            for offset in range((last - first).days + 1):
                yield first + timedelta(days=offset), False
        for day in self.work:
            yield day, True


def _notice(year: int, number: str, rest: str, work: str) -> HolidayNotice:
    """Read `rest` as "0121-0127 0405" and `work` as "0128 0129", all within `year`."""

    def day(digits: str) -> date:
        return date(year, int(digits[:2]), int(digits[2:]))

    spans = [part.partition("-") for part in rest.split()]
    return HolidayNotice(
        year,
        number,
        tuple((day(first), day(last or first)) for first, _, last in spans),
        tuple(day(part) for part in work.split()),
    )


PUBLISHED: Mapping[int, HolidayNotice] = MappingProxyType(
    {
        notice.year: notice
        for notice in (
            _notice(
                2023,
                "国办发明电〔2022〕16号",
                "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006",
                "0128 0129 0423 0506 0625 1007 1008",
            ),
            _notice(
                2024,
                "国办发明电〔2023〕7号",
                "0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007",
                "0204 0218 0407 0428 0511 0914 0929 1012",
            ),
            _notice(
                2025,
                "国办发明电〔2024〕12号",
                "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
                "0126 0208 0427 0928 1011",
            ),
            _notice(
                2026,
                "国办发明电〔2025〕7号",
                "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
                "0104 0214 0228 0509 0920 1010",
            ),
        )
    }
)

FIXED_STATUTORY_DAYS: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Month and day of the statutory holidays that no lunar calendar moves (全国年节及纪念日放假办法, 2024 revision)."""
