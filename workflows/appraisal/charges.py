"""Additions and deductions (加分、扣分): what the record charges by the tariff, and what people entered with a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workflows.appraisal.figures import NOTHING, ONE, REPORTS, Entry, Measuring, Row, RowKind
from workflows.appraisal.rounding import added, hundredths, said
from workflows.appraisal.scheme import CHARGE_LABELS, Charge
from workflows.escalation import LETTER_LABELS, LetterKind
from workflows.lifecycle import ENTRY_KIND_LABELS, EntryKind
from workflows.wording import short_date

CHARGED_SLIPS = {Charge.RED_SLIP: LetterKind.RED_SLIP, Charge.TALK: LetterKind.TALK}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points added or taken (hundredths, with their sign), by which rule, and for what: rows, or a document."""

    key: str
    label: str
    points: int
    rows: tuple[Row, ...] = ()
    document_number: str = ""
    entry_id: int | None = None
    words: str = ""


def charged(measuring: Measuring) -> Iterator[Adjustment]:
    """What the tariff takes for what the record shows, in the order of the tariff; a charge of nothing is left out.

    Each event counts with the part of the unit's work that its task is: who carries more is not charged more often.
    """
    for charge in Charge:
        rows = tuple(_events(measuring, charge))
        price = measuring.scheme.tariff[charge]
        points = -hundredths(added((row.weight, ONE) for row in rows) * price)
        if rows and price:
            words = f"{len(rows)}件，每件扣{said(price)}分，按所涉任务的权重占比折算"
            yield Adjustment(charge.value, CHARGE_LABELS[charge], points, rows, words=words)


def _events(measuring: Measuring, charge: Charge) -> Iterator[Row]:
    if charge in {Charge.LATE, Charge.MISSING}:
        for duty in measuring.held.duties:
            asked = duty.late if charge is Charge.LATE else duty.missing
            if duty.kind in REPORTS and asked:
                row = measuring.duty_row(duty, NOTHING, f"应于{short_date(duty.due_on)}")
                yield _charged(row, measuring.part_of(duty.task_id))
    for slip in measuring.held.slips:
        if CHARGED_SLIPS.get(charge) is slip.kind:
            title = measuring.held.titles.get(slip.task_id or 0, "")
            label = f"{LETTER_LABELS[slip.kind]}{'：' if title else ''}{title}"
            sent = f"{short_date(slip.sent_on)}发出"
            yield Row(RowKind.SLIP, slip.slip_id, measuring.part_of(slip.task_id), ONE, label, sent)


def _charged(row: Row, part: Fraction) -> Row:
    return Row(row.kind, row.id, part, ONE, row.label, row.words)


def entered(entries: Sequence[Entry]) -> Iterator[Adjustment]:
    """加分 and 扣分 as people entered them."""
    for entry in entries:
        if entry.kind in {EntryKind.ADDITION, EntryKind.DEDUCTION}:
            sign = 1 if entry.kind is EntryKind.ADDITION else -1
            label = entry.item or ENTRY_KIND_LABELS[entry.kind]
            points = sign * abs(entry.points)
            number, words = entry.document_number, entry.words
            yield Adjustment("entry", label, points, (), number, entry.entry_id, words)
