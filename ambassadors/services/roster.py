"""The roster: who the ambassadors are, inviting them, what they say of themselves, who is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador, Family, Interest, User
from ambassadors.services import accounts, approval, booking, desk
from ambassadors.services.accounts import NewUser
from ambassadors.services.people import read_name, read_zone
from ambassadors.services.profile_fields import read_bio, read_languages, read_place, read_url
from ambassadors.services.programme import vocabulary
from ambassadors.services.settings.current import current

NOBODY = said("There is no such ambassador.")


@dataclass(frozen=True)
class Profile:
    """What an ambassador says of themselves. Interests are keys, languages BCP 47 tags."""

    name: str
    bio: str
    languages: tuple[str, ...]
    zone: str
    meeting_url: str
    meeting_place: str
    interests: tuple[str, ...]


def find(session: Session, ambassador_id: int) -> Ambassador:
    """One ambassador with interests and hours; refused (404) when there is none."""
    row = session.scalar(
        select(Ambassador)
        .where(Ambassador.id == ambassador_id)
        .options(
            selectinload(Ambassador.interests).joinedload(Interest.family),
            selectinload(Ambassador.weekly_hours),
            selectinload(Ambassador.exceptions),
            selectinload(Ambassador.time_off),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused(NOBODY, status=404)
    return row


def account_of(session: Session, ambassador_id: int) -> User | None:
    """The account of an ambassador, if there is one."""
    rows = select(User).join(User.ambassador).where(Ambassador.id == ambassador_id)
    return session.scalar(rows.options(contains_eager(User.ambassador)))


def lock(session: Session, ambassador_id: int) -> Ambassador:
    """One ambassador, the row locked, for a change; refused (404) when there is none."""
    if session.scalar(
        select(Ambassador.id).where(Ambassador.id == ambassador_id).with_for_update(key_share=True)
    ) is None:  # fmt: skip
        raise Refused(NOBODY, status=404)
    return find(session, ambassador_id)


def create(session: Session, new: NewUser, now: datetime) -> Ambassador:
    """An ambassador with an account; invited, or active at once when there is a password."""
    user = accounts.create_user(session, new, now)
    ambassador = Ambassador(
        **columns_of(current(session).house.rules),
        user_id=user.id,
        status="active" if user.password_hash else "invited",
        time_zone=user.time_zone,
        feed_secret=accounts.new_key(),
        created_at=now,
    )
    session.add(ambassador)
    session.flush()
    return find(session, ambassador.id)


def columns_of(rules: Rules) -> dict[str, Any]:
    """The rules that somebody new starts with, as columns."""
    return {
        "lengths": list(rules.lengths),
        "buffer_before": rules.before,
        "buffer_after": rules.after,
        "notice_minutes": rules.notice,
        "horizon_days": rules.horizon,
        "daily_cap": rules.daily_cap,
        "weekly_cap": rules.weekly_cap,
    }


def invite(session: Session, email: str, name: str, zone: str, now: datetime) -> Ambassador:
    """A new ambassador, and the mail with the link to set a password. Refused as in `create`.

    Their profile waits for a coordinator's approval, unless profiles do not wait here.
    """
    ambassador = create(session, NewUser(email, name, "ambassador", zone), now)
    ambassador.pending_since = now if approval.profiles_wait(session) else None
    accounts.invite(session, ambassador.user, now)
    return ambassador


def invite_again(session: Session, ambassador_id: int, now: datetime) -> Ambassador:
    """Sends the link once more; refused (409) when they have a password already."""
    ambassador = find(session, ambassador_id)
    if ambassador.user.password_hash is not None:
        raise Refused(said("{name} has signed in already.", name=ambassador.name), status=409)
    accounts.invite(session, ambassador.user, now)
    return ambassador


def edit_profile(
    session: Session, ambassador_id: int, profile: Profile, actor: Actor, now: datetime
) -> int:
    """Saves a profile; how many booked chats were told of another place.

    Booked chats keep their times, also when the zone changes. Interests that the programme has
    retired stay. Refused with a sentence and the field at fault.
    """
    ambassador = lock(session, ambassador_id)
    before = shown(ambassador)
    ambassador.user.name = read_name(profile.name)
    move_zone(session, ambassador, read_zone(profile.zone), now)
    ambassador.bio = read_bio(profile.bio)
    ambassador.languages = read_languages(session, profile.languages)
    ambassador.meeting_url = read_url(profile.meeting_url)
    ambassador.meeting_place = read_place(profile.meeting_place)
    retired = [row for row in ambassador.interests if is_retired(row)]
    ambassador.interests = [*retired, *find_interests(session, profile.interests)]
    touch(ambassador, actor, now, before != shown(ambassador))
    session.flush()
    return booking.change_place(session, ambassador_id, ambassador.place, actor, now)


def shown(ambassador: Ambassador) -> tuple[object, ...]:
    """What prospects read of them, and are matched by."""
    return ambassador.user.name, ambassador.bio, {interest.id for interest in ambassador.interests}


def touch(ambassador: Ambassador, actor: Actor, now: datetime, shown_changed: bool = False) -> None:
    """Notes that an ambassador changed something themselves."""
    if actor.kind == "ambassador":
        ambassador.changed_at = now
        ambassador.profile_changed_at = now if shown_changed else ambassador.profile_changed_at


def move_zone(session: Session, ambassador: Ambassador, zone: str, now: datetime) -> None:
    """Their hours are meant in another zone from now on, and so are the days that caps count by."""
    moved = ambassador.time_zone != zone
    ambassador.time_zone = ambassador.user.time_zone = zone
    if moved:
        booking.recount_caps(session, ambassador, now)


def is_retired(interest: Interest) -> bool:
    """Whether the programme no longer names it."""
    return interest.retired_at is not None or interest.family.retired_at is not None


def find_interests(session: Session, keys: Sequence[str]) -> list[Interest]:
    """The rows of interests that can be chosen now; refused when one is unknown."""
    known = vocabulary(session)
    chosen = {known.item(key).key for key in keys}
    rows = session.execute(
        select(Family.key, Interest)
        .join(Interest, Interest.family_id == Family.id)
        .order_by(Family.position, Interest.position)
    )
    return [interest for family, interest in rows if f"{family}/{interest.key}" in chosen]


def interest_keys(ambassador: Ambassador) -> tuple[str, ...]:
    """The interests they named, as keys such as `track/thesis`."""
    return tuple(f"{row.family.key}/{row.key}" for row in ambassador.interests)


def deactivate(session: Session, ambassador_id: int) -> Ambassador:
    """Shows them to nobody any more; chats they have stay booked, and they may still sign in."""
    ambassador = lock(session, ambassador_id)
    ambassador.status = "inactive"
    session.flush()
    return ambassador


def reactivate(session: Session, ambassador_id: int) -> Ambassador:
    """Shows them again, or lets an invitation that was never followed stand."""
    ambassador = lock(session, ambassador_id)
    ambassador.status = "active" if ambassador.user.password_hash else "invited"
    ambassador.leaves_on = None
    session.flush()
    return ambassador


def reactivate_all(session: Session, ids: Sequence[int], user_id: int | None, now: datetime) -> int:
    """`reactivate` for several; how many of them were inactive. Refused (404) for nobody."""
    rows = [lock(session, one) for one in sorted(ids)]
    inactive = [row.id for row in rows if row.status == "inactive"]
    for one in inactive:
        reactivate(session, one)
    desk.note_all(session, inactive, "activated", user_id, now)
    session.flush()
    return len(inactive)


def renew_feed(session: Session, ambassador_id: int) -> str:
    """Another secret for the address of their chats; the old address is gone at once."""
    ambassador = lock(session, ambassador_id)
    ambassador.feed_secret = accounts.new_key()
    session.flush()
    return ambassador.feed_secret


def missing(ambassador: Ambassador) -> tuple[str, ...]:
    """What keeps prospects from finding or meeting them: "interests", "hours", "place"."""
    there = {
        "interests": ambassador.interests,
        "hours": ambassador.weekly_hours or ambassador.exceptions,
        "place": ambassador.place,
    }
    return tuple(name for name, value in there.items() if not value)
