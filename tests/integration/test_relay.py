"""The relay: whatever the mail server does, nothing owed is lost, and nothing settled is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import clock
from app.db import transaction
from app.engine import outbox
from app.engine.recording import RECORD_WITHIN, Accepted
from app.mail import Carry, Envelope, SmtpPost, as_message
from app.models import Duty, Letter, Notice, Person, Progress
from app.services import people, progress
from app.services.progress import Word
from tests.world import LEAD, SHARER, Asked, World, address_of, at
from tools.mailcatcher import MailCatcher, Mode
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import LetterState, NoticeState

JIAOYU, CAIZHENG = "jiaoyu@luoshi.example", "caizheng@luoshi.example"


class Crash(BaseException):
    """The process dies: nothing after this runs."""


class CrashingPost:
    """Carries letters, and dies right after (or before) the mail server took the n-th."""

    def __init__(self, after: int, *, taken: bool = True) -> None:
        self.carried: list[Envelope] = []
        self.after, self.taken = after, taken

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield self.carry

    def carry(self, envelope: Envelope) -> None:
        if len(self.carried) + 1 == self.after:
            if self.taken:
                self.carried.append(envelope)
            raise Crash
        self.carried.append(envelope)


def states(world: World) -> Counter[LetterState]:
    return Counter(letter.state for letter in world.letters())


def owe_letters(world: World, people: int, *, each: int = 1) -> None:
    """Put a great many notices into the outbox: for so many people a letter with so many items `each`."""
    world.issue(*(Asked(f"任务{n}") for n in range(each)))
    duties = world.duties(unit=LEAD, kind=DutyKind.SIGN)
    with world.writing() as s:
        everybody = [
            Person(name=f"演示{n}", email=f"demo{n}@luoshi.example", login_token=f"{n:064}")
            for n in range(people)
        ]
        s.add_all(everybody)
        s.flush()
        s.add_all(_notice(duty, person, world.now) for person in everybody for duty in duties)


def _notice(duty: Duty, person: Person, now: datetime) -> Notice:
    return Notice(
        dedup_key=f"{duty.id}:1:0:{person.id}:email",
        duty_id=duty.id,
        epoch=1,
        rung=0,
        kind=LetterKind.OPENED,
        audience=Audience.LIAISON,
        person_id=person.id,
        reason="演示",
        created_at=now,
        not_before_at=now,
    )


def test_a_persons_notices_of_one_turn_leave_in_one_letter(world: World) -> None:
    world.issue(*(Asked(f"任务{n}") for n in range(5)))
    world.tick()
    assert world.deliver().sent == 2
    assert sorted(world.post.addresses) == [CAIZHENG, JIAOYU]
    [letter] = world.post.to(JIAOYU)
    assert all(f"任务{n}" in letter.words.text for n in range(5))
    assert "http://luoshi.example/" in letter.words.text
    assert {n.state for n in world.notices()} == {NoticeState.SENT}


def test_what_was_done_before_the_letter_was_written_is_not_sent(world: World) -> None:
    world.issue()
    world.tick()
    world.sign(LEAD)
    world.deliver()
    assert world.post.addresses == [CAIZHENG]
    assert Counter(n.state for n in world.notices()) == {NoticeState.SENT: 1, NoticeState.SUPPRESSED: 1}


def test_what_was_done_while_the_letter_waited_is_not_sent(world: World) -> None:
    world.issue()
    world.tick()
    world.post.away = True
    world.deliver()
    assert states(world) == {LetterState.WAITING: 2}
    world.sign(LEAD)
    world.post.away = False
    world.clock.forward(minutes=10)
    world.deliver()
    assert world.post.addresses == [CAIZHENG]
    assert states(world) == {LetterState.SENT: 1, LetterState.SUPPRESSED: 1}


def test_a_waiting_letter_that_lost_some_of_its_items_is_worded_anew(world: World) -> None:
    world.issue(Asked("留下的任务"), Asked("签收的任务"))
    world.tick()
    world.post.away = True
    world.deliver()
    [duty] = [d for d in world.duties(unit=LEAD, kind=DutyKind.SIGN) if d.task_id == world.tasks()[1].id]
    with world.app.app_context():
        progress.sign_all(world.actor(LEAD), world.now, only=[duty.id])
    world.post.away = False
    world.clock.forward(minutes=10)
    world.deliver()
    [letter] = world.post.to(JIAOYU)
    assert "留下的任务" in letter.words.text
    assert "签收的任务" not in letter.words.text + letter.words.html + letter.words.subject
    assert [n.state for n in world.notices(duty.id)] == [NoticeState.SUPPRESSED]


def test_a_letter_that_waited_over_night_speaks_of_the_day_it_leaves(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 3, 4))
    world.tick()
    world.post.away = True
    world.deliver()
    assert "今日到期" in world.letters()[0].body_text
    world.post.away = False
    world.clock.go_to(date(2025, 3, 5), 8, 30)
    world.deliver()
    assert "今日到期" not in world.post.sent[0].words.text + world.post.sent[0].words.subject
    assert "逾期1个工作日" in world.post.sent[0].words.text


def test_a_dead_server_loses_nothing_and_is_asked_ever_more_rarely(world: World) -> None:
    world.issue()
    world.tick()
    world.post.away = True
    tried = []
    for _ in range(300):
        before = [letter.attempts for letter in world.letters()]
        world.deliver()
        if [letter.attempts for letter in world.letters()] != before:
            tried.append(world.now)
        if len(tried) == 4:
            break
        world.clock.forward(minutes=1)
    waits = [(later - earlier) // timedelta(minutes=1) for earlier, later in pairwise(tried)]
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert states(world) == {LetterState.WAITING: 2}
    assert {letter.last_error for letter in world.letters()} == {"the server is away"}
    world.post.away = False
    world.clock.go_to(date(2025, 3, 5))
    assert world.deliver().sent == 2
    assert states(world) == {LetterState.SENT: 2}


def test_when_the_line_breaks_only_the_letter_that_was_tried_has_used_an_attempt(world: World) -> None:
    owe_letters(world, 10)
    world.post.breaks_after = 3
    delivery = world.deliver()
    assert (delivery.sent, delivery.delayed) == (3, 7)
    attempts = [(letter.state, letter.attempts) for letter in world.letters()]
    assert (
        attempts == [(LetterState.SENT, 1)] * 3 + [(LetterState.WAITING, 1)] + [(LetterState.WAITING, 0)] * 6
    )
    world.post.breaks_after = None
    world.clock.forward(minutes=1)
    assert world.deliver().sent == 7


def test_a_lost_answer_repeats_the_letter_under_the_same_message_id(world: World) -> None:
    world.issue()
    world.tick()
    world.post.breaks_after, world.post.loses_the_answer = 0, True
    world.deliver()
    world.post.breaks_after = None
    world.clock.forward(minutes=5)
    world.deliver()
    first, *others = world.post.sent
    assert first in others
    assert len({letter.message_id for letter in world.post.sent}) == 2
    assert states(world) == {LetterState.SENT: 2}


def test_a_refused_address_fails_alone_and_the_others_go(world: World) -> None:
    world.issue()
    world.tick()
    world.post.refused = {JIAOYU}
    delivery = world.deliver()
    assert (delivery.sent, delivery.refused, delivery.delayed) == (1, 1, 0)
    assert world.post.addresses == [CAIZHENG]
    assert Counter(n.state for n in world.notices()) == {NoticeState.SENT: 1, NoticeState.FAILED: 1}
    [failed] = [letter for letter in world.letters() if letter.state is LetterState.FAILED]
    assert failed.last_error == "550 no such person here"
    world.clock.forward(hours=3)
    world.post.refused = set()
    assert world.deliver().sent == 0


def test_a_letter_put_off_by_the_server_waits_alone_and_the_others_go(world: World) -> None:
    world.issue()
    world.tick()
    world.post.deferred = {JIAOYU}
    delivery = world.deliver()
    assert (delivery.sent, delivery.refused, delivery.delayed) == (1, 0, 1)
    assert world.post.addresses == [CAIZHENG]
    [waiting] = [letter for letter in world.letters() if letter.state is LetterState.WAITING]
    assert (waiting.attempts, waiting.last_error) == (1, "450 try again later")
    world.post.deferred = set()
    assert world.deliver().sent == 0
    world.clock.forward(minutes=1)
    assert world.deliver().sent == 1
    assert world.post.addresses == [CAIZHENG, JIAOYU]


def test_a_letter_that_cannot_be_written_is_set_aside_alone_and_the_others_go(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.issue()
    world.tick()
    ill = next(duty for duty in world.duties(kind=DutyKind.SIGN) if duty.unit_id == world.unit_id("县教育局"))
    with world.writing() as s:
        wrong = {"kind": DutyKind.MONTHLY_REPORT, "period_key": "2025-xx"}
        s.execute(sa.update(Duty).where(Duty.id == ill.id).values(wrong))
    assert world.deliver().sent == 1
    assert world.post.addresses == [CAIZHENG]
    assert [n.state for n in world.notices(ill.id)] == [NoticeState.PENDING]
    assert any(getattr(record, "event", "") == "relay.set-aside" for record in caplog.records)
    with world.writing() as s:
        s.execute(sa.update(Duty).where(Duty.id == ill.id).values(period_key="2025-03"))
    world.clock.forward(hours=1)
    assert world.deliver().sent == 1
    assert world.post.addresses == [CAIZHENG, JIAOYU]


def test_what_was_for_a_person_who_lost_his_address_meanwhile_goes_to_the_next(world: World) -> None:
    world.issue()
    world.tick()
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(email=None))
    world.deliver()
    assert sorted(world.post.addresses) == sorted([CAIZHENG, address_of(f"{LEAD}科长")])
    assert Counter(n.state for n in world.notices()) == {NoticeState.SENT: 2, NoticeState.FAILED: 1}
    assert "收不到信，改发给您" in world.post.to(address_of(f"{LEAD}科长"))[0].words.text


@pytest.mark.parametrize("taken", [True, False], ids=["taken by the server", "not yet taken"])
def test_a_crash_repeats_the_letter_after_the_lease_and_not_before(world: World, taken: bool) -> None:
    owe_letters(world, 4)
    dying = CrashingPost(3, taken=taken)
    with pytest.raises(Crash), world.app.app_context():
        outbox.deliver(dying, world.now)
    assert states(world) == {LetterState.SENT: 2, LetterState.LEASED: 2}
    world.clock.forward(seconds=119)
    assert world.deliver().sent == 0
    world.clock.forward(seconds=1)
    assert world.deliver().sent == 2
    assert states(world) == {LetterState.SENT: 4}
    delivered = Counter(letter.message_id for letter in [*dying.carried, *world.post.sent])
    assert sorted(delivered.values()) == ([1, 1, 1, 2] if taken else [1, 1, 1, 1])
    repeated = [letter for letter in world.post.sent if letter in dying.carried]
    assert len(repeated) == taken
    for letter in repeated:
        twin = next(envelope for envelope in dying.carried if envelope.message_id == letter.message_id)
        assert bytes(as_message(twin, "a@luoshi.example")) == bytes(as_message(letter, "a@luoshi.example"))


def test_what_leaves_fast_is_recorded_together_and_what_leaves_slowly_at_once(world: World) -> None:
    owe_letters(world, 4)
    world.post.away = True
    world.deliver()
    first, second, third, fourth = (letter.id for letter in world.letters())
    with world.app.app_context(), Accepted() as accepted:
        accepted.add(first, clock.steady() + timedelta(hours=1))  # took no time, however slow this machine is
        accepted.add(second, clock.steady() + timedelta(hours=1))
        assert states(world) == {LetterState.WAITING: 4}
        accepted.add(third, clock.steady() - RECORD_WITHIN)
        assert states(world) == {LetterState.SENT: 3, LetterState.WAITING: 1}
        accepted.add(fourth, clock.steady() + timedelta(hours=1))
    assert states(world) == {LetterState.SENT: 4}
    assert {notice.state for notice in world.notices()} == {NoticeState.SENT}


def test_letters_whose_sending_cannot_be_recorded_are_repeated_after_the_lease(sqlite_world: World) -> None:
    world = sqlite_world
    owe_letters(world, 3)
    with world.writing() as s:
        stop = "CREATE TRIGGER full BEFORE UPDATE ON letter WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END"
        s.execute(sa.text(stop))
    with pytest.raises(sa.exc.IntegrityError, match="full"):
        world.deliver()
    assert states(world) == {LetterState.LEASED: 3}
    taken = {envelope.message_id for envelope in world.post.sent}
    assert taken
    with world.writing() as s:
        s.execute(sa.text("DROP TRIGGER full"))
    world.clock.forward(seconds=120)
    assert world.deliver().sent == 3
    assert states(world) == {LetterState.SENT: 3}
    assert {envelope.message_id for envelope in world.post.sent} == {m.message_id for m in world.letters()}
    assert len(world.post.sent) == len(taken) + 3


def test_ten_senders_at_once_write_each_letter_once_and_send_it_once(world: World) -> None:
    owe_letters(world, 150)
    world.post.away = True
    deliveries = world.at_once([partial(outbox.deliver, world.post, world.now)] * 10)
    assert sum(delivery.written for delivery in deliveries) == 150
    assert world.count(Letter) == 150
    world.post.away = False
    world.clock.forward(hours=2)
    deliveries = world.at_once([partial(outbox.deliver, world.post, world.now)] * 10)
    assert sum(delivery.sent for delivery in deliveries) == 150
    assert set(Counter(letter.message_id for letter in world.post.sent).values()) == {1}
    assert states(world) == {LetterState.SENT: 150}


def test_a_full_outbox_leaves_in_bounded_batches_all_of_it(sqlite_world: World) -> None:
    world = sqlite_world
    owe_letters(world, 450, each=5)
    assert world.count(Notice) == 2250
    world.app.config["RELAY_BATCH"] = 200
    sizes = []
    while sent := world.deliver().sent:
        sizes.append(sent)
        world.clock.forward(minutes=1)
    assert sizes == [200, 200, 50]
    assert set(Counter(world.post.addresses).values()) == {1}
    assert {n.state for n in world.notices()} == {NoticeState.SENT}


def test_letters_that_are_all_settled_do_not_stop_the_ones_behind_them(world: World) -> None:
    owe_letters(world, 45)
    world.post.away = True
    world.deliver()
    [other] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    late = world.letters()[-3:]
    with world.writing() as s:
        for letter in late:
            s.execute(sa.update(Notice).where(Notice.letter_id == letter.id).values(duty_id=other.id))
        s.execute(sa.update(Letter).values(not_before_at=world.now))
    world.sign(LEAD)
    world.post.away = False
    assert world.deliver().sent == 3
    assert states(world) == {LetterState.SUPPRESSED: 42, LetterState.SENT: 3}


def test_nothing_leaves_at_night_or_on_a_rest_day(world: World) -> None:
    world.clock.go_to(date(2025, 3, 7), 18)  # a Friday
    world.issue()
    world.tick()
    world.post.away = True
    world.deliver()
    world.post.away = False
    for moment in (at(date(2025, 3, 7), 20), at(date(2025, 3, 8), 10), at(date(2025, 3, 10), 7, 59)):
        world.clock.instant = moment
        assert world.deliver().sent == 0
    world.clock.go_to(date(2025, 3, 10), 8)
    assert world.deliver().sent == 2


def test_a_sender_whose_lease_ran_out_leaves_the_rest_to_others(world: World) -> None:
    owe_letters(world, 5)
    slow = CrashingPost(0)
    carry = slow.carry

    def carry_slowly(envelope: Envelope) -> None:
        world.clock.forward(seconds=50)
        carry(envelope)

    slow.carry = carry_slowly  # type: ignore[method-assign]
    with world.app.app_context():
        outbox.deliver(slow, world.now)
    assert states(world) == {LetterState.SENT: 3, LetterState.LEASED: 2}
    world.deliver()
    assert states(world) == {LetterState.SENT: 5}
    assert len({e.message_id for e in [*slow.carried, *world.post.sent]}) == 5


def test_a_full_disk_while_a_person_saves_keeps_the_old_words_and_takes_the_new_ones_later(
    sqlite_world: World,
) -> None:
    from tests.integration.test_engine import fill_the_disk, free_the_disk

    world = sqlite_world
    world.issue()
    world.sign(SHARER)
    [task] = world.tasks()
    part = next(p for p in world.parts(task.id) if p.unit_id == world.unit_id(SHARER))
    actor, word = world.actor(SHARER), Word(50, "已完成招标。" * 300, "资金未到位。" * 300)

    def save() -> None:
        with world.app.app_context():
            progress.update(actor, part.id, word, seen_version=part.version, now=world.now)

    fill_the_disk(world)
    with pytest.raises(sa.exc.OperationalError, match="full"):
        save()
    kept = world.parts(task.id)
    free_the_disk(world)
    assert [p.percent for p in kept] == [p.percent for p in world.parts(task.id)]
    assert world.count(Progress) == 0
    save()
    assert world.count(Progress) == 1


# ------------------------------------------------------------------------------------------- over a real line


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail") as running:
        yield running


def over_smtp(world: World, catcher: MailCatcher) -> outbox.Delivery:
    post = SmtpPost(f"smtp://127.0.0.1:{catcher.smtp_port}", "落实系统 <luoshi@luoshi.example>", 10)
    with world.app.app_context():
        return outbox.deliver(post, world.now)


@pytest.mark.parametrize(
    ("mode", "state", "kept"),
    [
        (Mode.REFUSE, LetterState.FAILED, 0),
        (Mode.DEFER, LetterState.WAITING, 0),
        (Mode.HANG_UP, LetterState.WAITING, 0),
        (Mode.VANISH, LetterState.WAITING, 1),
    ],
)
def test_each_bad_answer_of_a_real_server_is_understood(
    world: World, catcher: MailCatcher, mode: Mode, state: LetterState, kept: int
) -> None:
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    catcher.mode = mode
    over_smtp(world, catcher)
    assert states(world) == {state: 1}
    assert len(catcher.letters()) == kept
    catcher.mode = Mode.ACCEPT
    world.clock.forward(minutes=2)
    over_smtp(world, catcher)
    assert states(world) == {LetterState.FAILED if mode is Mode.REFUSE else LetterState.SENT: 1}
    assert len({letter.message["Message-ID"] for letter in catcher.letters()}) == (mode is not Mode.REFUSE)


def test_a_letter_repeated_over_a_real_line_is_the_same_to_the_byte(
    world: World, catcher: MailCatcher
) -> None:
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    catcher.mode = Mode.VANISH
    over_smtp(world, catcher)
    catcher.mode = Mode.ACCEPT
    world.clock.forward(minutes=2)
    over_smtp(world, catcher)
    first, second = (catcher.mailbox.source(letter) for letter in catcher.letters())
    assert first == second


@pytest.mark.parametrize(
    "address", ["张 三@luoshi.example", "zhang san@luoshi.example", "@", "a@b@c", "a,b@c.example"]
)
def test_an_address_that_cannot_be_written_fails_alone(
    world: World, catcher: MailCatcher, address: str
) -> None:
    world.issue()
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(email=address))
    world.tick()
    over_smtp(world, catcher)
    assert states(world) == {LetterState.FAILED: 1, LetterState.SENT: 1}
    assert [letter.recipients for letter in catcher.letters()] == [(CAIZHENG,)]


# ------------------------------------------------------------------------------------------- sign-in, at once


def test_wrong_passwords_from_everywhere_at_once_lock_the_account(world: World) -> None:
    def guess() -> str:
        try:
            people.sign_in("jiaoyu", "not the password", world.now)
        except Refused as refusal:
            return refusal.code
        return "in"

    answers = Counter(world.at_once([guess] * 8))
    assert answers == {"wrong-password": 4, "locked": 4}
    with world.app.app_context(), pytest.raises(Refused) as locked:
        people.sign_in("jiaoyu", "Demo-2026x", world.now)
    assert locked.value.code == "locked"
    world.clock.forward(minutes=31)
    with world.app.app_context():
        assert people.sign_in("jiaoyu", "Demo-2026x", world.now) > 0


def test_a_transaction_that_fails_leaves_nothing_behind(world: World) -> None:
    world.issue()
    [duty, _] = world.duties(kind=DutyKind.SIGN)

    def fail() -> None:
        with transaction() as s:
            s.get_one(Duty, duty.id).hold_reason = "别写进去"
            s.flush()
            raise ZeroDivisionError

    with world.app.app_context():
        with pytest.raises(ZeroDivisionError):
            fail()
        with transaction() as s:
            assert s.get_one(Duty, duty.id).hold_reason == ""
