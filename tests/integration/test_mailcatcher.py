"""The catcher that other tests and the demo trust: real SMTP, real HTTP, real files."""

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path

import html5lib
import pytest

from tools.mailcatcher import MailCatcher, Mode
from tools.mailcatcher.page import LETTERS_A_PAGE, local_time

SENDER = "duban@luoshi.example"
RECIPIENT = "jiaoyuju@luoshi.example"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail", web_port=0) as running:
        yield running


def letter(subject: str = "【督办】教育局逾期3个工作日", text: str = "请于今日报送。\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = RECIPIENT
    message["Subject"] = subject
    message.set_content(text, cte="base64")
    return message


def send(catcher: MailCatcher, message: EmailMessage, *more: str) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=10) as line:
        line.send_message(message, SENDER, [RECIPIENT, *more])


def get(catcher: MailCatcher, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    assert catcher.web_port is not None
    line = HTTPConnection("127.0.0.1", catcher.web_port, timeout=10)
    line.request(method, path)
    answer = line.getresponse()
    body = answer.read().decode("utf-8")
    line.close()
    return answer.status, dict(answer.headers), body


def test_a_chinese_letter_is_read_back_as_it_was_written(catcher: MailCatcher) -> None:
    send(catcher, letter(), "fenguan@luoshi.example")
    [caught] = catcher.letters()
    assert caught.subject == "【督办】教育局逾期3个工作日"
    assert caught.text == "请于今日报送。\n"
    assert caught.sender == SENDER
    assert caught.recipients == (RECIPIENT, "fenguan@luoshi.example")


def test_the_source_is_what_went_over_the_wire(catcher: MailCatcher) -> None:
    message = letter(text="第一行\n.以点开头的一行\n")
    send(catcher, message)
    wire = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    assert catcher.mailbox.source(catcher.letters()[0]) == wire


def test_letters_outlive_the_catcher_and_numbers_go_on(tmp_path: Path) -> None:
    for subject in ("其一", "其二"):
        with MailCatcher(tmp_path) as running:
            send(running, letter(subject))
    reopened = MailCatcher(tmp_path)
    assert [(kept.number, kept.subject) for kept in reopened.letters()] == [(1, "其一"), (2, "其二")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000001.eml", "00000002.eml"]


def test_two_catchers_on_one_folder_overwrite_nothing(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as one, MailCatcher(tmp_path) as other:
        send(one, letter("其一"))
        send(other, letter("其二"))
        send(one, letter("其三"))
    assert [kept.subject for kept in MailCatcher(tmp_path).letters()] == ["其一", "其二", "其三"]


@pytest.mark.parametrize(("mode", "code"), [(Mode.REFUSE, 550), (Mode.DEFER, 451)])
def test_a_refusing_server_says_so_and_keeps_nothing(catcher: MailCatcher, mode: Mode, code: int) -> None:
    catcher.mode = mode
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(catcher, letter())
    assert refusal.value.smtp_code == code
    assert catcher.letters() == []


def test_one_unknown_recipient_does_not_stop_the_other(catcher: MailCatcher) -> None:
    catcher.refused.add("nobody@luoshi.example")
    send(catcher, letter(), "nobody@luoshi.example")
    assert catcher.letters()[0].recipients == (RECIPIENT,)


@pytest.mark.parametrize(("mode", "kept"), [(Mode.HANG_UP, 0), (Mode.VANISH, 1)])
def test_a_server_that_cuts_the_line_leaves_the_sender_unsure(
    catcher: MailCatcher, mode: Mode, kept: int
) -> None:
    catcher.mode = mode
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(catcher, letter())
    assert len(catcher.letters()) == kept
    catcher.mode = Mode.ACCEPT
    send(catcher, letter())
    assert len(catcher.letters()) == kept + 1


def test_a_stopped_server_is_dead_until_it_starts_again_on_the_same_port(tmp_path: Path) -> None:
    catcher = MailCatcher(tmp_path)
    with catcher:
        open_line = smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=10)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        open_line.noop()
    open_line.close()
    with pytest.raises(ConnectionRefusedError):
        send(catcher, letter())
    with catcher:
        send(catcher, letter())
    assert len(catcher.letters()) == 1


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_running(
    catcher: MailCatcher, tmp_path: Path
) -> None:
    second = MailCatcher(tmp_path / "second", smtp_port=catcher.smtp_port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    assert not second._thread.is_alive()


def test_waiting_ends_with_the_letter_or_with_an_error(catcher: MailCatcher) -> None:
    send(catcher, letter())
    assert len(catcher.mailbox.wait_for(1, seconds=5)) == 1
    with pytest.raises(TimeoutError, match="1 of 2 letters"):
        catcher.mailbox.wait_for(2, seconds=0.01)


def test_links_end_where_chinese_text_goes_on(catcher: MailCatcher) -> None:
    send(
        catcher,
        letter(text="请点 http://127.0.0.1:8000/tasks/7?from=mail，或（https://luoshi.example/a_b/）。\n"),
    )
    assert catcher.letters()[0].links == [
        "http://127.0.0.1:8000/tasks/7?from=mail",
        "https://luoshi.example/a_b/",
    ]


def test_the_list_shows_the_newest_first_and_one_persons_letters_alone(catcher: MailCatcher) -> None:
    send(catcher, letter("先到"))
    send(catcher, letter("后到"), "caizhengju@luoshi.example")
    status, _, page = get(catcher, "/")
    assert status == 200
    assert 0 < page.index("后到") < page.index("先到")
    _, _, filtered = get(catcher, "/?to=caizhengju@luoshi.example")
    assert "后到" in filtered
    assert "先到" not in filtered


def test_older_letters_are_a_page_away(catcher: MailCatcher) -> None:
    for number in range(LETTERS_A_PAGE + 1):
        catcher.mailbox.add(SENDER, [RECIPIENT], letter(f"第{number}封").as_bytes())
    assert "第0封" not in get(catcher, "/")[2]
    assert "较早的信件" in get(catcher, "/")[2]
    assert "第0封" in get(catcher, "/?page=2")[2]


def test_a_letters_page_makes_links_of_addresses_and_text_of_everything_else(catcher: MailCatcher) -> None:
    hostile = "<script>alert(1)</script> <http://luoshi.example/?a=1&b=\"> '\n"
    send(catcher, letter("<b>主题</b>", hostile))
    _, _, page = get(catcher, "/letters/1")
    assert "<script" not in page
    assert "<b>" not in page
    assert '<a href="http://luoshi.example/?a=1&amp;b=">http://luoshi.example/?a=1&amp;b=</a>' in page


@pytest.mark.parametrize("path", ["/", "/letters/1", "/letters/2", "/?to=nobody", "/?page=9", "/?page=-1"])
def test_every_page_is_valid_html_under_a_strict_policy(catcher: MailCatcher, path: str) -> None:
    send(catcher, letter())
    status, headers, page = get(catcher, path)
    html5lib.HTMLParser(strict=True).parse(page)
    assert status == (404 if path == "/letters/2" else 200)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_html_body_is_shown_in_a_cage(catcher: MailCatcher) -> None:
    message = letter()
    message.add_alternative("<p>请今日报送</p><script>alert(1)</script>", subtype="html")
    send(catcher, message)
    _, headers, page = get(catcher, "/letters/1/html")
    assert "<p>请今日报送</p>" in page
    assert headers["Content-Security-Policy"].startswith("sandbox ")
    assert "allow-scripts" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_page_cannot_change_anything(catcher: MailCatcher, method: str) -> None:
    send(catcher, letter())
    assert get(catcher, "/letters/1", method)[0] == 405
    assert len(catcher.letters()) == 1


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"no header at all",
        b"Subject: =?nosuch?B?AAAA?=\r\nDate: yesterday\r\nTo: <<>\r\n\r\nbody",
        b"Subject: \xff\xfe\r\nContent-Type: text/plain; charset=nosuch\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nnever closed",
        b'Sender: "\r\nTo: <\r\nReply-To:  .,\r\nFrom: .:\r\n\r\nbody',
        b"Content-Disposition: ;charset*\r\n\r\nbody",
        b"Content-Type:  ?==??B?;\xff*\r\n\r\nbody",
    ],
    ids=["empty", "headless", "unknown words", "raw bytes", "no parts", "addresses", "disposition", "type"],
)
def test_a_broken_letter_still_has_its_page(catcher: MailCatcher, source: bytes) -> None:
    catcher.mailbox.add(SENDER, [RECIPIENT], source)
    assert get(catcher, "/")[0] == 200
    assert get(catcher, "/letters/1")[0] == 200
    assert catcher.mailbox.source(catcher.letters()[0]) == source
    assert b"body" not in source or "body" in catcher.letters()[0].text


def test_times_are_told_as_in_china() -> None:
    assert local_time(datetime(2025, 3, 24, 16, 5, tzinfo=UTC)) == "2025年3月25日（周二） 00:05"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "ctrl-c"])
def test_the_program_ends_quietly_when_told(tmp_path: Path, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "tools.mailcatcher", "--smtp-port=0", "--web-port=0"]
    command += ["--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith("smtp://127.0.0.1:")
        os.kill(program.pid, stop)
        output, errors = program.communicate(timeout=10)
    assert (program.returncode, output, errors) == (0, "", "")
