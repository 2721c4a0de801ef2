"""What happens in the year: who reports when and how, what the office says to it, and what is printed in the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

import sqlalchemy as sa

from app.models import Bulletin, Duty, Plan, Report
from tests.unit.document.reading import seed
from tests.world import LEAD, World
from tests.year import county
from tests.year.hands import Hands, Paper, Said
from workflows.cadence import DutyKind, period_words
from workflows.lifecycle import BulletinState, DutyState


class Manner(Enum):
    """How a unit's reports of a month come, where they do not simply come in time."""

    LATE = "late"
    MISSING = "missing"
    AFTER_LOCK = "after lock"
    RETURNED = "returned"
    CORRECTED = "corrected"


EXCEPTIONS = {
    ("fulian", "2024-03"): Manner.LATE,
    ("minzheng", "2024-03"): Manner.LATE,
    ("youyi", "2024-04"): Manner.MISSING,
    ("renshe", "2024-05"): Manner.MISSING,
    ("fulian", "2024-06"): Manner.RETURNED,
    ("caizheng", "2024-08"): Manner.CORRECTED,
    ("chengguan", "2024-09"): Manner.AFTER_LOCK,
    ("youer", "2024-10"): Manner.RETURNED,
}
BEFORE = date(2023, 12, 28)
"""The county is there before its plan: what stood when is told by when it was entered."""
MONTHS = tuple(f"{county.YEAR}-{month:02}" for month in range(1, 13))
CLOSED_AFTER, CLOSED_TITLE = "2024-10", "重视家园共育指导"
"""The task that is closed, with 优秀, before the November reports open."""
EXTENDED_TITLE, EXTENDED_TO = "强化安全监管", date(2025, 3, 31)

MENDED = "完成2所园改造，培训教师36人次。"
LOOKED_AT = "已查阅公示材料，数量属实。"
ROW = re.compile(r"row-(\d+)-done")
Typed = dict[str, Said]


