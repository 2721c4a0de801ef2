"""Headers, cookies and CSRF: what every answer carries."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Sessions(SecureCookieSessionInterface):
    """The session's cookie, left alone by answers given in passing: one that comes late would take back what the answer
    to a button has said meanwhile."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return session.modified or (not g.get("in_passing") and super().should_set_cookie(app, session))


def in_passing() -> None:
    """Say that this answer is asked for while somebody types, beside whatever he presses next."""
    g.in_passing = True


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["BASE_URL"].startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=app.config["SESSION_MINUTES"]),
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,  # bytes: a month of two hundred tasks, every field full
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nobody loses an hour's typing to a stale token
        WTF_I18N_ENABLED=False,
    )
    CSRFProtect(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
