"""The rows of a month's page: each with its form, filled from what was posted or else from what stands in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from app.queries import units
from app.queries.month import MonthPage, MonthRow
from app.services.entries import EMPTY_VERSION, SAID, Entry, values_of
from app.web.auth import actor
from app.web.forms.reports import MEASURE, RowForm, row_form
from workflows.policy import Act, allows


@dataclass(slots=True)
class Line:
    """One task of the page: its row, the form over it (None when it can only be read), what became of the typing.

    `conflict`: a colleague saved this row since the page was shown. `typed`: words that no longer have a field.
    """

    row: MonthRow
    form: RowForm | None
    posted: bool
    conflict: bool = False
    typed: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        return self.row.report.version if self.row.report else EMPTY_VERSION

    @property
    def entry(self) -> Entry:
        """What was typed, as a value."""
        assert self.form is not None
        return Entry(self.row.duty.id, **self.form.answers())

    def refill(self) -> None:
        """Show what stands in the report."""
        if self.form is None:
            return
        report = self.row.report
        facts = {name: getattr(report, name, None) for name in SAID if name != "help_unit_id"}
        facts["help_unit"] = report.help_unit.name if report and report.help_unit else ""
        facts["percent"] = facts["percent"] if self.form.asks_percent else None
        values = values_of(report) if report else {}
        facts |= {
            f"{MEASURE}{one.commitment_id}": values.get(one.commitment_id, "") for one in self.form.indicators
        }
        self.form.show(self.version, **facts)


def lines_of(page: MonthPage) -> list[Line]:
    """Every row of the page, those that can be written with a form."""
    writable = allows(actor(), Act.FILE_REPORT, actor().owns(page.unit_id))
    known = known_units() if request.method == "POST" else {}
    return [_line(row, known, writable=writable, monthly=page.is_monthly) for row in page.rows]


def known_units() -> Mapping[str, int]:
    """Every name a unit is known by."""
    return {name: bound.unit_id for name, bound in units.name_index().items() if bound.unit_id}


def prefix_of(duty_id: int) -> str:
    """What the names of a row's fields begin with."""
    return f"row-{duty_id}-"


def _line(row: MonthRow, known: Mapping[str, int], *, writable: bool, monthly: bool) -> Line:
    prefix = prefix_of(row.duty.id)
    posted = f"{prefix}version" in request.form
    if not posted and not (writable and row.open):
        return Line(row, None, posted=False)
    form = row_form(row.background, request.form if posted else None, prefix=prefix, monthly=monthly)
    line = Line(row, form, posted)
    if posted:
        read(form, row, known, monthly=monthly)
    else:
        line.refill()
    return line


def read(form: RowForm, row: MonthRow, known: Mapping[str, int], *, monthly: bool) -> None:
    """Look at what was posted: what cannot be taken has its error beside the field."""
    readable = form.validate()
    form.resolve(known)
    if readable and form.unchanged.data:
        form.take(row.background, monthly=monthly)


def readable(lines: Sequence[Line]) -> bool:
    """Whether everything that was posted can be taken."""
    return not any(line.form.errors for line in lines if line.form and line.posted)


def settled_meanwhile(lines: Sequence[Line]) -> bool:
    """Whether somebody filed a row that was being typed in; its words are given back, for it has no field now."""
    settled = [line for line in lines if line.form and line.posted and not line.row.open]
    for line in settled:
        assert line.form is not None
        line.conflict = line.form.touched
        if line.conflict:
            line.typed = line.form.typed
        line.form = None
    return any(line.conflict for line in settled)


def vanished(lines: Sequence[Line]) -> tuple[str, ...]:
    """Words typed into rows that are no longer asked for, their task having been closed meanwhile."""
    posted = {name.removesuffix("version") for name in request.form if name.endswith("-version")}
    gone = posted - {prefix_of(line.row.duty.id) for line in lines}
    forms = [RowForm(request.form, prefix=prefix) for prefix in sorted(gone)]
    return tuple(words for form in forms if form.touched for words in form.typed)
