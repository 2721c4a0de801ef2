"""Addresses that are dead: refused at once or bounced later, they are marked, and the next contact is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from functools import partial

import pytest
import sqlalchemy as sa

from app.engine import bounces, outbox
from app.mail import Carry, Envelope, Refusal
from app.mail.bounces import Bounce, read
from app.models import LedgerEntry, Letter, Notice, Person
from app.queries import engine, people
from app.services import people as people_service
from tests.pages import signed_in
from tests.world import LEAD, OFFICE, Asked, World, address_of
from workflows.cadence import DutyKind
from workflows.lifecycle import LetterState, NoticeState
from workflows.units import Post

JIAOYU, GUANLI = "jiaoyu@luoshi.example", "guanli@luoshi.example"
KEZHANG = address_of(f"{LEAD}科长")
SAID = "550 5.1.1 no such person here"


class Deaf:
    """A server that knows some addresses no more. `once` lets anybody else act between its word and our record."""

    def __init__(self, world: World, *dead: str) -> None:
        self.world, self.dead = world, set(dead)

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield self.carry

    def carry(self, envelope: Envelope) -> None:
        if envelope.address in self.dead:
            raise Refusal(SAID, bad_address=True)
        self.world.post.sent.append(envelope)


def deliver(world: World, *dead: str) -> outbox.Delivery:
    with world.app.app_context():
        return outbox.deliver(Deaf(world, *dead), world.now)


def person(world: World, name: str) -> Person:
    return world.get(Person, world.person_id(name))


@pytest.fixture
def county(world: World) -> World:
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    return world


def test_a_refused_address_is_marked_and_the_next_contact_is_told_at_once(county: World) -> None:
    assert deliver(county, JIAOYU).refused == 1
    liaison = person(county, f"{LEAD}联络员")
    assert (liaison.bounced_at, liaison.bounce) == (county.now, SAID)
    assert deliver(county, JIAOYU).sent == 2  # the section head, and the administrator
    assert sorted(county.post.addresses) == sorted([KEZHANG, GUANLI])
    assert "收不到信，改发给您" in county.post.to(KEZHANG)[0].words.text
    keys = [n.dedup_key for n in county.notices() if n.rung >= 0]
    duty = county.duties(kind=DutyKind.SIGN)[0].id
    assert keys == [
        f"{duty}:1:0:{liaison.id}:email",
        f"{duty}:1:0:{county.person_id(f'{LEAD}科长')}:email",
    ]


def test_a_chain_of_dead_addresses_ends_at_the_office(county: World) -> None:
    names = [f"{LEAD}{post}" for post in ("联络员", "科长", "副局长", "局长")]
    dead = [person(county, name).email or "" for name in names]
    for _ in range(6):
        deliver(county, *dead)
        county.clock.forward(minutes=1)
    assert [person(county, name).bounced_at is not None for name in names] == [True] * 4
    assert set(county.post.addresses) == {"zhuanban@luoshi.example", GUANLI}
    office = [n for n in county.notices() if n.person_id == county.person_id(f"{OFFICE}联络员")]
    assert [n.state for n in office] == [NoticeState.SENT]


def test_whoever_was_told_the_same_already_is_not_told_again(world: World) -> None:
    world.issue(Asked("一件任务", responsible=()))
    world.run_to(date(2025, 3, 4), heard=True)
    world.clock.go_to(date(2025, 3, 5))
    world.tick()
    rung = [n for n in world.notices() if n.rung == 2]
    assert len(rung) == 2  # the liaison and the deputy head
    before = world.count(Notice)
    deliver(world, JIAOYU)
    new = [n for n in world.notices()[before:] if n.rung >= 0]
    assert [n.person_id for n in new] == [world.person_id(f"{LEAD}科长")]
    deliver(world)
    addressed = Counter(address for address in world.post.addresses)
    assert addressed[address_of(f"{LEAD}副局长")] == 1


def test_what_waited_for_the_marked_person_goes_to_the_next_too(county: World) -> None:
    with county.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(bounced_at=county.now, bounce="x"))
    deliver(county)
    deliver(county)
    assert county.post.addresses == [KEZHANG]
    assert Counter(n.state for n in county.notices()) == {NoticeState.FAILED: 1, NoticeState.SENT: 1}


def test_a_letter_that_waits_when_the_address_dies_is_not_sent_there(county: World) -> None:
    county.post.away = True
    county.deliver()
    with county.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(bounced_at=county.now, bounce=SAID))
    county.clock.forward(minutes=10)
    deliver(county)
    deliver(county)
    assert county.post.addresses == [KEZHANG]
    assert [letter.state for letter in county.letters()] == [LetterState.FAILED, LetterState.SENT]


def test_a_refusal_that_is_not_about_the_address_marks_nobody(county: World) -> None:
    county.post.refused = {JIAOYU}
    county.deliver()
    assert person(county, f"{LEAD}联络员").bounced_at is None
    county.deliver()
    assert county.post.addresses == []


def test_the_marked_person_counts_as_vacant_until_the_address_is_changed(county: World) -> None:
    deliver(county, JIAOYU)
    with county.app.app_context():
        assert people.bounced() == [f"{LEAD}联络员"]
    county.clock.go_to(date(2025, 3, 4))
    county.tick()
    due = [n for n in county.notices() if n.rung == 1]
    assert [n.person_id for n in due] == [county.person_id(f"{LEAD}科长")]
    liaison = person(county, f"{LEAD}联络员")
    posts = ((county.unit_id(LEAD), Post.LIAISON),)
    with county.app.app_context():
        keep = partial(
            people_service.edit, county.office, liaison.id, posts=posts, active=True, now=county.now
        )
        keep(email=JIAOYU)
        assert people.bounced() == [f"{LEAD}联络员"]
        keep(email="xin@luoshi.example")
        assert people.bounced() == []
    assert person(county, f"{LEAD}联络员").bounce == ""
    county.clock.go_to(date(2025, 3, 5))
    county.tick()
    assert liaison.id in {n.person_id for n in county.notices() if n.rung == 2}


def test_administrators_are_told_of_a_vacant_post_once_and_again_when_it_is_vacant_anew(world: World) -> None:
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(active=False))
    world.issue(Asked("一件任务", responsible=()), Asked("又一件", responsible=()))
    world.run_to(date(2025, 4, 2), heard=True)
    admin = world.person_id("系统管理员")
    told = [n for n in world.notices() if n.person_id == admin]
    assert [n.reason for n in told] == [f"{LEAD}的联络员空缺，提醒已改发科室负责人。请更新联系人"]
    assert world.post.to(GUANLI)[0].words.subject.endswith(f"{LEAD}联系人收不到信，请更新联系人")
    assert "办结" not in world.post.to(GUANLI)[0].words.text.split("----")[0]
    assert f"http://luoshi.example/units/{world.unit_id(LEAD)}" in world.post.to(GUANLI)[0].words.text
    newcomer = world.person("新联络员", unit=LEAD)
    world.run_to(date(2025, 4, 10), heard=True)
    with world.app.app_context():
        people_service.edit(
            world.office, newcomer, email=address_of("新联络员"), posts=(), active=False, now=world.now
        )
    world.run_to(date(2025, 4, 30), heard=True)
    told = [n for n in world.notices() if n.person_id == admin]
    assert len(told) == 2
    assert {n.state for n in told} == {NoticeState.SENT}


def test_a_duty_done_meanwhile_does_not_keep_the_administrator_from_hearing(county: World) -> None:
    deliver(county, JIAOYU)
    county.sign(LEAD)
    deliver(county)
    assert county.post.addresses == [GUANLI]


def test_when_a_unit_and_the_office_have_nobody_it_is_on_record(world: World) -> None:
    world.unit("县审计局", staffed=False)
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == "zhuanban@luoshi.example").values(email=None))
    world.issue(Asked("一件任务", "县审计局", ()))
    world.tick()
    acts = [e.act for e in world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "notice.unaddressed"))]
    assert acts
    reasons = [n.reason for n in world.notices() if n.person_id == world.person_id("系统管理员")]
    assert reasons == ["县审计局的联络员空缺，提醒没有人能收到。请更新联系人"]


# ------------------------------------------------------------------------------------------- bounces that come later


def report(letter: Letter, *, action: str = "failed", status: str = "5.1.1", headers: bool = False) -> bytes:
    """A delivery report about a letter, as mail servers write them (RFC 3464)."""
    dsn = EmailMessage()
    dsn["From"], dsn["To"] = "MAILER-DAEMON@mail.luoshi.example", "luoshi@luoshi.example"
    dsn["Subject"] = "Undelivered Mail Returned to Sender"
    head = f"Message-ID: {letter.message_id}\r\nTo: {letter.address}\r\nSubject: x\r\n"
    returned = (
        f"Content-Type: text/rfc822-headers\r\n\r\n{head}"
        if headers
        else f"Content-Type: message/rfc822\r\n\r\n{head}\r\nbody\r\n"
    )
    body = (
        "--=b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system. I'm sorry.\r\n"
        "--=b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.luoshi.example\r\n\r\n"
        f"Final-Recipient: rfc822; forwarded@elsewhere.example\r\nOriginal-Recipient: rfc822;{letter.address}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such\r\n  person\r\n\r\n"
        f"--=b\r\n{returned}\r\n--=b--\r\n"
    )
    lines = bytes(dsn).decode().rstrip().replace("\n", "\r\n")
    return (
        f"{lines}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        f'boundary="=b"\r\n\r\n{body}'
    ).encode()


def sent(world: World) -> Letter:
    world.deliver()
    [letter] = [x for x in world.letters() if x.address == JIAOYU]
    world.post.sent.clear()
    return letter


@pytest.mark.parametrize("headers", [False, True])
def test_a_delivery_report_says_which_letter_and_why(county: World, headers: bool) -> None:
    letter = sent(county)
    said = "550 5.1.1 no such person"
    assert read(report(letter, headers=headers)) == (Bounce(JIAOYU, letter.message_id, said, True),)
    assert read(report(letter, action="delayed")) == ()
    assert read(report(letter, status="5.2.2"))[0].bad_address is False
    assert read(b"Subject: On holiday\r\n\r\nI am away.") == ()
    assert read(b"") == ()


def test_a_letter_that_comes_back_later_goes_to_the_next(county: World) -> None:
    letter = sent(county)
    run = county.app.test_cli_runner()
    done = run.invoke(args=["mail", "bounce"], input=report(letter))
    assert done.output == f"{JIAOYU}: marked, {LEAD}联络员\n", done.output
    assert county.get(Letter, letter.id).state is LetterState.FAILED
    county.deliver()
    assert sorted(county.post.addresses) == sorted([KEZHANG, GUANLI])
    again = run.invoke(args=["mail", "bounce"], input=report(letter))
    assert "marked before" in again.output
    assert county.deliver().written == 0


def test_an_address_said_to_be_dead_hands_on_the_newest_word_on_each_duty(county: World) -> None:
    sent(county)
    county.clock.go_to(date(2025, 3, 4))
    county.tick()
    county.deliver()
    county.post.sent.clear()
    with county.app.app_context():
        assert bounces.came_back(Bounce(JIAOYU.upper(), "", "退信", True), county.now) == (f"{LEAD}联络员",)
    handed = [n for n in county.notices() if n.person_id == county.person_id(f"{LEAD}科长")]
    assert [n.rung for n in handed] == [1]


def test_a_full_mailbox_marks_the_letter_and_not_the_address(county: World) -> None:
    letter = sent(county)
    done = county.app.test_cli_runner().invoke(args=["mail", "bounce"], input=report(letter, status="5.2.2"))
    assert "not the address's fault" in done.output
    assert county.get(Letter, letter.id).state is LetterState.FAILED
    assert person(county, f"{LEAD}联络员").bounced_at is None


def test_what_is_no_delivery_report_is_said_to_be_none(county: World) -> None:
    done = county.app.test_cli_runner().invoke(args=["mail", "bounce"], input=b"Subject: hello\r\n\r\nhello")
    assert done.exit_code == 1
    assert "no failed delivery" in done.output


def test_a_late_bounce_of_an_address_corrected_meanwhile_marks_nobody(county: World) -> None:
    letter = sent(county)
    with county.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(email="xin@luoshi.example"))
    done = county.app.test_cli_runner().invoke(args=["mail", "bounce"], input=report(letter))
    assert "nobody has it now" in done.output
    assert person(county, f"{LEAD}联络员").bounced_at is None


def test_ten_reports_at_once_hand_on_once(county: World) -> None:
    letter = sent(county)
    [bounce] = read(report(letter))
    names = county.at_once([partial(bounces.came_back, bounce, county.now)] * 6)
    assert sorted(names) == [(), (), (), (), (), (f"{LEAD}联络员",)]
    assert len([n for n in county.notices() if n.person_id == county.person_id(f"{LEAD}科长")]) == 1


def test_the_marked_address_is_shown_where_people_look(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue()
    world.tick()
    deliver(world, JIAOYU)
    reader = signed_in(world.app, "guanli")
    assert f"{LEAD}联络员" in reader.get("/engine").text
    assert "退信" in reader.get("/people").text
    assert SAID in reader.get(f"/people/{world.person_id(f'{LEAD}联络员')}").text
    assert SAID in signed_in(world.app, "jiaoyu").get("/me").text
    said = world.app.test_cli_runner().invoke(args=["doctor"]).output
    assert f"letters to 1 people come back: {LEAD}联络员" in said
    with world.app.app_context():
        assert engine.pulse().failed == 1
