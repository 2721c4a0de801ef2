"""`make run`: the demo county on this machine: web server, engine, mail catcher, started and stopped as one.

Everything it keeps is in one folder, instance/. It speaks Chinese: whoever tries the product reads it.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tools.machine import ROOT

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10
PAUSE_SECONDS = 0.2


class DemoError(Exception):
    """The demo cannot start or go on; the sentence says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo listens, all on this machine alone."""

    web: int
    mail: int
    smtp: int


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo: where it listens, what its parts find in their environment, where it keeps its things."""

    ports: Ports
    env: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Child:
    """One running part of the demo, and the file it writes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        """The end of its log, at most twenty lines."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-20:])


def main() -> None:
    """Run until Ctrl-C or SIGTERM (exit 0), or until something is wrong (one sentence, exit 1)."""
    options = ArgumentParser(prog="python -m tools.run", description="Run the demo county on this machine.")
    options.add_argument("--folder", type=Path, default=ROOT / "instance", help="where it keeps its things")
    folder: Path = options.parse_args().folder
    # both, for a shell that starts us in the background leaves Ctrl-C ignored
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        _run(_demo(folder.resolve(), os.environ))
    except DemoError as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        print(f"\n已停止。数据留在 {folder}，再次 make run 即可继续。", flush=True)


def read_ports(env: Mapping[str, str]) -> Ports:
    """The three ports from PORT, 8000 by default; raises DemoError when it is no number or one is taken."""
    wish = env.get("PORT", "8000")
    if not wish.isascii() or not wish.isdigit() or not 1 <= int(wish) <= 65533:
        raise DemoError(f"PORT 应是 1 到 65533 之间的数字，现在是“{wish}”。例如：PORT=8123 make run")
    ports = Ports(int(wish), int(wish) + 1, int(wish) + 2)
    for port in (ports.web, ports.mail, ports.smtp):
        _require_free(port)
    return ports


def settings(ports: Ports, folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The environment of every part. Letters go to the catcher, whatever the person's own environment says."""
    return {
        "LUOSHI_SECRET_KEY": secret_key(folder / "secret-key"),
        "LUOSHI_DATABASE_URL": f"sqlite:///{folder / 'luoshi.db'}",
        "LUOSHI_EVIDENCE_DIR": str(folder / "evidence"),
        "LUOSHI_QUIET_HOURS": "0",  # who tries it on a Sunday evening wants to see letters
        **env,
        "LUOSHI_ENV": "development",
        "LUOSHI_SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "LUOSHI_BASE_URL": f"http://{HOST}:{ports.web}",
    }


def secret_key(file: Path) -> str:
    """The demo's secret, made at the first run and kept where only its owner reads it."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    return file.read_text()


def _demo(folder: Path, env: Mapping[str, str]) -> Demo:
    ports = read_ports(env)
    folder.mkdir(parents=True, exist_ok=True)
    return Demo(ports, settings(ports, folder, env), folder)


def _run(demo: Demo) -> None:
    print("正在准备数据库和演示数据，第一次约需半分钟 …", flush=True)
    _flask(demo, "db", "upgrade")
    sign_ins = _flask(demo, "demo", "load")
    with _running(demo) as children:
        _await_health(demo.ports.web, children)
        _announce(demo, sign_ins)
        while True:
            _require_alive(children)
            time.sleep(PAUSE_SECONDS)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise DemoError(f"端口 {port} 已被占用或不可用。请换一个：PORT=8123 make run") from None


def _flask(demo: Demo, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT, env=demo.env, check=False, text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise DemoError(
            f"{done.stdout}{done.stderr}\n命令 flask {' '.join(command)} 失败（退出码 {done.returncode}）。"
        )
    return done.stdout


def _commands(demo: Demo) -> dict[str, list[str]]:
    ports = demo.ports
    mail = ["tools.mailcatcher", "--folder", str(demo.folder / "mail")]
    web = ["gunicorn", "wsgi:app", "--bind", f"{HOST}:{ports.web}", "--worker-class", "gthread"]
    return {
        "mail": [*mail, "--smtp-port", str(ports.smtp), "--web-port", str(ports.mail)],
        "web": [*web, "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"],
        "engine": ["flask", "--app", "wsgi", "engine", "run"],
    }


@contextmanager
def _running(demo: Demo) -> Iterator[list[Child]]:
    children: list[Child] = []
    try:
        for name, command in _commands(demo).items():
            children.append(_start(demo, name, command))
        yield children
    finally:
        for stop in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave anyone behind
            signal.signal(stop, signal.SIG_IGN)
        for child in reversed(children):  # the mail catcher last: letters on their way still arrive
            _stop(child)


def _start(demo: Demo, name: str, command: list[str]) -> Child:
    log = demo.folder / f"{name}.log"
    # A session of its own keeps the terminal's Ctrl-C away: we say who stops, in what order.
    # Should we be killed outright, pdeathsig still stops it.
    dies_with_us = ["setpriv", "--pdeathsig=TERM"] if shutil.which("setpriv") else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*dies_with_us, sys.executable, "-m", *command],
            cwd=ROOT, env=demo.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    return Child(name, process, log)


def _stop(child: Child) -> None:
    child.process.terminate()
    try:
        child.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{child.name} 没有按时停下，强制结束。", flush=True)
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)  # the child itself, or workers it left behind
    child.process.wait()


def _require_alive(children: list[Child]) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            ending = f"{child.name} 意外退出（退出码 {code}），其余部分已停止。"
            raise DemoError(f"{child.last_words()}\n{ending}全部日志：{child.log}")


def _await_health(port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (answer := _health(port)) != "":
        _require_alive(children)
        if time.monotonic() > deadline:
            raise DemoError(f"{START_SECONDS} 秒内没有启动完成：{answer}")
        time.sleep(PAUSE_SECONDS)


def _health(port: int) -> str:
    """What is wrong, '' when web server, database and engine are all well."""
    line = HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/healthz")
        answer = line.getresponse()
        body = answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException) as failure:
        return str(failure)
    finally:
        line.close()
    return "" if answer.status == 200 else f"{answer.status} {body}"


def _announce(demo: Demo, sign_ins: str) -> None:
    print(
        f"\n落实已启动   http://{HOST}:{demo.ports.web}",
        f"演示收件箱   http://{HOST}:{demo.ports.mail}（系统发出的信件都在这里）",
        f"日志与数据   {demo.folder}",
        f"\n{sign_ins.strip()}\n",
        "按 Ctrl-C 停止。",
        sep="\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
