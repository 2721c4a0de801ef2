"""The application factory: the one place where the parts are joined."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import channels, cli, db, logs, web
from app.clock import Clock, SystemClock
from app.mail import Post, SmtpPost
from config import Config
from workflows.wording import chinese_date


def create_app(config: Config, *, clock: Clock | None = None, post: Post | None = None) -> Flask:
    """The assembled application; `clock` and `post` stand in for the system's clock and the mail server."""
    app = Flask(__name__)
    app.config.update(asdict(config))
    app.config["MAX_CONTENT_LENGTH"] = (max(config.MAX_UPLOAD_MB, config.EVIDENCE_MAX_MB) + 1) * 1024 * 1024
    app.extensions["clock"] = clock or SystemClock()
    app.extensions["post"] = post or _mail(config)
    app.extensions["channels"] = channels.read(config.CHANNELS)
    app.add_template_filter(chinese_date, "day")
    logs.init_app(app)
    db.init_app(app)
    web.init_app(app)
    cli.init_app(app)
    if config.TRUSTED_PROXIES:
        hops = config.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _mail(config: Config) -> SmtpPost:
    return SmtpPost(
        config.SMTP_URL,
        config.MAIL_FROM,
        config.SMTP_TIMEOUT,
        bounces=config.MAIL_BOUNCES,
        ca_file=config.SMTP_CA_FILE,
    )
