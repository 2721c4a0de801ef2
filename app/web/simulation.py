"""推演: what a draft of the rules would do, before anybody takes it into use; and the letters behind every figure."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from app import clock
from app.queries import burden, relit, rulebook
from app.queries.burden import ASSUMED_LABELS, Assumed, Question
from app.web.auth import actor
from app.web.forms import offered
from app.web.forms.rules import QuestionForm
from app.web.rules import Page, bp
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.policy import Act, require


@bp.get("/rules/drafts/<int:draft_id>/simulation")
def simulate(draft_id: int) -> Page:
    """Letters by person and week beside those of the rules in force; of lights, every task that changes colour."""
    require(actor(), Act.EDIT_RULES)
    found = rulebook.draft_page(draft_id)
    if found.draft.subject.value == "light":
        today = local_date(clock.now())
        return render_template("rules/relit.html", found=found, seen=relit.relighting(draft_id, today))
    form, trouble = _form(found.draft.plan_id), ""
    try:
        question = _question(form)
        seen = burden.burden(draft_id, question, clock.now())
    except Refused as refusal:
        if refusal.code not in {"invalid", "illegal-step"} and form.plan.choices:
            raise
        trouble, seen, question = str(refusal), None, Question(0)
    page = render_template(
        "rules/simulation.html", found=found, form=form, seen=seen, trouble=trouble, asked=_asked(question)
    )
    return page, 400 if trouble and form.plan.choices else 200


def _form(plan_id: int | None) -> QuestionForm:
    """The question as asked in the address; unasked, the largest plan for eight weeks."""
    plans = [(plan.id, plan.title) for plan in rulebook.running_plans() if plan_id in {None, plan.id}]
    form = QuestionForm(request.args or None)
    form.plan.choices = offered(plans)
    form.assumed.choices = offered((one.value, words) for one, words in ASSUMED_LABELS.items())
    if not request.args and plans:
        form.plan.data, form.assumed.data = plan_id or burden.largest_plan(), Assumed.HEARD.value
        form.moves.data = True
    return form


def _question(form: QuestionForm) -> Question:
    if not form.plan.choices:
        raise Refused("missing", "还没有正在执行的计划，没有可以推演的提醒。可以直接采用。")
    if request.args and not form.validate():
        said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
        raise Refused("invalid", "".join(said))
    return Question(
        form.plan.data,
        form.weeks.data or 8,
        Assumed(form.assumed.data),
        bool(form.moves.data),
        form.limit.data or 5,
    )


def _asked(question: Question) -> dict[str, object]:
    """The question as it stands in an address."""
    asked: dict[str, object] = {
        "plan": question.plan_id,
        "weeks": question.weeks,
        "assumed": question.assumed.value,
        "limit": question.limit,
    }
    return asked | ({"moves": "y"} if question.moves else {})


@bp.get("/rules/drafts/<int:draft_id>/simulation/letters/<int:person_id>")
def foretold(draft_id: int, person_id: int) -> Page:
    """The letters foretold to one person, in one week (`week`, its Monday) or in the whole stretch."""
    require(actor(), Act.EDIT_RULES)
    found = rulebook.draft_page(draft_id)
    question, week = _question(_form(found.draft.plan_id)), request.args.get("week", type=date.fromisoformat)
    in_force = request.args.get("side") == "now"
    name, letters = burden.letters_of(
        draft_id, question, clock.now(), person_id=person_id, week=week, in_force=in_force
    )
    return render_template(
        "rules/foretold.html",
        found=found,
        name=name,
        letters=letters,
        week=week,
        in_force=in_force,
        back=url_for("rules.simulate", draft_id=draft_id, **_asked(question)),  # type: ignore[arg-type]
        other=url_for(
            "rules.foretold",
            draft_id=draft_id,
            person_id=person_id,
            week=week,
            side=None if in_force else "now",
            **_asked(question),  # type: ignore[arg-type]
        ),
    )
