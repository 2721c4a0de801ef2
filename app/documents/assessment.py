"""年度考核 on paper (documents no. 24 and 25, reference e): the scheme, score sheets, the result, a decision on an appeal,
and a unit's account of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.documents.official import Block, Heading, Imprint, Note, Paper, PaperKind, Paragraph, Table
from app.documents.official.wording import formal_date
from app.documents.sheet import Column, Sheet, Value, workbook
from workflows.appraisal import (
    FACT_LABELS,
    GRADE_LABELS,
    GROUP_LABELS,
    STATED,
    AppraisalGroup,
    Grade,
    Scheme,
    Score,
    said,
    scheme_lines,
)
from workflows.bulletins import numeral

Groups = Mapping[AppraisalGroup, Sequence[Score]]
"""The scores of each group, the best first."""


@dataclass(frozen=True, slots=True)
class Year:
    """What is assessed: a plan's year, by which office, and the words for the stage of its scores (预公示, 定分)."""

    plan: str
    year: int
    office: str
    stage: str = ""

    @property
    def called(self) -> str:
        return f"{self.year}年度《{self.plan}》"


def scheme_paper(of: Year, scheme: Scheme, dated: date) -> Paper:
    """年度考核实施方案: every rule of the version in force, in words."""
    blocks: list[Block] = [
        Paragraph(f"为做好{of.called}任务落实情况的考核工作，制定本方案（考核方案第{scheme.version}版）。")
    ]
    rules = [
        (heading, [Paragraph(f"{line.words}。", f"{line.label}：") for line in lines])
        for heading, lines in groupby(scheme_lines(scheme), key=lambda line: line.group)
    ]
    rules.append(("计分规则", [Paragraph(f"{at}．{words}") for at, words in enumerate(STATED, 1)]))
    for at, (heading, paragraphs) in enumerate(rules, 1):
        blocks += [Heading(f"{numeral(at)}、{heading}"), *paragraphs]
    return Paper(
        PaperKind.SCHEME,
        f"{of.called}考核实施方案",
        tuple(blocks),
        issuers=_issuer(of),
        stands_in=True,
        dated=dated,
    )


def score_sheet(of: Year, scheme: Scheme, groups: Groups) -> bytes:
    """年度考核评分表 as .xlsx, a sheet a group."""
    sheets = []
    for group, scores in groups.items():
        heads, rows = _table(scheme, group, scores)
        columns = [Column(head, 24 if head == "单位" else 11, centred=head != "单位") for head in heads]
        columns[-1] = Column(heads[-1], 36)
        values: list[list[Value]] = [list(row) for row in rows]
        name = GROUP_LABELS[group]
        sheets.append(Sheet(name, columns, values, f"{of.called}考核评分表（{name}）", of.stage))
    return workbook(*sheets)


def scores_paper(of: Year, scheme: Scheme, groups: Groups) -> Paper:
    """The same as a formal document on pages laid across."""
    blocks: list[Block] = [Note(of.stage)] if of.stage else []
    for group, scores in groups.items():
        heads, rows = _table(scheme, group, scores)
        shares = (3, 8, *[4] * (len(heads) - 3), 12)
        blocks += [
            Heading(GROUP_LABELS[group]),
            Table(heads, tuple(rows), shares, frozenset(range(len(heads) - 1)) - {1}),
        ]
    return Paper(PaperKind.SCORES, f"{of.called}考核评分表", tuple(blocks))


