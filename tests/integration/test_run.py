"""`make run` as a person meets it: the real programs, on free ports, in a folder of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tools.run import HOST, DemoError, Ports, read_ports, secret_key, settings

READY = "按 Ctrl-C 停止。"


@pytest.fixture
def ports() -> Ports:
    """Three free ports in a row."""
    while True:
        with closing(socket.create_server((HOST, 0))) as probe:
            first = probe.getsockname()[1]
        try:
            return read_ports({"PORT": str(first)})
        except DemoError:
            continue


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo's folder for all: its county is loaded once, every later start finds it there."""
    return tmp_path_factory.mktemp("demo") / "instance"


@contextmanager
def demo(folder: Path, ports: Ports) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A demo that is up, and what it said on the way; started as a shell starts a job behind `&`, Ctrl-C ignored."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LUOSHI_")}
    deaf = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
    command = [*deaf, sys.executable, "-m", "tools.run", "--folder", str(folder)]
    with subprocess.Popen(
        command,
        env={**env, "PORT": str(ports.web)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        try:
            yield program, _said_until_ready(program)
        finally:
            program.terminate()


def _said_until_ready(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    said = ""
    for line in program.stdout:
        said += line
        if READY in line:
            return said
    pytest.fail(f"the demo did not start:\n{said}")


def _parts(program: "subprocess.Popen[str]") -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()]


def _status(port: int, path: str) -> int:
    with closing(HTTPConnection(HOST, port, timeout=10)) as line:
        line.request("GET", path)
        return line.getresponse().status


@pytest.mark.parametrize("wish", ["abc", "0", "65534", "-1", "", "80 80", "８０００"])
def test_a_port_that_is_no_port_is_named_with_an_example(wish: str) -> None:
    with pytest.raises(DemoError, match="PORT=8123 make run"):
        read_ports({"PORT": wish})


@pytest.mark.parametrize("which", [0, 1, 2], ids=["web", "mail", "smtp"])
def test_a_port_that_is_taken_is_named_before_anything_starts(ports: Ports, which: int) -> None:
    taken = ports.web + which
    with (
        closing(socket.create_server((HOST, taken))),
        pytest.raises(DemoError, match=f"端口 {taken} 已被占用"),
    ):
        read_ports({"PORT": str(ports.web)})


def test_the_demo_never_writes_to_real_people(tmp_path: Path) -> None:
    own: Mapping[str, str] = {
        "LUOSHI_ENV": "production",
        "LUOSHI_SMTP_URL": "smtp://mail.county.example:25",
        "LUOSHI_DATABASE_URL": "postgresql://127.0.0.1/luoshi",
    }
    chosen = settings(Ports(8123, 8124, 8125), tmp_path, own)
    assert chosen["LUOSHI_SMTP_URL"] == "smtp://127.0.0.1:8125"
    assert chosen["LUOSHI_ENV"] == "development"
    assert chosen["LUOSHI_DATABASE_URL"] == "postgresql://127.0.0.1/luoshi"


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "secret-key")
    assert len(first) >= 32
    assert secret_key(tmp_path / "secret-key") == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_the_demo_comes_up_whole_and_goes_down_whole(
    folder: Path, ports: Ports, stop: signal.Signals
) -> None:
    with demo(folder, ports) as (program, said):
        assert f"http://127.0.0.1:{ports.web}" in said
        assert _status(ports.web, "/healthz") == 200
        assert _status(ports.mail, "/") == 200
        parts = _parts(program)
        program.send_signal(stop)
        program.communicate(timeout=60)
    assert len(parts) == 3
    assert program.returncode == 0
    assert [pid for pid in parts if Path(f"/proc/{pid}").exists()] == []
    assert read_ports({"PORT": str(ports.web)}) == ports


def test_a_part_that_dies_takes_the_rest_down_with_a_sentence(folder: Path, ports: Ports) -> None:
    with demo(folder, ports) as (program, _):
        engine = _parts(program)[-1]
        os.kill(engine, signal.SIGKILL)
        output, _ = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "engine 意外退出" in output
    assert read_ports({"PORT": str(ports.web)}) == ports
