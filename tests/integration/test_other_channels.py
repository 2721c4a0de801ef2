"""Other channels behind the same relay: they add to mail, hold it up by nothing, and end where mail ends."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import Result

from app import channels
from app.mail import SmtpPost
from app.models import ContactPoint, Letter, Notice
from tests.infra.gateway import Gateway
from tests.infra.mailserver import MailServer
from tests.pages import Reader, signed_in, words_of
from tests.world import LEAD, SHARER, World, counted
from workflows.lifecycle import LetterState, NoticeState

JIAOYU = "jiaoyu@luoshi.example"
PHONE = "+8613800000001"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as running:
        yield running


@pytest.fixture
def reached(world: World, gateway: Gateway) -> World:
    """A county with short messages on, and a number for the lead unit's liaison alone."""
    switch_on(world, f"sms/200=json://{gateway.place}/?:mobile={{address}}")
    liaison = world.actor(LEAD).person_id
    with world.writing() as s:
        s.add(ContactPoint(person_id=liaison, channel="sms", address=PHONE))
    return world


def switch_on(world: World, setting: str) -> None:
    world.app.extensions["channels"] = channels.read(setting)


def by_channel(world: World) -> Counter[tuple[str, LetterState]]:
    return Counter((letter.channel, letter.state) for letter in world.letters())


def overdue(world: World) -> None:
    """A task is not signed for: the liaison is chased, and that is urgent."""
    world.issue()
    world.clock.go_to(date(2025, 3, 5))
    world.tick()


def test_what_is_urgent_goes_by_mail_and_as_a_short_message(reached: World, gateway: Gateway) -> None:
    overdue(reached)
    reached.deliver()
    assert len(reached.post.to(JIAOYU)) == 1
    [heard] = gateway.heard
    body = json.loads(heard.body)
    assert body["mobile"] == PHONE
    assert "县教育局" in body["title"] + body["message"]
    [short] = [letter for letter in reached.letters() if letter.channel == "sms"]
    assert f"http://luoshi.example/letters/{short.id}" in body["message"]
    assert len(body["title"]) + len(body["message"]) <= 200
    assert (short.address, short.state, short.body_html) == (PHONE, LetterState.SENT, "")
    assert set(by_channel(reached)) == {("email", LetterState.SENT), ("sms", LetterState.SENT)}
    assert {n.state for n in reached.notices()} == {NoticeState.SENT}


def test_each_channel_has_a_notice_of_its_own_named_in_its_key(reached: World) -> None:
    overdue(reached)
    keys = {notice.dedup_key for notice in reached.notices()}
    assert {notice.dedup_key.rpartition(":")[2] for notice in reached.notices()} == {"email", "sms"}
    reached.tick()
    assert {notice.dedup_key for notice in reached.notices()} == keys


def test_what_is_not_urgent_goes_by_mail_alone(reached: World, gateway: Gateway) -> None:
    reached.issue()
    reached.sign(LEAD)
    reached.sign(SHARER)
    reached.clock.go_to(date(2025, 3, 20))
    reached.tick()
    calm = [n for n in reached.notices() if not n.urgent]
    assert {n.channel for n in calm} == {"email"}
    assert len(calm) > 0


def test_a_gateway_that_is_away_holds_up_no_mail_and_gets_the_message_later(
    reached: World, gateway: Gateway
) -> None:
    overdue(reached)
    switch_on(reached, "sms/200=json://127.0.0.1:9/?:mobile={address}")
    delivery = reached.deliver()
    assert delivery.delayed == 1
    assert by_channel(reached)[("sms", LetterState.WAITING)] == 1
    assert ("email", LetterState.WAITING) not in by_channel(reached)
    switch_on(reached, f"sms/200=json://{gateway.place}/?:mobile={{address}}")
    reached.clock.forward(minutes=1)
    assert reached.deliver().sent == 1
    assert len(gateway.heard) == 1


def test_a_mail_server_that_is_away_holds_up_no_short_message(reached: World, gateway: Gateway) -> None:
    overdue(reached)
    reached.post.away = True
    reached.deliver()
    assert len(gateway.heard) == 1
    assert set(by_channel(reached)) == {("email", LetterState.WAITING), ("sms", LetterState.SENT)}


