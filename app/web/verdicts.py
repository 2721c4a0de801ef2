"""待审核: the office reads reports beside those of the period before, and gives its verdict; and closings."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.queries import corrections, evidence, supervision
from app.queries import verdicts as rows
from app.queries.verdicts import QUEUE_PAGE
from app.services import progress, verdicts
from app.web.auth import actor
from app.web.forms import supervision as forms
from app.web.forms.supervision import ReportVerdict
from app.web.supervision import Page, bp
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import RETURN_REASON_LABELS, ClosingGrade
from workflows.policy import Act, require

SHOWN_AGAIN = {"invalid": 400, "illegal-step": 409, "stale": 409}
MOST_CORRECTIONS = 40


@bp.get("/supervision/review")
def review() -> Page:
    require(actor(), Act.SUPERVISE)
    return _review()


def _review(
    trouble: str = "", at: str = "", words: str = "", status: int = 200, typed: ReportVerdict | None = None
) -> Page:
    """The queue; `at` names the row that was refused, which keeps the words, or the whole form, typed in it."""
    number = max(request.args.get("page", 1, type=int), 1)
    waiting, closing = supervision.waiting_for_review(), supervision.closing_queue()
    queue = rows.review_queue(clock.now(), offset=(number - 1) * QUEUE_PAGE)
    page = render_template(
        "supervision/review.html",
        groups=rows.grouped(queue, clock.now()),
        tickable=sum(row.plain for row in queue),
        waiting=waiting,
        page=number,
        more=waiting > number * QUEUE_PAGE,
        unseen=corrections.unseen(MOST_CORRECTIONS),
        evidence=evidence.of_duties([row.duty.id for row in queue]),
        closing=closing,
        proofs=evidence.of_tasks([task.id for task in closing]),
        reasons=RETURN_REASON_LABELS,
        trouble=trouble,
        at=at,
        words=words,
        typed=typed,
    )
    return page, status


def _again(refusal: Refused, at: str, words: str = "", typed: ReportVerdict | None = None) -> Page:
    """The queue with the sentence and what was typed, for what the person can mend; raises the rest."""
    status = SHOWN_AGAIN.get(refusal.code)
    if status is None:
        raise refusal
    return _review(str(refusal), at, words, status, typed)


@bp.post("/supervision/review/<int:duty_id>")
def judge(duty_id: int) -> Page:
    """通过, 退回, 转核查 or 面谈 of one report."""
    require(actor(), Act.REVIEW_REPORT)
    form, row = ReportVerdict(), f"d-{duty_id}"
    if not form.validate_on_submit():
        faults = [fault for name in ("reason", "words", "on", "people") for fault in form[name].errors]
        return _review("；".join(faults) or "请重新点要做的决定。", row, status=400, typed=form)
    try:
        flash(_judge(duty_id, form))
    except Refused as refusal:
        return _again(refusal, row, typed=form)
    return redirect(url_for("supervision.review"), 303)


def _judge(duty_id: int, form: ReportVerdict) -> str:
    """Give the verdict of the button that was pressed; returns what to say of it."""
    who, now, seen = actor(), clock.now(), form.seen_version.seen
    if form.verdict.data == "return":
        verdicts.return_(who, duty_id, form.returned_for, form.said, now, seen_version=seen)
        return "月报已退回，单位会收到通知。"
    if form.verdict.data == "check":
        verdicts.check(who, duty_id, form.said, now, seen_version=seen)
        return "月报已列为存疑待核查，核查以后再通过或退回。"
    if form.verdict.data in {"agreed", "to-correct"}:
        said = form.talk(local_date(now))
        verdicts.talk(who, duty_id, said, now, seen_version=seen)
        return "面谈已记录，月报已通过。" if said.accepted else "面谈已记录，等单位更正后再审核。"
    verdicts.accept(who, duty_id, now, words=form.said, seen_version=seen)
    return "月报已通过。"


@bp.post("/supervision/review")
def accept_several() -> Page:
    """通过 every ticked report; one that was settled or corrected meanwhile is counted and left."""
    require(actor(), Act.REVIEW_REPORT)
    form = forms.Several()
    chosen = form.duties.data or []
    if not form.validate_on_submit() or not chosen:
        return _review("请先勾选要通过的月报。", status=400)
    left = 0
    for duty_id, seen in chosen:
        try:
            verdicts.accept(actor(), duty_id, clock.now(), seen_version=seen)
        except Refused as refusal:
            if refusal.code not in SHOWN_AGAIN:
                raise
            left += 1
    flash(
        f"{len(chosen) - left}份月报已通过。" + (f"{left}份刚刚有变化，没有处理，请重新看。" if left else "")
    )
    return redirect(url_for("supervision.review"), 303)


@bp.post("/supervision/corrections/<int:duty_id>")
def note_corrections(duty_id: int) -> Page:
    """更正已阅, as far as the page showed them."""
    require(actor(), Act.REVIEW_REPORT)
    verdicts.note_corrections(actor(), duty_id, request.form.get("through", 0, type=int), clock.now())
    flash("更正已阅。")
    return redirect(url_for("supervision.review", _anchor="corrections"), 303)


def _grade(chosen: str) -> ClosingGrade:
    """办结评价; raises Refused invalid where none was chosen."""
    if chosen not in set(ClosingGrade):
        raise Refused("invalid", "请选择办结评价：优秀、良好或合格；不合格的请退回重办。")
    return ClosingGrade(chosen)


@bp.post("/supervision/closing/<int:task_id>")
def settle(task_id: int) -> Page:
    """销号, or 退回重办."""
    require(actor(), Act.CLOSE_TASK)
    form = forms.Verdict()
    words, row = (form.words.data or "").strip(), f"c-{task_id}"
    if not form.validate_on_submit():
        return _review("；".join(form.words.errors) or "请重新点“销号”或“退回”。", row, words, 400)
    seen, now = request.form.get("seen_version", -1, type=int), clock.now()
    try:
        if form.verdict.data == "return":
            progress.send_back(actor(), task_id, words, seen_version=seen, now=now)
            flash("已退回重办，时限重新开始提醒。")
        else:
            grade = _grade(request.form.get("grade", ""))
            progress.close(actor(), task_id, words, grade=grade, seen_version=seen, now=now)
            flash("任务已销号，不再要求签收和报告。")
    except Refused as refusal:
        return _again(refusal, row, words)
    return redirect(url_for("supervision.review"), 303)
