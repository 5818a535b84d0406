"""The whole life of bookings at random against a simple model; the auditor looks after each step.

Two prospects, two ambassadors, a clock that jumps. The model knows what must happen to a chat by
its state alone; whether a time is free it does not know: there the auditor and `refused` decide.
"""

import dataclasses
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from ambassadors import create_app, jobs
from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.hours import WeeklySpan
from ambassadors.core.moments import WEEKDAYS
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat
from ambassadors.services import booking, timetable
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from tests.conftest import NOW, settings_for
from tests.factories import SECRET, make_ambassador, order
from tests.security.payloads import FULL

PEOPLE = ("ann@example.org", "bob@example.org")
HOURS = st.integers(0, 30)
LIVE = ("held", "confirmed")
PROSPECT = Actor("prospect")


class BookingLife(RuleBasedStateMachine):
    """What people, coordinators and the scheduler do, in any order."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.migrated, self.folder / "test.db")
        self.app: Flask = create_app(settings_for(self.folder))
        self.context = self.app.app_context()
        self.context.push()
        self.session, self.now = db.session(), NOW
        always = "; ".join(f"{day[:3]} 00:00-24:00" for day in WEEKDAYS)
        made = [
            make_ambassador(
                self.session, name, always, time_zone="UTC", notice_minutes=0, daily_cap=4
            )
            for name in ("Ana Almeida", "Bo Li")
        ]
        self.ambassadors = [one.id for one in made]
        self.states: dict[str, str] = {}
        self.guesses: dict[str, int] = {}

    def teardown(self) -> None:
        """Lets go of everything."""
        db.session.remove()
        db.engine.dispose()
        self.context.pop()
        shutil.rmtree(self.folder)

    # What the rules share.

    def does(self, work: Callable[[Any], Any]) -> int:
        """Does something; 0, or the status of the refusal."""
        try:
            write(self.session, work)
        except Refused as refusal:
            return refusal.status
        return 0

    def chat(self, uid: str) -> Chat:
        """A chat as it is now."""
        self.session.rollback()
        return self.session.scalars(select(Chat).where(Chat.uid == uid)).one()

    def one_of(self, number: int, *states: str) -> str | None:
        """One of the chats in such a state."""
        found = [uid for uid, state in self.states.items() if state in states]
        return found[number % len(found)] if found else None

    def overdue(self, uid: str) -> bool:
        """Whether a hold is over, though nobody may have written so yet."""
        until = self.chat(uid).hold_expires_at
        return self.states[uid] == "held" and until is not None and until <= self.now

    def at(self, hours: int) -> datetime:
        """A whole hour from now on."""
        whole = self.now.replace(minute=0, second=0, microsecond=0)
        return whole + timedelta(hours=hours + 1)

    # What happens.

    @rule(who=st.integers(0, 1), person=st.sampled_from(PEOPLE), hours=HOURS)
    def hold(self, who: int, person: str, hours: int) -> None:
        before = set(self.session.scalars(select(Chat.uid)))
        wish = order(
            self.session.get_one(Ambassador, self.ambassadors[who]), self.at(hours), email=person
        )
        status = self.does(lambda s: booking.hold(s, wish, self.now, verify=True))
        new = set(self.session.scalars(select(Chat.uid))) - before
        assert (status == 0) == (len(new) == 1), status
        assert status in (0, 409, 422, 429)
        to_come = [
            uid
            for uid, state in self.states.items()
            if state == "confirmed" and self.chat(uid).prospect.email == person
            and self.chat(uid).ends_at > self.now
        ]  # fmt: skip
        assert status != 0 or len(to_come) < 3, "nobody holds a fourth"
        for uid in new:
            self.states[uid], self.guesses[uid] = "held", 0
        self.note_holds_that_went()

    @rule(number=st.integers(0, 9))
    def confirm(self, number: int) -> None:
        if (uid := self.one_of(number, *LIVE)) is None:
            return
        chat, overdue = self.chat(uid), self.overdue(uid)
        code = tokens.code(SECRET, uid, chat.nonce, chat.prospect.email)
        status = self.does(lambda s: booking.confirm(s, uid, code, self.now, SECRET))
        if self.states[uid] == "confirmed":
            return
        if overdue:
            assert status == 409
            self.states[uid] = "expired"
        elif self.guesses[uid] >= 5:
            assert status == 429
        elif status != 429:  # three chats to come
            assert status == 0
            self.states[uid] = "confirmed"

    @rule(number=st.integers(0, 9), wrong=st.integers(1, 999_999))
    def guess(self, number: int, wrong: int) -> None:
        if (uid := self.one_of(number, "held")) is None:
            return
        chat, overdue = self.chat(uid), self.overdue(uid)
        right = int(tokens.code(SECRET, uid, chat.nonce, chat.prospect.email))
        code = f"{(right + wrong) % 1_000_000:06d}"
        status = self.does(lambda s: booking.confirm(s, uid, code, self.now, SECRET))
        if overdue:
            assert status == 409
            self.states[uid] = "expired"
            return
        assert status == (429 if self.guesses[uid] >= 5 else 422)
        self.guesses[uid] += 1

    @rule(number=st.integers(0, 9), hours=HOURS, kind=st.sampled_from(("prospect", "coordinator")))
    def move(self, number: int, hours: int, kind: str) -> None:
        if (uid := self.one_of(number, "held", "confirmed", "cancelled", "expired")) is None:
            return
        before, start = self.chat(uid).starts_at, self.at(hours)
        changeable = self.states[uid] == "confirmed" and before > self.now
        actor = Actor("coordinator", None) if kind == "coordinator" else PROSPECT
        status = self.does(lambda s: booking.move(s, uid, start, actor, self.now))
        after = self.chat(uid).starts_at
        assert after == (start if status == 0 else before)
        assert changeable or status != 0
        self.note_holds_that_went()

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        if (uid := self.one_of(number, *LIVE, "expired", "cancelled")) is None:
            return
        changeable = self.states[uid] == "confirmed" and self.chat(uid).starts_at > self.now
        status = self.does(lambda s: booking.cancel(s, uid, PROSPECT, self.now))
        assert (status == 0) == (changeable or self.states[uid] == "cancelled")
        if changeable:
            self.states[uid] = "cancelled"
        self.note_holds_that_went()

    @rule(number=st.integers(0, 9))
    def hand_over(self, number: int) -> None:
        if (uid := self.one_of(number, "confirmed")) is None:
            return
        old = self.chat(uid).ambassador_id
        other = next(one for one in self.ambassadors if one != old)
        actor = Actor("coordinator", None)
        status = self.does(lambda s: booking.hand_over(s, uid, other, actor, self.now))
        assert self.chat(uid).ambassador_id == (other if status == 0 else old)
        self.note_holds_that_went()

    @rule(who=st.integers(0, 1), cap=st.integers(0, 4))
    def change_cap(self, who: int, cap: int) -> None:
        """Never below what is booked: chats that there are stay, and would count as too many."""
        row = self.session.get_one(Ambassador, self.ambassadors[who])
        live = (Chat.ambassador_id == row.id) & Chat.status.in_(LIVE)
        booked = Counter(self.session.scalars(select(Chat.cap_day).where(live)))
        table = timetable.read(row)
        rules = dataclasses.replace(table.rules, daily_cap=max([cap, *booked.values()]))
        wanted = dataclasses.replace(table, rules=rules)
        assert self.does(lambda s: timetable.edit(s, row.id, wanted, self.now)) == 0

    @rule(who=st.integers(0, 1), days=st.sets(st.integers(0, 6), max_size=6))
    def change_hours(self, who: int, days: set[int]) -> None:
        row = self.session.get_one(Ambassador, self.ambassadors[who])
        table = timetable.read(row)
        weekly = tuple(WeeklySpan(day, 0, 24 * 60) for day in sorted(days))
        wanted = dataclasses.replace(table, weekly=weekly)
        assert self.does(lambda s: timetable.edit(s, row.id, wanted, self.now)) == 0

    @rule(minutes=st.sampled_from((-60, -1, 1, 9, 10, 11, 61, 600, 1500)))
    def clock_jumps(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.states)
    @rule()
    def tick(self) -> None:
        jobs.tick(self.app, self.now, (jobs.expire_holds, jobs.send_notices))
        self.session = db.session()
        for uid in [one for one, state in self.states.items() if state == "held"]:
            if self.overdue(uid):
                self.states[uid] = "expired"

    def note_holds_that_went(self) -> None:
        """Holds in the way of a booking are expired by it, if they were over."""
        for uid, state in self.states.items():
            if state == "held" and self.chat(uid).status == "expired":
                assert self.overdue(uid), "a hold that was not over was taken away"
                self.states[uid] = "expired"

    # What must be so after each.

    @invariant()
    def the_model_and_the_database_agree(self) -> None:
        self.session.rollback()
        rows = self.session.execute(select(Chat.uid, Chat.status))
        assert dict(list(rows)) == self.states

    @invariant()
    def the_auditor_finds_nothing(self) -> None:
        found = audit(self.session)
        self.session.rollback()
        assert found == {}


def test_bookings_live_as_the_model_says(migrated: Path) -> None:
    BookingLife.migrated = migrated
    dose = settings(
        max_examples=400 if FULL else 8,
        stateful_step_count=60 if FULL else 20,
        phases=tuple(Phase) if FULL else (Phase.generate,),  # shrinking takes minutes
        deadline=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(BookingLife, settings=dose)
