"""Letters over real lines to real mail servers: encrypted, certified, signed in, broken off, refused."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.mail import Deferral, Delay, Envelope, Refusal, SmtpPost, Words
from config import ConfigError
from tests.infra.mailserver import HOST, Authority, MailServer

SENDER = "落实系统 <luoshi@county.example>"
ACCOUNT = ("luoshi", "a p@ss:word/")
LOGIN = "luoshi:a%20p%40ss%3Aword%2F"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def known(authority: Authority) -> ssl.SSLContext:
    return authority.vouch(HOST, "localhost")


def letter(address: str = "lianluo@county.example", number: int = 1) -> Envelope:
    words = Words("【落实·催报】逾期3个工作日", "请办理：改善办园条件。\n" + "长" * 3000, "<p>请办理</p>")
    return Envelope(f"<{number}@luoshi.example>", address, "张联络", words, datetime(2025, 3, 3, tzinfo=UTC))


def reach(server: MailServer, scheme: str = "smtp", login: str = "", **settings: str) -> SmtpPost:
    account = f"{login}@" if login else ""
    return SmtpPost(f"{scheme}://{account}{HOST}:{server.port}", SENDER, 5, **settings)


def send(post: SmtpPost, *envelopes: Envelope) -> list[str | None]:
    with post.open() as carry:
        return [carry(envelope) for envelope in envelopes or [letter()]]


@contextmanager
def refused_with(kind: type[Exception], words: str) -> Iterator[None]:
    """The block raises exactly that kind, saying so."""
    with pytest.raises(kind, match=words) as caught:
        yield
    assert type(caught.value) is kind


# ------------------------------------------------------------------------------------------- the plain line


def test_a_letter_arrives_as_it_was_written_and_the_answer_is_told() -> None:
    with MailServer() as server:
        assert send(reach(server)) == ["250 2.0.0 queued as 1"]
    [taken] = server.taken
    assert (taken.sender, taken.recipient) == ("luoshi@county.example", "lianluo@county.example")
    assert taken.content.isascii()  # every server on the way passes it on unharmed
    assert max(map(len, taken.content.split(b"\r\n"))) <= 78  # RFC 5322, 2.1.1
    message = taken.message
    assert message["Subject"] == "【落实·催报】逾期3个工作日"
    assert str(message["To"]) == "张联络 <lianluo@county.example>"
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<1@luoshi.example>", "auto-generated")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "改善办园条件" in text.get_content()
    assert "<p>请办理</p>" in html.get_content()


@pytest.mark.parametrize(
    "name", ["张联络", "Zhang San", "张\r\nBcc: x@evil.example", 'a"b<c@d>,', "长" * 60, ""]
)
def test_no_name_and_no_subject_breaks_out_of_its_header(name: str) -> None:
    words = Words(f"题\r\nBcc: y@evil.example {'长' * 250}", "一\r\n二\n.\n三\u2028四", "<p>页</p>")
    envelope = replace(letter(), recipient=name, words=words)
    with MailServer() as server:
        send(reach(server), envelope)
    [taken] = server.taken
    assert taken.message["Bcc"] is None
    assert taken.message["To"].addresses[0].addr_spec == "lianluo@county.example"
    shown = taken.message["To"].addresses[0].display_name
    assert "".join(shown.split()) == "".join(name.split())
    assert taken.message["Subject"].startswith("题")
    assert "长" * 250 in taken.message["Subject"]
    assert max(map(len, taken.content.split(b"\r\n"))) <= 78
    text = taken.message.get_body(("plain",))
    assert text is not None
    assert text.get_content() == "一\r\n二\r\n.\r\n三\u2028四"  # as RFC 2045, 6.8 asks


def test_the_same_letter_is_the_same_to_the_byte_on_every_attempt() -> None:
    with MailServer() as server:
        send(reach(server), letter(), letter())
    first, second = server.taken
    assert first.content == second.content
    assert [part.defects for part in first.message.walk()] == [[], [], []]


def test_what_cannot_be_delivered_returns_to_the_address_set_for_it() -> None:
    with MailServer() as server:
        send(reach(server, bounces="tuixin@county.example"))
    [taken] = server.taken
    assert taken.sender == "tuixin@county.example"
    assert str(taken.message["From"]) == SENDER


def test_a_batch_goes_over_one_line() -> None:
    with MailServer() as server:
        send(reach(server), *(letter(number=n) for n in range(30)))
    assert (len(server.taken), server.lines) == (30, 1)


# ------------------------------------------------------------------------------------------- encryption


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_an_encrypted_line_to_a_certified_server_carries_the_letter(
    authority: Authority, known: ssl.SSLContext, scheme: str
) -> None:
    with server_for(scheme, known) as server:
        send(reach(server, scheme, ca_file=str(authority.file)))
    assert [taken.encrypted for taken in server.taken] == [True]


def server_for(scheme: str, shown: ssl.SSLContext, account: tuple[str, str] | None = None) -> MailServer:
    return MailServer(account=account, **{{"smtps": "tls"}.get(scheme, "starttls"): shown})  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_server_of_an_unknown_authority_gets_neither_letter_nor_password(
    known: ssl.SSLContext, scheme: str
) -> None:
    with (
        server_for(scheme, known, ACCOUNT) as server,
        refused_with(Delay, "certificate is not trusted.*LUOSHI_SMTP_CA_FILE"),
    ):
        send(reach(server, scheme, LOGIN))
    assert server.taken == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_server_certified_under_another_name_gets_nothing(authority: Authority, scheme: str) -> None:
    other = authority.vouch("mail.another.example")
    with (
        server_for(scheme, other) as server,
        refused_with(Delay, "certificate is not trusted.*(mismatch|not valid for)"),
    ):
        send(reach(server, scheme, ca_file=str(authority.file)))
    assert server.taken == []


def test_a_server_that_offers_no_encryption_gets_nothing_when_encryption_is_asked_for() -> None:
    with MailServer() as server, refused_with(Delay, "STARTTLS"):
        send(reach(server, "smtp+starttls"))
    assert server.taken == []


def test_a_file_without_certificates_is_named_at_the_start(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    for file in (empty, tmp_path / "missing.pem"):
        with pytest.raises(ConfigError, match=f"LUOSHI_SMTP_CA_FILE.*{file.name}"):
            SmtpPost("smtps://mail.county.example", SENDER, 5, ca_file=str(file))


# ------------------------------------------------------------------------------------------- signing in


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_the_right_password_over_an_encrypted_line_opens_the_server(
    authority: Authority, known: ssl.SSLContext, scheme: str
) -> None:
    with server_for(scheme, known, ACCOUNT) as server:
        send(reach(server, scheme, LOGIN, ca_file=str(authority.file)))
    assert len(server.taken) == 1


def test_a_wrong_password_delays_everything_and_says_which_setting_to_look_at(
    authority: Authority, known: ssl.SSLContext
) -> None:
    with (
        MailServer(starttls=known, account=ACCOUNT) as server,
        refused_with(Delay, "^535 .*LUOSHI_SMTP_URL"),
    ):
        send(reach(server, "smtp+starttls", "luoshi:wrong", ca_file=str(authority.file)))
    assert server.taken == []


def test_a_server_that_wants_a_password_and_gets_none_delays_and_refuses_no_letter(
    authority: Authority, known: ssl.SSLContext
) -> None:
    with MailServer(starttls=known, account=ACCOUNT) as server, refused_with(Delay, "^530 "):
        send(reach(server, "smtp+starttls", ca_file=str(authority.file)))


def test_a_password_stays_off_a_plain_line_to_another_machine() -> None:
    with pytest.raises(ConfigError, match="in the clear") as refusal:
        SmtpPost("smtp://luoshi:geheim@mail.county.example", SENDER, 5)
    assert "geheim" not in str(refusal.value)


def test_a_password_may_go_over_a_plain_line_to_this_machine() -> None:
    with MailServer(account=ACCOUNT) as server:
        send(reach(server, "smtp", LOGIN))
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:25", "smtp\\+starttls://"),
        ("mail.county.example", "must begin with smtp://"),
        ("smtp://mail:99999", "host and port"),
        ("smtp://mail..example", "host and port"),
        ("smtps://用户:pw@mail.example", "ASCII"),
    ],
)
def test_a_mail_address_that_cannot_be_used_is_named(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"LUOSHI_SMTP_URL.*{said}"):
        SmtpPost(url, SENDER, 5)


# ------------------------------------------------------------------------------------------- addresses beyond ASCII


def test_a_chinese_domain_needs_nothing_special_of_the_server() -> None:
    with MailServer(international=False) as server:
        send(reach(server), letter("lianluo@云岭县.example"))
    [taken] = server.taken
    assert taken.recipient == "lianluo@xn--9kq19j61i.example"


def test_a_chinese_mailbox_is_written_to_where_the_server_can() -> None:
    with MailServer() as server:
        send(reach(server), letter("张三@云岭县.example"), letter())
    first, second = server.taken
    assert first.recipient.startswith("张三@xn--")
    assert "SMTPUTF8" in first.options
    assert "SMTPUTF8" not in second.options


def test_a_chinese_mailbox_is_a_bad_address_where_the_server_cannot() -> None:
    with MailServer(international=False) as server, reach(server).open() as carry:
        with pytest.raises(Refusal, match="SMTPUTF8") as refusal:
            carry(letter("张三@county.example"))
        assert refusal.value.bad_address
        carry(letter())
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "address", ["", "lianluo", "a@b@c", "a b@county.example", "a@county..example", "a@x\r\nRCPT TO:<b@c>"]
)
def test_what_is_no_address_is_refused_before_the_server_hears_of_it(address: str) -> None:
    with MailServer() as server, reach(server).open() as carry:
        with pytest.raises(Refusal) as refusal:
            carry(letter(address))
        assert refusal.value.bad_address
        carry(letter())
    assert [taken.recipient for taken in server.taken] == ["lianluo@county.example"]


# ------------------------------------------------------------------------------------------- what servers answer


@pytest.mark.parametrize(
    ("answer", "bad"),
    [
        ("550 5.1.1 No such user", True),
        ("550 5.1.10 Domain takes no mail", True),
        ("550 5.2.1 Mailbox closed", True),
        ("551 5.1.6 Moved", True),
        ("550 No such user here", True),
        ("553 Mailbox name not allowed", True),
        ("552 5.2.2 Mailbox full", False),
        ("550 5.7.1 Refused by policy", False),
        ("550 5.1.8 Sender's domain unknown", False),
        ("550 5.1.11 Something of tomorrow", False),
        ("554 Transaction failed", False),
    ],
)
def test_a_final_no_says_whether_the_address_is_at_fault(answer: str, bad: bool) -> None:
    with MailServer(answers={"gone@county.example": answer}) as server, reach(server).open() as carry:
        with pytest.raises(Refusal) as refusal:
            carry(letter("gone@county.example"))
        assert (str(refusal.value), refusal.value.bad_address) == (answer, bad)
        carry(letter())
    assert [taken.recipient for taken in server.taken] == ["lianluo@county.example"]
    assert server.lines == 1


def test_a_no_for_now_to_one_recipient_leaves_the_line_to_the_others() -> None:
    with (
        MailServer(answers={"slow@county.example": "450 4.2.0 Greylisted"}) as server,
        reach(server).open() as carry,
    ):
        with refused_with(Deferral, "^450 4.2.0 Greylisted$"):
            carry(letter("slow@county.example"))
        carry(letter())
    assert (len(server.taken), server.lines) == (1, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("554 5.6.0 Looks like spam", Refusal),
        ("550 5.1.1 Found out late that nobody is there", Refusal),
        ("451 4.3.2 Later", Deferral),
        ("421 4.3.2 Closing", Delay),
    ],
)
def test_each_answer_to_the_text_is_understood(text: str, kind: type[Exception]) -> None:
    with MailServer(text=text) as server, refused_with(kind, f"^{text}$"):
        send(reach(server))


@pytest.mark.parametrize("answer", ["550 5.7.1 Not your sender", "451 4.3.0 Not now", "501 5.1.7 Bad sender"])
def test_a_no_to_the_sender_delays_and_condemns_no_letter(answer: str) -> None:
    with MailServer(to_sender=answer) as server, refused_with(Delay, f"^{answer}.*LUOSHI_MAIL_FROM"):
        send(reach(server))


def test_a_letter_that_is_too_big_is_refused_and_the_next_one_goes() -> None:
    with MailServer(to_sender="552 5.3.4 Too big") as server, reach(server).open() as carry:
        with refused_with(Refusal, "^552 5.3.4"):
            carry(letter())
        server.to_sender = ""
        carry(letter())
    assert len(server.taken) == 1


# ------------------------------------------------------------------------------------------- lines that break


@pytest.mark.parametrize("politely", [True, False], ids=["with 421", "without a word"])
def test_a_server_that_ends_the_line_after_some_letters_gets_the_rest_over_new_ones(politely: bool) -> None:
    with MailServer(closes_after=10, politely=politely) as server:
        send(reach(server), *(letter(number=n) for n in range(35)))
    assert [taken.message["Message-ID"] for taken in server.taken] == [
        f"<{n}@luoshi.example>" for n in range(35)
    ]
    assert server.lines == 4


def test_a_server_that_goes_away_between_letters_delays_the_next() -> None:
    with MailServer() as server, reach(server).open() as carry:
        carry(letter())
        server.__exit__(None, None, None)
        server.__enter__()  # on another port: nobody answers at the old one
        with refused_with(Delay, "refused|reset|closed"):
            carry(letter(number=2))
    assert len(server.taken) == 1


def test_nobody_there_is_a_delay_with_the_reason() -> None:
    with refused_with(Delay, "Connection refused"):
        send(SmtpPost(f"smtp://{HOST}:9", SENDER, 5))


def test_a_server_that_says_nothing_is_given_up_after_the_time_limit() -> None:
    import socket

    with socket.create_server((HOST, 0)) as deaf, refused_with(Delay, "(?i)timed? ?out"):
        port = deaf.getsockname()[1]
        send(SmtpPost(f"smtp://{HOST}:{port}", SENDER, 1))
