"""The second step: set up, used once a code, throttled, printed, reset."""

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import AccountEvent, RecoveryCode, SecondStep, User
from ambassadors.services import second_step
from ambassadors.services.writing import write
from tests.factories import SECRET, make_user

STEP = timedelta(seconds=30)


@pytest.fixture
def kim(session: Session) -> User:
    """A coordinator."""
    return make_user(session, name="Kim Doe")


def turned_on(session: Session, user: User, now: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """Somebody's second step, on for ten minutes; their app, and their codes on paper."""
    before = now - 20 * STEP
    write(session, lambda s: second_step.start(s, SECRET, user.id, before))
    key = second_step.pending_secret(session, SECRET, user.id)
    assert key is not None
    app = pyotp.TOTP(key)
    code = app.at(before)
    codes = write(session, lambda s: second_step.confirm(s, SECRET, user.id, code, before))
    return app, codes


def prove(session: Session, user: User, code: str, now: datetime) -> int:
    """200 when the code is taken, else the status of the refusal."""
    try:
        write(session, lambda s: second_step.prove(s, SECRET, user.id, code, now))
    except Refused as refusal:
        return refusal.status
    return 200


def test_it_is_on_once_a_code_was_confirmed_and_kept_encrypted(
    session: Session, now: datetime, kim: User
) -> None:
    write(session, lambda s: second_step.start(s, SECRET, kim.id, now))
    assert not second_step.is_on(session, kim.id)
    app, codes = turned_on(session, kim, now)
    row = session.scalars(select(SecondStep)).one()
    assert second_step.is_on(session, kim.id)
    assert (app.secret in row.sealed, len(set(codes))) == (False, 10)
    hashes = set(session.scalars(select(RecoveryCode.code_hash)))
    assert len(hashes) == 10
    assert not hashes & set(codes)


def test_a_wrong_first_code_does_not_turn_it_on(session: Session, now: datetime, kim: User) -> None:
    write(session, lambda s: second_step.start(s, SECRET, kim.id, now))
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: second_step.confirm(s, SECRET, kim.id, "000000", now))
    assert (refusal.value.text, second_step.is_on(session, kim.id)) == (
        second_step.WRONG_CODE,
        False,
    )


def test_a_code_counts_once_and_none_before_it_counts_afterwards(
    session: Session, now: datetime, kim: User
) -> None:
    app, _ = turned_on(session, kim, now)
    before, code = app.at(now - STEP), app.at(now)
    assert [prove(session, kim, one, now) for one in (code, code, before)] == [200, 422, 422]


@pytest.mark.parametrize(("late", "status"), [(-2, 422), (-1, 200), (0, 200), (1, 200), (2, 422)])
def test_a_clock_may_be_half_a_minute_wrong(
    session: Session, now: datetime, kim: User, late: int, status: int
) -> None:
    app, _ = turned_on(session, kim, now)
    assert prove(session, kim, app.at(now + late * STEP), now) == status


def test_spaces_in_a_code_do_not_matter(session: Session, now: datetime, kim: User) -> None:
    app, _ = turned_on(session, kim, now)
    code = app.at(now)
    assert prove(session, kim, f" {code[:3]} {code[3:]}\n", now) == 200


def test_after_five_wrong_codes_the_right_one_is_refused_like_a_wrong_one(
    session: Session, now: datetime, kim: User
) -> None:
    app, codes = turned_on(session, kim, now)
    tries = [*["000000"] * 4, "aaaa-aaaa-aaaa-aaaa"]
    assert [prove(session, kim, one, now) for one in tries] == [422] * 5
    assert [prove(session, kim, one, now) for one in ("000000", app.at(now), codes[0])] == [429] * 3
    later = now + second_step.TRIES_PER
    assert prove(session, kim, app.at(later), later) == 200


def test_right_codes_are_not_counted(session: Session, now: datetime, kim: User) -> None:
    app, _ = turned_on(session, kim, now)
    moments = [now + number * STEP for number in range(8)]
    assert [prove(session, kim, app.at(at), at) for at in moments] == [200] * 8


def test_a_code_on_paper_signs_in_once_however_it_is_typed(
    session: Session, now: datetime, kim: User
) -> None:
    _, codes = turned_on(session, kim, now)
    typed = codes[3].upper().replace("-", " ")
    assert [prove(session, kim, one, now) for one in (typed, codes[3])] == [200, 422]
    assert second_step.state_of(session, kim.id).left == 9


def test_codes_of_another_are_worthless(session: Session, now: datetime, kim: User) -> None:
    other = make_user(session)
    app, codes = turned_on(session, other, now)
    turned_on(session, kim, now)
    assert [prove(session, kim, one, now) for one in (app.at(now), codes[0])] == [422, 422]


def test_new_codes_make_those_before_worthless(session: Session, now: datetime, kim: User) -> None:
    _, old = turned_on(session, kim, now)
    new = write(session, lambda s: second_step.renew_paper_codes(s, SECRET, kim.id, now))
    assert [prove(session, kim, one[0], now) for one in (old, new)] == [422, 200]


def test_turned_off_nothing_of_it_is_kept_and_who_did_it_is(
    session: Session, now: datetime, kim: User
) -> None:
    turned_on(session, kim, now)
    boss = make_user(session)
    write(session, lambda s: second_step.turn_off(s, kim.id, now, boss.id))
    rows = [*session.scalars(select(SecondStep)), *session.scalars(select(RecoveryCode))]
    event = session.scalars(select(AccountEvent).order_by(AccountEvent.id.desc())).first()
    assert rows == []
    assert event is not None
    assert (event.action, event.user_id, event.by_id) == ("second-reset", kim.id, boss.id)


def test_under_another_key_of_the_service_it_says_what_to_do(
    session: Session, now: datetime, kim: User
) -> None:
    app, _ = turned_on(session, kim, now)
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: second_step.prove(s, "another", kim.id, app.at(now), now))
    assert (refusal.value.status, "Ask a coordinator" in refusal.value.text) == (409, True)