def test_a_message_the_gateway_refuses_fails_alone(reached: World, gateway: Gateway) -> None:
    overdue(reached)
    gateway.status = 400
    assert reached.deliver().refused == 1
    [failed] = [letter for letter in reached.letters() if letter.state is LetterState.FAILED]
    assert failed.channel == "sms"
    assert "error=400" in failed.last_error
    reached.clock.forward(hours=3)
    reached.deliver()
    assert len(gateway.heard) == 1


@pytest.mark.parametrize("written", [True, False], ids=["letter written", "not yet written"])
def test_what_waits_for_a_channel_that_was_switched_off_is_dropped_and_mail_goes(
    reached: World, gateway: Gateway, written: bool
) -> None:
    overdue(reached)
    if written:
        gateway.status = 503
        reached.deliver()
    switch_on(reached, "")
    reached.clock.forward(minutes=5)
    reached.deliver()
    assert {n.state for n in reached.notices() if n.channel == "sms"} == {NoticeState.SUPPRESSED}
    assert {n.state for n in reached.notices() if n.channel == "email"} == {NoticeState.SENT}
    assert {letter.state for letter in reached.letters() if letter.channel == "sms"} <= {
        LetterState.SUPPRESSED
    }


def test_what_was_done_meanwhile_is_not_sent_by_any_channel(reached: World, gateway: Gateway) -> None:
    overdue(reached)
    gateway.status, reached.post.away = 503, True
    reached.deliver()
    reached.sign(LEAD)
    gateway.heard.clear()
    gateway.status, reached.post.away = 200, False
    reached.clock.forward(minutes=10)
    reached.deliver()
    assert gateway.heard == []
    assert reached.post.to(JIAOYU) == []


def test_a_contact_point_found_wrong_is_asked_no_more(reached: World) -> None:
    with reached.writing() as s:
        s.execute(sa.update(ContactPoint).values(bounced_at=reached.now, bounce="410"))
    overdue(reached)
    assert {n.channel for n in reached.notices()} == {"email"}


def test_with_no_channel_on_the_engine_does_not_look_for_contact_points(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 3, 5))
    with counted(world) as heard:
        world.tick()
        world.deliver()
    assert world.count(Notice) > 0
    assert world.count(Letter) > 0
    assert not [statement for statement in heard if "contact_point" in statement]


# ------------------------------------------------------------------------------------------- the command line


def say(world: World, *words: str) -> Result:
    return world.app.test_cli_runner().invoke(args=list(words))


def test_a_test_letter_goes_by_mail_and_says_what_the_server_answered(world: World) -> None:
    with MailServer() as server:
        world.app.extensions["post"] = SmtpPost(f"smtp://127.0.0.1:{server.port}", "a@county.example", 5)
        answer = say(world, "engine", "test-letter", "--to", "guanli@county.example")
    assert (answer.exit_code, answer.output) == (0, "250 2.0.0 queued as 1\n")
    [taken] = server.taken
    assert taken.recipient == "guanli@county.example"
    assert taken.message["Subject"] == "【落实·测试】发信测试"


def test_a_test_letter_goes_by_another_channel(reached: World, gateway: Gateway) -> None:
    answer = say(reached, "engine", "test-letter", "--to", PHONE, "--channel", "sms")
    assert answer.exit_code == 0, answer.output
    [heard] = gateway.heard
    assert json.loads(heard.body)["title"] == "【落实·测试】发信测试"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "gone@county.example"], "the address is wrong: 550 5.1.1"),
        (["--to", "full@county.example"], "refused: 552 5.2.2"),
        (["--to", "slow@county.example"], "not now: 450 4.2.0"),
        (["--to", PHONE, "--channel", "wecom"], "wecom is not on; there is email, sms"),
        (["--to", "a/b", "--channel", "sms"], "the address is wrong"),
    ],
)
def test_a_test_letter_that_does_not_go_says_why(reached: World, words: list[str], said: str) -> None:
    answers = {
        "gone@county.example": "550 5.1.1 No such user",
        "full@county.example": "552 5.2.2 Mailbox full",
        "slow@county.example": "450 4.2.0 Greylisted",
    }
    with MailServer(answers=answers) as server:
        reached.app.extensions["post"] = SmtpPost(f"smtp://127.0.0.1:{server.port}", "a@county.example", 5)
        answer = say(reached, "engine", "test-letter", *words)
    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output


