"""A score as it is kept (底稿): every figure and row of it, exact; read back it is the same value."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workflows.appraisal.charges import Adjustment
from workflows.appraisal.facts import Fact
from workflows.appraisal.figures import Figure, Row, RowKind
from workflows.appraisal.kinds import AppraisalGroup, Grade
from workflows.appraisal.scheme import Item
from workflows.appraisal.score import ItemScore, QuarterScore, Tally
from workflows.appraisal.standing import Score


def kept(score: Score) -> dict[str, Any]:
    """The score as plain data."""
    tally = score.tally
    return {
        "unit": tally.unit_id,
        "name": tally.name,
        "group": tally.group.value,
        "weight": str(tally.weight),
        "version": tally.version,
        "items": [_item(item) for item in tally.items],
        "quarters": [
            {"key": quarter.key, "points": quarter.points, "items": [_item(item) for item in quarter.items]}
            for quarter in tally.quarters
        ],
        "year_check": tally.year_check,
        "base": tally.base,
        "adjustments": [_adjustment(one) for one in tally.adjustments],
        "additions": tally.additions,
        "deductions": tally.deductions,
        "vetoes": [_adjustment(one) for one in tally.vetoes],
        "appealed": [_adjustment(one) for one in tally.appealed],
        "grade": score.grade.value,
        "place": score.place,
        "among": score.among,
        "reason": score.reason,
    }


def read_back(body: Mapping[str, Any]) -> Score:
    """The score that `kept` made this of."""
    return Score(
        Tally(
            body["unit"],
            body["name"],
            AppraisalGroup(body["group"]),
            Fraction(body["weight"]),
            body["version"],
            tuple(map(_item_back, body["items"])),
            tuple(
                QuarterScore(quarter["key"], quarter["points"], tuple(map(_item_back, quarter["items"])))
                for quarter in body["quarters"]
            ),
            body["year_check"],
            body["base"],
            tuple(map(_adjustment_back, body["adjustments"])),
            body["additions"],
            body["deductions"],
            tuple(map(_adjustment_back, body["vetoes"])),
            tuple(map(_adjustment_back, body["appealed"])),
        ),
        Grade(body["grade"]),
        body["place"],
        body["among"],
        body["reason"],
    )


def _number(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _number_back(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _item(one: ItemScore) -> dict[str, Any]:
    figures = [
        {
            "fact": figure.fact.value,
            "value": _number(figure.value),
            "rows": [_row(row) for row in figure.rows],
        }
        for figure in one.figures
    ]
    return {
        "item": one.item.as_json(),
        "weighed": one.weighed,
        "value": _number(one.value),
        "points": one.points,
        "figures": figures,
    }


def _item_back(body: Mapping[str, Any]) -> ItemScore:
    figures = tuple(
        Figure(Fact(one["fact"]), _number_back(one["value"]), tuple(map(_row_back, one["rows"])))
        for one in body["figures"]
    )
    item, value = Item.from_json(body["item"]), _number_back(body["value"])
    return ItemScore(item, body["weighed"], value, body["points"], figures)


def _row(row: Row) -> list[Any]:
    return [row.kind.value, row.id, str(row.weight), str(row.value), row.label, row.words]


def _row_back(body: list[Any]) -> Row:
    kind, row_id, weight, value, label, words = body
    return Row(RowKind(kind), row_id, Fraction(weight), Fraction(value), label, words)


def _adjustment(one: Adjustment) -> dict[str, Any]:
    return {
        "key": one.key,
        "label": one.label,
        "points": one.points,
        "rows": [_row(row) for row in one.rows],
        "document_number": one.document_number,
        "entry": one.entry_id,
        "words": one.words,
    }


def _adjustment_back(body: Mapping[str, Any]) -> Adjustment:
    rows = tuple(map(_row_back, body["rows"]))
    number, entry_id, words = body["document_number"], body["entry"], body["words"]
    return Adjustment(body["key"], body["label"], body["points"], rows, number, entry_id, words)
