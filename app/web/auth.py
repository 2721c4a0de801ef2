"""Sign-in, sign-out, password; and the guard that lets nobody else through."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app import clock
from app.queries import people as people_rows
from app.queries.people import Account
from app.services import people
from app.web import echo, forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.policy import Actor

bp = Blueprint("auth", __name__)

PUBLIC = frozenset({"auth.sign_in", "health.healthz", "static"})
"""The only endpoints a stranger may reach."""

BEFORE_NEW_PASSWORD = PUBLIC | {"auth.password", "auth.sign_out"}


class User(UserMixin):  # type: ignore[misc]
    """The signed-in person. The session holds the random login token, so that one write ends every session."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        return self.account.login_token


def actor() -> Actor:
    """Who is signed in."""
    user: User = current_user
    return user.account.actor


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = "strong"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> User | None:
        account = people_rows.account_by_token(token, local_date(clock.now()))
        return User(account) if account else None

    app.before_request(_guard)


def _guard() -> Response | tuple[str, int] | None:
    if request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.account.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        return redirect(url_for("auth.password"), 303)
    if request.method == "POST" and request.endpoint not in echo.RESUMABLE and echo.RESUMED in request.form:
        abort(400)  # such a page would act at once on words its reader has not seen again
    return None


def _ask_to_sign_in() -> Response | tuple[str, int]:
    """Send a reader to sign in; show a writer what he typed, for the session has ended meanwhile."""
    if request.method == "POST":
        form, kept = forms.SignIn(formdata=None), echo.carried()
        page = render_template(
            "errors/signed_out.html",
            form=form,
            typed=echo.typed_words(),
            kept=kept,
            back=echo.way_back(),
        )
        return page, 401
    wanted = request.full_path.rstrip("?")
    target = url_for("auth.sign_in", next=None if wanted == "/" else wanted)
    return redirect(target, 303)


def _safe_next(target: str | None) -> str:
    """A path of our own, or the front page."""
    return target if target and echo.is_own(target) else url_for("desk.home")


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    if current_user.is_authenticated:
        return redirect(_safe_next(request.args.get("next")), 303)
    form, kept = forms.SignIn(), echo.unpacked(request.form.get("carried"))
    if form.validate_on_submit():
        try:
            person_id = people.sign_in(form.username.data or "", form.password.data or "", clock.now())
        except Refused as refusal:
            form.password.errors = [str(refusal)]
            return render_template("auth/sign_in.html", form=form, kept=kept), 401
        account = people_rows.account(person_id, local_date(clock.now()))
        if account:
            session.clear()
            g.pop("csrf_token", None)  # made for the session that was just cleared
            login_user(User(account))
            session.permanent = True
        if kept:
            return render_template("auth/resume.html", kept=kept, resumed=echo.RESUMED)
        return redirect(_safe_next(request.args.get("next")), 303)
    return render_template("auth/sign_in.html", form=form, kept=kept)


@bp.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in"), 303)


@bp.route("/password", methods=["GET", "POST"])
def password() -> Response | str | tuple[str, int]:
    form = forms.NewPassword()
    if form.validate_on_submit():
        try:
            people.change_password(actor(), form.old.data or "", form.new.data or "", clock.now())
        except Refused as refusal:
            field = form.old if refusal.code == "wrong-password" else form.new
            field.errors = [str(refusal)]
            return render_template("auth/password.html", form=form), 400
        account = people_rows.account(actor().person_id, local_date(clock.now()))
        if account:
            login_user(User(account))
            session.permanent = True
        flash("密码已修改。")
        return redirect(url_for("desk.home"), 303)
    return render_template("auth/password.html", form=form)