def _table(
    scheme: Scheme, group: AppraisalGroup, scores: Sequence[Score]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and rows of one group: place, unit, the points of each item, what was added and taken, grade and why."""
    items = scheme.items_of(group)
    heads = ("位次", "单位", *(f"{item.label}（{said(item.full)}）" for item in items))
    heads += ("加分", "扣分", "申诉调整", "得分", "等次", "说明")
    return heads, [_scored(score, [item.key for item in items]) for score in scores]


def _scored(score: Score, keys: Sequence[str]) -> tuple[str, ...]:
    tally = score.tally
    points = _by_item(score)
    return (
        str(score.place),
        tally.name,
        *(points.get(key, "—") for key in keys),
        said(tally.additions),
        said(-tally.deductions) if tally.deductions else "0",
        said(sum(change.points for change in tally.appealed)),
        said(tally.points),
        GRADE_LABELS[score.grade],
        score.reason,
    )


def _by_item(score: Score) -> dict[str, str]:
    """Item → its points; the mean of the quarters where the year is made of them, none where nothing was measured."""
    found: dict[str, list[int]] = {}
    for each in score.tally.item_scores:
        if each.value is not None:
            found.setdefault(each.item.key, []).append(each.points)
    return {key: said(sum(points) // len(points)) for key, points in found.items()}


def results_paper(of: Year, groups: Groups, masthead: str, number: str, dated: date) -> Paper:
    """年度考核结果通报: the grades of every group, with their reasons where a unit failed."""
    blocks: list[Block] = [
        Paragraph(f"根据考核实施方案，{of.called}任务落实情况考核已经完成。现将结果通报如下。")
    ]
    for at, (group, scores) in enumerate(groups.items(), 1):
        blocks.append(Heading(f"{numeral(at)}、{GROUP_LABELS[group]}（{len(scores)}个）"))
        blocks += [Paragraph(words) for words in _graded(scores)]
    return Paper(
        PaperKind.RESULTS,
        f"关于{of.called}考核结果的通报",
        tuple(blocks),
        masthead=masthead,
        number=number,
        recipients=("各参与考核单位",),
        issuers=_issuer(of),
        stands_in=True,
        dated=dated,
        imprint=Imprint(of.office, dated) if of.office else None,
    )


def _graded(scores: Sequence[Score]) -> Iterator[str]:
    for grade in Grade:
        of_grade = [score for score in scores if score.grade is grade]
        if of_grade:
            named = "、".join(f"{score.tally.name}（{said(score.tally.points)}分）" for score in of_grade)
            yield f"{GRADE_LABELS[grade]}{len(of_grade)}个：{named}。"
    for score in scores:
        if score.tally.vetoes:
            yield f"{score.tally.name}{score.reason}，等次为{GRADE_LABELS[score.grade]}。"


@dataclass(frozen=True, slots=True)
class AppealDecision:
    """An appeal (申诉) and what was decided; `change` in hundredths of a point, `verdict` in words (采纳, 不予采纳)."""

    unit: str
    item: str
    words: str
    raised_on: date
    verdict: str
    decision: str
    change: int
    decided_on: date


def appeal_paper(of: Year, appeal: AppealDecision) -> Paper:
    """考核申诉复核决定, to the unit that appealed."""
    about = f"考核项“{appeal.item}”" if appeal.item else "考核得分"
    change = f"调整{said(appeal.change)}分" if appeal.change else "得分不作调整"
    return Paper(
        PaperKind.APPEAL_DECISION,
        f"关于{appeal.unit}{of.called}考核申诉的复核决定",
        (
            Paragraph(
                f"你单位{formal_date(appeal.raised_on)}对{of.called}{about}提出的申诉收悉。经复核，现决定如下。"
            ),
            Heading("一、申诉内容"),
            Paragraph(" ".join(appeal.words.split())),
            Heading("二、复核意见"),
            Paragraph(" ".join(appeal.decision.split())),
            Heading("三、复核决定"),
            Paragraph(f"对本次申诉{appeal.verdict}，{change}。本决定为最终决定。"),
        ),
        recipients=(appeal.unit,),
        issuers=_issuer(of),
        stands_in=True,
        dated=appeal.decided_on,
    )


def self_assessment(of: Year, score: Score, dated: date) -> Paper:
    """年度自评报告 of a unit: item by item what was measured and what it came to, from what it reported all year."""
    tally = score.tally
    blocks: list[Block] = [
        Paragraph(
            f"根据全年报送的月报和核查情况，我单位{of.called}任务落实情况自评{said(tally.points)}分，"
            f"在{GROUP_LABELS[tally.group]}{score.among}个单位中列第{score.place}位。"
        ),
        Heading("一、各项得分"),
        _items_of(score),
        Heading("二、得分说明"),
    ]
    blocks += [Paragraph(f"{_period(quarter)}{words}") for quarter, words in _explained(score)] or [
        Paragraph("无。")
    ]
    blocks.append(Heading("三、加分、扣分和否决事项"))
    blocks += [Paragraph(words) for words in _changes(score)] or [Paragraph("无。")]
    return Paper(
        PaperKind.SELF_ASSESSMENT,
        f"{tally.name}{of.called}自评报告",
        tuple(blocks),
        recipients=(of.office,) if of.office else (),
        issuers=(tally.name,),
        dated=dated,
    )


def _items_of(score: Score) -> Table:
    rows = tuple(
        (
            str(at),
            each.item.label,
            said(each.weighed),
            "没有可计内容" if each.value is None else said(each.points),
            each.item.formula,
        )
        for at, each in enumerate(score.tally.item_scores, 1)
    )
    return Table(("序号", "考核项", "满分", "得分", "计分办法"), rows, (3, 7, 4, 5, 14), frozenset({0, 2, 3}))


def _explained(score: Score) -> Iterator[tuple[str, str]]:
    """(quarter, sentence): each item with the facts behind it; the quarter is empty where the year is scored as one."""
    parts = score.tally.quarters or ()
    for key, items in [(q.key, q.items) for q in parts] or [("", score.tally.items)]:
        for each in items:
            facts = "，".join(
                f"{FACT_LABELS[figure.fact]}{'没有可计内容' if figure.value is None else f'{float(figure.value * 100):.1f}%（{len(figure.rows)}件）'}"
                for figure in each.figures
            )
            yield key, f"{each.item.label}：{facts}。"


def _period(key: str) -> str:
    return f"{key}　" if key else ""


def _changes(score: Score) -> list[str]:
    tally = score.tally
    return [
        f"{change.label}：{said(change.points)}分{f'（{change.document_number}）' if change.document_number else ''}。{change.words}"
        for change in (*tally.adjustments, *tally.vetoes, *tally.appealed)
    ]


def _issuer(of: Year) -> tuple[str, ...]:
    return (of.office,) if of.office else ()
