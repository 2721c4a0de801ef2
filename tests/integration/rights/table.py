"""The table: who may open each address, to whom it does not exist, and who reads that it is not for him."""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = {
    "zhuanban": "office",
    "fuxianzhang": "leader",
    "guanli": "admin",
    "jiaoyu": "owner",
    "caizheng": "party",
    "minzheng": "stranger",
}
"""Username → the kind of person: LEAD owes whatever an address speaks of, SHARER takes part in it, STRANGER does not."""

SIGNED_OUT = "nobody"

Who = frozenset[str]
NONE: Who = frozenset()
OFFICE, LEADER, ADMIN = frozenset({"office"}), frozenset({"leader"}), frozenset({"admin"})
OWNER, PARTY, STRANGER = frozenset({"owner"}), frozenset({"party"}), frozenset({"stranger"})
READERS, KEEPERS, STAFF = OFFICE | LEADER, OFFICE | ADMIN, OFFICE | LEADER | ADMIN
OTHERS, UNITS = PARTY | STRANGER, OWNER | PARTY | STRANGER
SIX = STAFF | UNITS
EVERYBODY = SIX | {SIGNED_OUT}

GET, POST = ("GET",), ("POST",)
BOTH = GET + POST

TRIED = frozenset({303, 400, 409})
"""What an empty form is told where it may be sent: done, something is missing, or things are not so far. Never 403, 404."""

SHOWN = frozenset({200})
TOO_EARLY = frozenset({409})
REDIRECTED = frozenset({303})
FORBIDDEN, MISSING = frozenset({403}), frozenset({404})
SIGN_IN_FIRST = {"GET": REDIRECTED, "POST": frozenset({401})}
"""A reader is sent to the door; a writer is shown it together with what he typed, so that nothing of it is lost."""


@dataclass(frozen=True)
class Line:
    """Who may, of one endpoint by these methods; for those `hidden` it does not exist, all others are forbidden.

    `led_on` are sent on to another page. `early`: whoever may is told that nothing is decided or settled yet.
    `pressed` is what a form is told where it may be sent.
    """

    endpoint: str
    methods: tuple[str, ...]
    may: Who
    hidden: Who = NONE
    led_on: Who = NONE
    early: bool = False
    pressed: frozenset[int] = TRIED

    def statuses(self, method: str, who: str) -> frozenset[int]:
        """What this kind of person is answered; one status but for a form that may be sent."""
        if who in self.led_on:
            return REDIRECTED
        if who in self.may:
            return self.pressed if method == "POST" else TOO_EARLY if self.early else SHOWN
        if who == SIGNED_OUT:
            return SIGN_IN_FIRST[method]
        return MISSING if who in self.hidden else FORBIDDEN


