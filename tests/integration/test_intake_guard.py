"""Documents are read in a child: the same text comes back, and a child that overruns or dies costs a sentence only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from app import intake
from tests.infra.spoilt import SAMPLES
from tests.papers import painting, paragraph, word, workbook
from workflows.errors import Refused


def endless() -> bytes:
    """Eight kilobytes of PDF, within every bound, over which the library sits for half a minute."""
    return painting(b"BT /F1 12 Tf " + b"(a)Tj " * 800_000 + b"ET")


@contextmanager
def within(seconds: int = 60, mebibytes: int = 1024) -> Iterator[None]:
    """An app context whose readers have these bounds."""
    app = Flask(__name__)
    app.config.update(MAX_UPLOAD_MB=20, READ_SECONDS=seconds, READ_MEMORY_MB=mebibytes)
    with app.app_context():
        yield


def refusal(name: str, content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        intake.read(name, content)
    return caught.value


def children() -> list[Path]:
    """The readers of this process that live or wait to be buried, as folders of /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            program = folder.joinpath("cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if int(parent) == os.getpid() and (b"intake/child.py" in program or not program):
            found.append(folder)
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_the_child_reads_what_this_process_would_read(name: str) -> None:
    with within():
        assert intake.read(name, SAMPLES[name]) == intake.text_of(name, SAMPLES[name])


@pytest.mark.parametrize("name", ["扫描.jpg", "坏\0了.docx", "\ud800.pdf"])
def test_a_refusal_in_the_child_comes_back_as_it_was_said(name: str) -> None:
    content = b"\xff\xd8\xff\xe0" + bytes(40) if name.endswith("jpg") else SAMPLES["a.docx"][:600]
    with within(), pytest.raises(Refused) as here:
        intake.text_of(name, content)
    with within():
        refused = refusal(name, content)
    assert (refused.code, str(refused)) == (here.value.code, str(here.value))


def test_the_rows_of_a_table_are_read_in_the_child_too() -> None:
    with within():
        rows = intake.read_rows("单位.xlsx", workbook({"甲": [("名称", "简称"), ("县教育局", None)]}))
        assert [(name, [row[:2] for row in found]) for name, found in rows] == [
            ("甲", [["名称", "简称"], ["县教育局", ""]])
        ]
        assert intake.read_rows("单位.csv", "名称,简称\n县教育局,".encode("gb18030")) == [
            ("", [["名称", "简称"], ["县教育局", ""]])
        ]
        with pytest.raises(Refused, match=r"请上传 \.xlsx 或 \.csv"):
            intake.read_rows("单位.docx", word(paragraph("县教育局")))


def test_a_document_that_takes_too_long_is_refused_and_its_reader_is_gone() -> None:
    content = endless()
    assert len(content) < 10_000
    with within(seconds=1):
        refused = refusal("计划.pdf", content)
    assert refused.code == "too-large"
    assert "读了1秒还没有读完" in str(refused)
    assert "另存为 .docx" in str(refused)
    assert children() == []


def test_a_document_that_needs_too_much_memory_is_refused_and_its_reader_is_gone() -> None:
    content = ("一," * 59 + "\n").encode() * 40_000
    with within(mebibytes=160):
        refused = refusal("清单.csv", content)
    assert refused.code == "too-large"
    assert "内存不够" in str(refused)
    assert children() == []


@contextmanager
def reading() -> Iterator[tuple[Future[str], Path]]:
    """A reading without end in another thread, and its child in /proc once the limits hold."""
    asked: Event = Event()

    def read() -> str:
        with within(seconds=300, mebibytes=700):
            return intake.read("计划.pdf", content)

    content = endless()
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(read)
        while not (found := [child for child in children() if _is_limited(child)]):
            asked.wait(0.02)
        try:
            yield answer, found[0]
        finally:
            for child in children():
                os.kill(int(child.name), signal.SIGKILL)


def _is_limited(child: Path) -> bool:
    try:
        return str(700 * 2**20) in child.joinpath("limits").read_text()
    except OSError:
        return False


def test_the_child_knows_no_setting_and_can_write_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "not for readers")
    with reading() as (answer, child):
        limits = {
            line[:26].strip(): line[26:].split()[:2]
            for line in child.joinpath("limits").read_text().splitlines()
        }
        assert child.joinpath("environ").read_bytes() == b""
        assert limits["Max cpu time"][0] == "300"
        assert limits["Max address space"] == [str(700 * 2**20)] * 2
        assert limits["Max file size"] == ["0", "0"]
        assert limits["Max core file size"] == ["0", "0"]
    assert isinstance(answer.exception(), Refused)


def test_a_reader_that_is_killed_costs_a_sentence_and_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with reading() as (answer, child):
        os.kill(int(child.name), signal.SIGKILL)
        refused = answer.exception()
    assert isinstance(refused, Refused)
    assert refused.code == "unreadable"
    assert "另存为 .docx" in str(refused)
    [line] = caplog.records
    assert vars(line)["event"] == "intake.failed"


def test_a_reader_nobody_waits_for_is_ended_by_its_own_limit() -> None:
    """Its parent may die, and with it the clock that would have ended it: the processor time is bounded too."""
    program = Path(intake.__file__).with_name("child.py")
    with subprocess.Popen([sys.executable, "-I", program], stdin=subprocess.PIPE, env={}) as child:
        child.communicate(b'["text", "a.pdf", 1, 1024]\n' + endless())
    assert child.returncode == -signal.SIGXCPU


def test_many_threads_may_read_at_once() -> None:
    def read(number: int) -> str:
        with within():
            return intake.read("计划.docx", word(paragraph(f"第{number}项")))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read, range(6))) == [f"第{number}项" for number in range(6)]
    assert children() == []


def test_plain_text_needs_no_child() -> None:
    with within(mebibytes=1):
        assert intake.read("计划.txt", "一、修路".encode("gb18030")) == "一、修路"
