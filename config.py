"""Settings, read once from the environment into one frozen object. Every variable has the prefix LUOSHI_."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

DEFAULT_SECRET_KEY = "development-only-not-a-secret"


class ConfigError(Exception):
    """A setting cannot be used; the sentence names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings with their defaults; units stand in the names or beside them."""

    ENV: str = "development"  # development | production
    DEBUG: bool = False
    SECRET_KEY: str = DEFAULT_SECRET_KEY
    DATABASE_URL: str = "sqlite:///instance/luoshi.db"  # SQLAlchemy address
    BASE_URL: str = "http://127.0.0.1:8000"  # how people reach the site; links in letters begin with it
    COUNTY_NAME: str = "云岭县（演示）"
    SMTP_URL: str = "smtp://127.0.0.1:8002"  # smtp://, smtp+starttls:// or smtps://[user:password@]host:port
    SMTP_TIMEOUT: int = 20  # seconds
    SMTP_CA_FILE: str = ""  # PEM file of the authorities the mail server is trusted by; empty: the machine's
    MAIL_FROM: str = "落实系统 <luoshi@localhost>"
    MAIL_BOUNCES: str = ""  # address that undeliverable letters return to; empty: the one in MAIL_FROM
    CHANNELS: str = ""  # name=address;name/characters=address: other ways than e-mail, all off by default
    MAX_UPLOAD_MB: int = 20  # megabytes
    EVIDENCE_DIR: str = "instance/evidence"  # folder of the files that prove what was said (佐证)
    EVIDENCE_MAX_MB: int = 20  # megabytes one of them may have
    FONT_DIR: str = ""  # folder of further fonts for PDFs (仿宋 …); empty: the machine's alone
    READ_SECONDS: int = 40  # seconds a document may take to be read
    READ_MEMORY_MB: int = 1024  # megabytes of memory it may take
    SESSION_MINUTES: int = 20  # minutes without a click until sign-out
    LOCKOUT_FAILURES: int = 5  # wrong passwords until lockout
    LOCKOUT_MINUTES: int = 30  # minutes
    TICK_SECONDS: int = 60  # seconds between turns of the engine
    TICK_BATCH: int = 200  # duties claimed in one transaction
    RELAY_BATCH: int = 200  # letters sent in one turn
    QUIET_HOURS: bool = True  # letters leave only from 8 to 20 o'clock on working days
    LEASE_SECONDS: int = 120  # seconds a sender may hold a letter
    DIGEST_HOUR: int = 9  # local hour of the day's digest, where a person has set none
    PERSON_LETTERS_A_DAY: int = 8  # letters one person gets in a day; what is more waits for the next digest
    STORM_LETTERS: int = 500  # letters falling due at once above which they wait for a person
    AUDIT_MINUTES: int = 10  # minutes between two looks for duties without a next moment
    PING_URL: str = ""  # asked after every good turn; an outside watchdog misses it when the engine stands
    ENGINE_SILENT_MINUTES: int = 10  # minutes without a turn until the pages warn
    TRUSTED_PROXIES: int = 0  # reverse proxies whose X-Forwarded-* headers are believed

    @property
    def is_production(self) -> bool:
        return self.ENV == "production"


def from_env(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings; raises ConfigError for a value that cannot be used, or is unsafe in production."""
    values: dict[str, object] = {}
    for field in fields(Config):
        raw = env.get(f"LUOSHI_{field.name}")
        if raw is not None:
            values[field.name] = _read(field.name, str(field.type), raw)
    config = Config(**values)  # type: ignore[arg-type]
    _check(config)
    return config


def _read(name: str, kind: str, raw: str) -> object:
    if kind == "bool":
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise ConfigError(f"LUOSHI_{name} must be 0 or 1, not {raw!r}.")
        return raw.lower() in {"1", "true", "yes"}
    if kind == "int":
        if not raw.isdecimal():
            raise ConfigError(f"LUOSHI_{name} must be a whole number, not {raw!r}.")
        return int(raw)
    return raw


def _check(config: Config) -> None:
    if config.ENV not in {"development", "production"}:
        raise ConfigError(f"LUOSHI_ENV must be development or production, not {config.ENV!r}.")
    if not 8 <= config.DIGEST_HOUR < 20:
        raise ConfigError("LUOSHI_DIGEST_HOUR must be 8 to 19: letters leave in office hours only.")
    if config.PERSON_LETTERS_A_DAY < 1:
        raise ConfigError(
            "LUOSHI_PERSON_LETTERS_A_DAY must be 1 or more: a person may get less, never nothing."
        )
    if not config.is_production:
        return
    if config.DEBUG:
        raise ConfigError("LUOSHI_DEBUG must be off in production: it shows code and data to visitors.")
    if config.SECRET_KEY == DEFAULT_SECRET_KEY or len(config.SECRET_KEY) < 32:
        raise ConfigError("LUOSHI_SECRET_KEY must be a random text of 32 characters or more in production.")