LINES = (
    Line("admin.group", BOTH, KEEPERS),
    Line("admin.new_group", BOTH, KEEPERS),
    Line("admin.new_person", BOTH, KEEPERS),
    Line("admin.new_unit", BOTH, KEEPERS),
    Line("admin.people", GET, KEEPERS),
    Line("admin.person", BOTH, KEEPERS),
    Line("admin.unit", BOTH, KEEPERS),
    Line("admin.units", GET, STAFF),
    Line("admin.reset_password", POST, KEEPERS),
    Line("appeals.new", BOTH, OWNER, hidden=OTHERS | OFFICE),
    Line("appeals.show", GET, OWNER | READERS, hidden=OTHERS),
    Line("appeals.decide", POST, OFFICE),
    Line("appeals.withdraw", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("assessments.entries", BOTH, OFFICE),
    Line("assessments.index", GET, READERS, hidden=UNITS),
    Line("assessments.mine", GET, UNITS | READERS),
    Line("assessments.show", GET, READERS, hidden=UNITS),
    Line("assessments.unit", GET, OWNER | READERS, hidden=OTHERS),
    Line("assessments.weights", BOTH, OFFICE),
    Line("assessments.adopt", POST, OFFICE),
    Line("assessments.archive", POST, OFFICE),
    Line("assessments.begin", POST, OFFICE),
    Line("assessments.prepublish", POST, OFFICE),
    Line("assessments.settle", POST, OFFICE),
    Line("assessments.withdraw_entry", POST, OFFICE),
    Line("auth.password", GET, SIX),
    Line("auth.password", POST, SIX, pressed=SHOWN),
    Line("auth.sign_in", GET, EVERYBODY, led_on=SIX),
    Line("auth.sign_in", POST, EVERYBODY),
    Line("auth.sign_out", POST, SIX),
    Line("bulletins.as_pdf", GET, READERS, hidden=UNITS),
    Line("bulletins.as_word", GET, READERS, hidden=UNITS),
    Line("bulletins.behind_figure", GET, READERS, hidden=UNITS),
    Line("bulletins.edit", GET, OFFICE),
    Line("bulletins.explain", GET, OWNER, hidden=OTHERS | OFFICE),
    Line("bulletins.index", GET, UNITS | READERS),
    Line("bulletins.receipts", GET, READERS),
    Line("bulletins.show", GET, OWNER | READERS, hidden=OTHERS),
    Line("bulletins.arrange", POST, OFFICE),
    Line("bulletins.begin", POST, OFFICE),
    Line("bulletins.choose", POST, OFFICE),
    Line("bulletins.correct", POST, OFFICE),
    Line("bulletins.drop", POST, OFFICE),
    Line("bulletins.explained", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("bulletins.freeze", POST, OFFICE),
    Line("bulletins.pass_", POST, OFFICE),
    Line("bulletins.publish", POST, OFFICE),
    Line("bulletins.save_section", POST, OFFICE),
    Line("bulletins.send_back", POST, READERS),
    Line("bulletins.sign", POST, READERS),
    Line("bulletins.submit", POST, OFFICE),
    Line("calendars.index", GET, KEEPERS),
    Line("calendars.new", GET, KEEPERS),
    Line("calendars.show", GET, KEEPERS),
    Line("calendars.preview", POST, KEEPERS),
    Line("calendars.preview_own", POST, KEEPERS),
    Line("calendars.publish", POST, KEEPERS),
    Line("calendars.publish_own", POST, KEEPERS),
    Line("corrections.new", BOTH, OWNER, hidden=OTHERS | OFFICE),
    Line("deputies.mine", GET, SIX),
    Line("deputies.of", GET, OWNER | KEEPERS, hidden=OTHERS | LEADER),
    Line("deputies.appoint", POST, OWNER | KEEPERS, hidden=OTHERS | LEADER),
    Line("deputies.end", POST, OWNER | KEEPERS, hidden=OTHERS | LEADER),
    Line("deputies.prefer", POST, OWNER | KEEPERS, hidden=OTHERS | LEADER),
    Line("desk.home", GET, SIX, led_on=SIX),
    Line("desk.index", GET, SIX, led_on=LEADER | ADMIN),
    Line("desk.sign", POST, UNITS | OFFICE),
    Line("documents.appeal_decision", GET, OWNER | READERS, hidden=OTHERS, early=True),
    Line("documents.completion", GET, READERS),
    Line("documents.ledger", GET, READERS),
    Line("documents.month_report", GET, OWNER | READERS, hidden=OTHERS),
    Line("documents.month_summary", GET, READERS),
    Line("documents.results", GET, READERS, hidden=UNITS, early=True),
    Line("documents.scheme", GET, READERS, hidden=UNITS),
    Line("documents.scores", GET, READERS, hidden=UNITS),
    Line("documents.self_assessment", GET, OWNER | READERS, hidden=OTHERS, early=True),
    Line("documents.task_list", GET, READERS),
    Line("engine.index", GET, KEEPERS),
    Line("engine.release", POST, OFFICE),
    Line("evidence.download", GET, OWNER | READERS | PARTY, hidden=STRANGER | ADMIN),
    Line("evidence.row", GET, OWNER | READERS, hidden=OTHERS),
    Line("evidence.row", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("evidence.remove", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("gathering.show", GET, OWNER | READERS, hidden=OTHERS),
    Line("gathering.nudge", POST, OFFICE | OWNER, hidden=OTHERS),
    Line("gathering.save", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("handovers.index", GET, KEEPERS),
    Line("handovers.take", POST, KEEPERS),
    Line("handovers.waive", POST, KEEPERS),
    Line("health.healthz", GET, EVERYBODY),
    Line("letters.show", GET, OFFICE | OWNER, hidden=OTHERS | LEADER | ADMIN),
    Line("letters.received", POST, OWNER, hidden=OTHERS | STAFF),
    Line("papers.index", GET, KEEPERS),
    Line("papers.sample", GET, KEEPERS),
    Line("papers.show", GET, KEEPERS),
    Line("papers.template", GET, KEEPERS),
    Line("papers.retire", POST, KEEPERS),
    Line("papers.take", POST, KEEPERS),
    Line("plans.checklist", GET, READERS),
    Line("plans.checkup", GET, READERS),
    Line("plans.discard", BOTH, OFFICE),
    Line("plans.edit", BOTH, OFFICE),
    Line("plans.import_tasks", BOTH, OFFICE),
    Line("plans.index", GET, READERS),
    Line("plans.issue", BOTH, OFFICE),
    Line("plans.new", BOTH, OFFICE),
    Line("plans.new_task", BOTH, OFFICE),
    Line("plans.review", GET, READERS),
    Line("plans.split", BOTH, OFFICE),
    Line("plans.task", BOTH, OFFICE),
    Line("plans.task_list", GET, READERS),
    Line("plans.accept", POST, OFFICE),
    Line("plans.add_name", POST, OFFICE),
    Line("plans.apply_tasks", POST, OFFICE),
    Line("plans.bind", POST, OFFICE),
    Line("plans.files_through", POST, OFFICE),
    Line("plans.join_force", POST, OFFICE),
    Line("plans.merge", POST, OFFICE),
    Line("plans.undo", POST, OFFICE),
    Line("plans.remove_task", POST, OFFICE),
    Line("proposals.take", BOTH, OFFICE),
    Line("proposals.adopt", POST, OFFICE),
    Line("proposals.decline", POST, OFFICE),
    Line("proposals.dismiss", POST, OFFICE),
    Line("proposals.reopen", POST, OFFICE),
    Line("proposals.seat", POST, OFFICE),
    Line("receipts.index", GET, READERS),
    Line("receipts.record", POST, OFFICE),
    Line("receipts.record_one", POST, OFFICE),
    Line("registry.export", GET, STAFF),
    Line("registry.starting_set", BOTH, KEEPERS),
    Line("registry.upload", BOTH, KEEPERS),
    Line("registry.apply", POST, KEEPERS),
    Line("reports.form_sheet", GET, OWNER | READERS, hidden=OTHERS),
    Line("reports.index", GET, SIX, led_on=OWNER),
    Line("reports.month", GET, OWNER | READERS, hidden=OTHERS),
    Line("reports.upload_form", BOTH, OWNER, hidden=OTHERS | OFFICE),
    Line("reports.autosave", POST, OWNER, hidden=OTHERS | OFFICE, pressed=SHOWN),
    Line("reports.hints", POST, OWNER, hidden=OTHERS | OFFICE, pressed=SHOWN),
    Line("reports.save", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("reports.take_form", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("requests.index", GET, UNITS | READERS),
    Line("requests.new", BOTH, OWNER, hidden=OTHERS | OFFICE),
    Line("requests.show", GET, OWNER | READERS, hidden=OTHERS | ADMIN),
    Line("requests.answer", POST, READERS, hidden=UNITS | ADMIN),
    Line("requests.resume", POST, READERS, hidden=UNITS),
    Line("requests.withdraw", POST, OWNER, hidden=OTHERS | KEEPERS),
    Line("rules.draft", GET, KEEPERS),
    Line("rules.foretold", GET, KEEPERS),
    Line("rules.index", GET, KEEPERS),
    Line("rules.ladder", BOTH, KEEPERS),
    Line("rules.move", BOTH, KEEPERS),
    Line("rules.simulate", GET, KEEPERS),
    Line("rules.take", BOTH, KEEPERS),
    Line("rules.version", GET, KEEPERS),
    Line("rules.begin", POST, KEEPERS),
    Line("rules.discard", POST, KEEPERS),
    Line("rules.save", POST, KEEPERS),
    Line("schemes.draft", BOTH, OFFICE),
    Line("schemes.index", GET, READERS, hidden=UNITS),
    Line("schemes.simulate", GET, OFFICE),
    Line("schemes.take", BOTH, OFFICE),
    Line("schemes.begin", POST, OFFICE),
    Line("schemes.discard", POST, OFFICE),
    # who signs in person does so under a rule this county has not: test_pages_signoff
    Line("signoff.show", GET, NONE, hidden=OTHERS | OFFICE),
    Line("signoff.refuse", POST, NONE, hidden=OTHERS | OFFICE),
    Line("signoff.sign", POST, NONE, hidden=OTHERS | OFFICE),
    Line("signoff.take_back", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("slips.queue", GET, READERS),
    Line("slips.show", GET, OWNER | READERS, hidden=OTHERS),
    Line("slips.answer", POST, OWNER, hidden=OTHERS | OFFICE),
    Line("slips.decide", POST, READERS),
    Line("static", GET, EVERYBODY),
    Line("supervision.duty", GET, OWNER | READERS, hidden=OTHERS),
    Line("supervision.index", GET, READERS),
    Line("supervision.letter", GET, READERS),
    Line("supervision.letters", GET, READERS),
    Line("supervision.matrix", GET, READERS),
    Line("supervision.overdue", GET, READERS),
    Line("supervision.review", GET, READERS),
    Line("supervision.summary", GET, READERS),
    Line("supervision.accept_several", POST, OFFICE),
    Line("supervision.finish_review", POST, OFFICE),
    Line("supervision.judge", POST, OFFICE),
    Line("supervision.note_corrections", POST, OFFICE),
    Line("supervision.record_issue", POST, OFFICE),
    Line("supervision.settle", POST, OFFICE),
    Line("tasks.close", BOTH, OFFICE),
    Line("tasks.everything", GET, READERS),
    Line("tasks.index", GET, SIX),
    Line("tasks.request_close", BOTH, OWNER, hidden=STRANGER),
    Line("tasks.search", GET, SIX),
    Line("tasks.show", GET, OWNER | READERS | PARTY, hidden=STRANGER),
    Line("tasks.update", BOTH, OWNER, hidden=OTHERS | OFFICE),
    Line("tasks.sign", POST, OWNER | PARTY, hidden=OFFICE | STRANGER),
    Line("versions.changes", GET, READERS),
    Line("versions.former", GET, READERS),
    Line("versions.new", BOTH, OFFICE),
    Line("versions.pairing", BOTH, OFFICE),
    Line("versions.source", GET, READERS),
    Line("versions.take", POST, OFFICE),
)

TABLE = {(line.endpoint, method): line for line in LINES for method in line.methods}