@dataclass
class Year:
    """The year as it is lived."""

    world: World
    hands_of: Callable[[str], Hands]
    months: tuple[str, ...] = MONTHS
    _people: dict[str, Hands] = field(default_factory=dict)

    def person(self, username: str) -> Hands:
        """The hands of one account."""
        if username not in self._people:
            self._people[username] = self.hands_of(username)
        return self._people[username]

    def day(self, on: date) -> None:
        """Let the days up to that one come, the engine at work; whoever has an account starts from the door again."""
        self.world.run_to(on, heard=True)

    def live(self) -> None:
        """The year from the first paper to the last."""
        self.begin()
        for month in self.months:
            self.month(month)
            self.after(month)
        self.assess()

    def after(self, month: str) -> None:
        """What happens between two months."""
        if month == CLOSED_AFTER:
            self.close_a_task()
            self.extend_a_task()
        if month[-2:] in {"03", "06", "09", "12"}:
            self.bulletin(f"{county.YEAR}-Q{int(month[-2:]) // 3}")

    # ------------------------------------------------------------------------------------- January: the plan

    def begin(self) -> None:
        """Read the plan in, look at its doubts, issue it; every unit signs."""
        county.found(self.world)
        self.world.clock.go_to(county.ISSUED_ON, 10)
        clerk = self.person("zhuanban")
        clerk.open("/plans/new")
        clerk.press("读入并核对", {"file": Paper("三年行动计划.txt", seed("001").encode())})
        for title in ("强化专业支持", CLOSED_TITLE):  # a bracket and a full stop are lost in print
            clerk.press(f"确认无误：{title}")
        clerk.open("/plans/1/issue")
        assert "计划已下达" in clerk.press("下达17项任务")
        self.world.run_to(date(2024, 1, 3))
        for username in county.REPORTERS:
            words = self.person(username).open("/desk")
            every = re.search(r"全部签收（\d+项）", words)
            assert "已签收" in self.person(username).press(every[0] if every else "签收")

    # ------------------------------------------------------------------------------------- every month

    def month(self, month: str) -> None:
        """The reports of one month, each in its manner, and the office's verdicts."""
        first = date(int(month[:4]), int(month[-2:]), 1)
        manners = {username: EXCEPTIONS.get((username, month)) for username in county.REPORTERS}
        self.day(first.replace(day=22))
        self._each(manners, Manner.RETURNED, lambda username: self.return_and_mend(username, month))
        for wanted in (None, Manner.CORRECTED):
            self._each(manners, wanted, lambda username: self.report(username, month))
        self.accept_all()
        self._each(manners, Manner.CORRECTED, lambda username: self.correct(username, month))
        self.day(first.replace(day=27))
        self._each(manners, Manner.LATE, lambda username: self.report(username, month))
        self.accept_all()
        if Manner.AFTER_LOCK in manners.values():
            self.day(first + timedelta(days=44))
            self._each(manners, Manner.AFTER_LOCK, lambda username: self.report(username, month))
            self.accept_all()

    def _each(
        self, manners: Mapping[str, Manner | None], wanted: Manner | None, act: Callable[[str], None]
    ) -> None:
        for username, manner in manners.items():
            if manner is wanted:
                act(username)

    def report(self, username: str, month: str, *, done: str = "") -> None:
        """Fill in the whole month and send it, as the person who files; a unit that owes nothing has no page."""
        hands, reporter = self.person(username), county.REPORTERS[username]
        if not self.owed(reporter.unit, month):
            return
        hands.open(f"/reports/{self.world.unit_id(reporter.unit)}/{month}")
        typed: Typed = {}
        if "signed_by" in hands.fields:  # a head signs what she files by filing it
            typed["signed_by"] = reporter.signed_by
        for name in sorted(hands.fields):
            if match := ROW.fullmatch(name):
                typed |= self._words(hands.fields, match[1], month, done)
        assert "已报送" in hands.press("报送", typed), hands.address

    def owed(self, unit: str, month: str) -> list[Duty]:
        """The reports a unit owes for that month and has not filed."""
        return [d for d in self.reports(unit, month) if d.state is DutyState.OPEN]

    def reports(self, unit: str, month: str) -> list[Duty]:
        return self.world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=month)

    def _words(self, fields: frozenset[str], row: str, month: str, done: str) -> Typed:
        number = int(month[-2:])
        said: Typed = {
            f"row-{row}-done": done or f"{number}月份召开推进会{number}次，完成{number}所园的整改验收。",
            f"row-{row}-next_step": f"{number % 12 + 1}月底前完成下一批。",
        }
        for name in fields:
            if name == f"row-{row}-percent":
                said[name] = str(min(95, number * 8))
            elif name == f"row-{row}-occurred":
                said[name] = True
            elif name.startswith(f"row-{row}-measure_"):
                said[name] = str(number)
        return said

    def accept_all(self) -> None:
        """The office looks through the queue, page by page, and accepts what is there."""
        clerk = self.person("zhuanban")
        clerk.open("/supervision/review")
        while chosen := clerk.choices("duties"):
            clerk.press("通过勾选的", {"duties": chosen})
        while self.world.duties(kind=DutyKind.MONTHLY_REPORT, state=DutyState.FILED):
            clerk.press("通过", {"words": LOOKED_AT})  # no box: one alone, or an indicator nothing proves yet

    def return_and_mend(self, username: str, month: str) -> None:
        """The unit reports early; one report is returned with a reason of the list, and sent again the same day."""
        self.report(username, month)
        unit = county.REPORTERS[username].unit
        duty, clerk = self.reports(unit, month)[0], self.person("zhuanban")
        clerk.open("/supervision/review")
        typed: Typed = {"reason": "no_facts", "words": "请写明具体数字。"}
        assert "已退回" in clerk.press("退回", typed, at=f"/supervision/review/{duty.id}")
        self.report(username, month, done=MENDED)

    def correct(self, username: str, month: str) -> None:
        """A filed report is corrected: what stood before stays visible."""
        hands, unit = self.person(username), county.REPORTERS[username].unit
        duty = self.reports(unit, month)[0]
        hands.open(f"/reports/corrections/{duty.id}")
        [done] = [name for name in hands.fields if name.endswith("done")]
        words = hands.press("提交更正", {done: "更正：实际拨付资金120万元。", "reason": "原数字有误。"})
        assert "更正" in words

    # ------------------------------------------------------------------------------------- now and then

    def task_id(self, title: str) -> int:
        [task] = [task for task in self.world.tasks(1) if task.title.startswith(title)]
        return task.id

    def close_a_task(self) -> None:
        """The lead asks with a file, the office closes with a grade."""
        self.day(date(2024, 11, 12))
        task_id, lead, clerk = self.task_id(CLOSED_TITLE), self.person("jiaoyu"), self.person("zhuanban")
        lead.open(f"/tasks/{task_id}/closing-request")
        proof = Paper("评选结果公示.txt", "家园共育示范园评选结果公示：演示第一园、演示第二园。".encode())
        typed: Typed = {"words": "2所示范园已评出并公示。", "files": proof, "unclassified": True}
        assert "已申请办结" in lead.press("申请办结", typed)
        clerk.open(f"/tasks/{task_id}/closing")
        closing: Typed = {"words": "查阅公示材料，属实。", "grade": ["excellent"]}
        assert "已销号" in clerk.press("销号", closing)

    def extend_a_task(self) -> None:
        """The lead asks for more time before the date, and gets it."""
        task_id, lead, clerk = self.task_id(EXTENDED_TITLE), self.person("jiaoyu"), self.person("zhuanban")
        lead.open(f"/tasks/{task_id}/requests/extension/{self.world.unit_id(LEAD)}")
        asked: Typed = {
            "wanted_on": EXTENDED_TO.isoformat(),
            "reason": "两所园防冲撞设施设备供货延迟。",
            "progress": "已完成八成。",
        }
        lead.press("提交申请", asked)
        request = re.search(r"/requests/\d+", lead.address)
        assert request, lead.address
        clerk.open(request[0])
        clerk.press("同意", {"words": "同意延期。"})
        assert self.world.tasks(1)[15].deadline_on == EXTENDED_TO

    # ------------------------------------------------------------------------------------- every quarter

    def bulletin(self, key: str) -> None:
        """Drafted, units named and heard, looked through, signed by the county leader, printed."""
        clerk, opens = self.person("zhuanban"), quarter_opens(key)
        self.day(opens + timedelta(days=1))
        clerk.open("/bulletins")
        clerk.press(f"取数拟稿：{period_words(key)}工作通报")
        address = re.match(r"/bulletins/\d+", clerk.address)
        assert address, clerk.address
        self._name_and_hear(address[0])
        clerk.open(f"{address[0]}/edit")
        clerk.press("保存下步工作要求", {"text": "各责任单位要对照附件逐项核对，下月5日前补齐。"})
        clerk.open(address[0])
        clerk.press("送审")
        reviewer = self.person("zhuren")
        reviewer.open(address[0])
        reviewer.press("审核通过")
        leader = self.person("fuxianzhang")
        leader.open(address[0])
        leader.press("签发")
        clerk.open(address[0])
        number = f"清政督〔{self.world.clock.today.year}〕{int(key[-1])}号"
        clerk.press("印发", {"number": number, "issue": key[-1]})
        [bulletin] = [b for b in self.world.all(sa.select(Bulletin)) if b.period_key == key]
        assert (bulletin.state, bulletin.number) == (BulletinState.PUBLISHED, number)

    def _name_and_hear(self, address: str) -> None:
        """Up to two of the units that report are to be named; the first explains itself within its two days."""
        clerk = self.person("zhuanban")
        clerk.open(address)
        units = {str(self.world.unit_id(r.unit)): name for name, r in county.REPORTERS.items()}
        named = [value for value in clerk.choices("named") if value.split("-")[0] in units][:2]
        if not named:
            return
        clerk.press("保存并告知单位", {"named": named})
        hands = self.person(units[named[0].split("-")[0]])
        hands.open(f"{address}/explain")
        hands.press("报送说明", {"words": "因设备供货延迟，已调整工期，下月底前补上。"})
        self.day(self.world.clock.today + timedelta(days=9))

    # ------------------------------------------------------------------------------------- the year's end

    def assess(self) -> None:
        """Begun, points added with a document, shown, appealed against, decided, settled, filed."""
        clerk, reviewer, unit = self.person("zhuanban"), self.person("zhuren"), self.person("fulian")
        fulian = self.world.unit_id("县妇联")
        self.day(max(self.world.clock.today, date(county.YEAR + 1, 1, 7)))
        clerk.open("/assessments")
        title = self.world.get(Plan, 1).title
        clerk.press(f"开始：“{title}”{county.YEAR}年度考核")
        clerk.open("/assessments/1/entries")
        entry: Typed = {
            "kind": "addition",
            "unit_id": str(fulian),
            "item": "省级表彰",
            "points": "1.5",
            "document_number": "省妇发〔2024〕8号",
            "words": "家园共育经验在全省推广。",
        }
        clerk.press("登记", entry)
        clerk.open("/assessments/1")
        clerk.press("冻结数据并预公示", {"cutoff_on": f"{county.YEAR}-12-31"})
        unit.open(f"/assessments/1/units/{fulian}/appeal")
        said: Typed = {"words": "3月系统停机半天，情况已书面报告。", "signed_by": "演示主席"}
        unit.press("提交申诉", said)
        reviewer.open("/appeals/1")
        reviewer.press("作出复核决定", {"verdict": "uphold", "change": "0.2", "reason": "情况属实。"})
        self.day(self.world.clock.today + timedelta(days=10))
        clerk.open("/assessments/1")
        clerk.press("定分")
        clerk.press("登记文号并归档", {"number": "清政督〔2025〕9号"})


def quarter_opens(key: str) -> date:
    """The first day after the quarter."""
    year, quarter = int(key[:4]), int(key[-1])
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)


def reports_of(world: World, unit: str) -> list[Report]:
    """Every report a unit ever sent, in order of its month."""
    filed = sa.select(Report).join(Duty).where(Duty.unit_id == world.unit_id(unit)).order_by(Duty.period_key)
    return world.all(filed)