def finding(answer: Result, name: str) -> str:
    [line] = [line for line in answer.output.splitlines() if line.split(": ")[0].split()[-1] == name]
    return line


def test_the_doctor_says_which_channels_are_on_and_whether_they_answer(
    reached: World, gateway: Gateway
) -> None:
    assert finding(say(reached, "doctor"), "channels") == f"ok      channels: sms: {gateway.place} answers"
    switch_on(reached, "sms=json://127.0.0.1:9/{address};odd=json://{address}")
    ill = finding(say(reached, "doctor"), "channels")
    assert ill.startswith("UNWELL")
    assert "127.0.0.1:9 does not answer" in ill
    assert "would choose the server" in ill
    switch_on(reached, "")
    assert finding(say(reached, "doctor"), "channels") == "ok      channels: none but e-mail"
    assert gateway.heard == []


# ------------------------------------------------------------------------------------------- the person's page


@pytest.fixture
def office(sqlite_world: World) -> Reader:
    return signed_in(sqlite_world.app, "zhuanban")


def points(world: World) -> dict[str, str]:
    return {point.channel: point.address for point in world.all(sa.select(ContactPoint))}


def test_a_person_has_a_field_for_each_channel_that_is_on_and_for_no_other(
    sqlite_world: World, office: Reader
) -> None:
    path = f"/people/{sqlite_world.actor(LEAD).person_id}"
    assert "企业微信" not in office.get(path).text
    switch_on(sqlite_world, "wecom=wechat://corp:secret@1000/{address};sms=json://127.0.0.1:9/{address}")
    labels = [words_of(label) for label in office.get(path).tree.iter("label")]
    assert {"企业微信", "短信"} <= set(labels)
    assert {"企业微信", "短信"} <= {words_of(label) for label in office.get("/people/new").tree.iter("label")}


def test_contact_points_are_kept_changed_and_taken_away(sqlite_world: World, office: Reader) -> None:
    switch_on(sqlite_world, "wecom=wechat://corp:secret@1000/{address};sms=json://127.0.0.1:9/{address}")
    path = f"/people/{sqlite_world.actor(LEAD).person_id}"
    office.press(office.get(path), "保存", {"point_sms": PHONE, "point_wecom": "zhang.san"})
    assert points(sqlite_world) == {"sms": PHONE, "wecom": "zhang.san"}
    assert office.get(path).value("point_wecom") == "zhang.san"
    with sqlite_world.writing() as s:
        s.execute(sa.update(ContactPoint).values(bounced_at=sqlite_world.now, bounce="410"))
    office.press(office.get(path), "保存", {"point_wecom": "zhangsan"})
    sound = {p.channel: p.bounced_at is None for p in sqlite_world.all(sa.select(ContactPoint))}
    assert sound == {"sms": False, "wecom": True}
    office.press(office.get(path), "保存", {"point_sms": ""})
    assert points(sqlite_world) == {"wecom": "zhangsan"}
    switch_on(sqlite_world, "")
    office.press(office.get(path), "保存", {})
    assert points(sqlite_world) == {"wecom": "zhangsan"}


def test_a_new_person_is_entered_with_a_number(sqlite_world: World, office: Reader) -> None:
    switch_on(sqlite_world, "sms=json://127.0.0.1:9/{address}")
    office.press(office.get("/people/new"), "保存", {"name": "新联络员", "point_sms": PHONE})
    assert points(sqlite_world) == {"sms": PHONE}


def test_what_is_no_number_is_shown_again_with_a_sentence(sqlite_world: World, office: Reader) -> None:
    switch_on(sqlite_world, "sms=json://127.0.0.1:9/{address}")
    page = office.get(f"/people/{sqlite_world.actor(LEAD).person_id}")
    again = office.press(page, "保存", {"point_sms": "138/../../x", "email": "new@luoshi.example"}, 400)
    assert "只能填手机号、账号或密钥" in again.text
    assert (again.value("point_sms"), again.value("email")) == ("138/../../x", "new@luoshi.example")
    assert points(sqlite_world) == {}
