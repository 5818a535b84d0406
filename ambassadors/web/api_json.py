"""The API's answers as JSON: moments in UTC with `Z`, chats as their prospects may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Response, current_app, json

from ambassadors.core.chats import Status
from ambassadors.core.interests import Profile
from ambassadors.core.matching import Match
from ambassadors.core.spans import DAY, minute_of, moment_of
from ambassadors.core.tokens import chat_token
from ambassadors.models import Chat
from ambassadors.web.speaking import speak

PLACE_SHOWN = (Status.CONFIRMED, Status.COMPLETED)
CLOCKS = tuple(f"T{minute // 60:02}:{minute % 60:02}:00Z" for minute in range(DAY))


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON, compact."""
    return Response(dumps(body), status, mimetype="application/json")


def dumps(value: object) -> str:
    """JSON, compact."""
    return json.dumps(value, separators=(",", ":"))


def utc(moment: datetime) -> str:
    """A moment on a whole second: `2027-03-01T15:00:00Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=1000)
def day_text(day: int) -> str:
    """An epoch day: `2027-03-01`."""
    return f"{moment_of(day * DAY):%Y-%m-%d}"


def minute_text(minute: int) -> str:
    """An epoch minute as `utc` writes it; ten times as fast, for lists of thousands."""
    return day_text(minute // DAY) + CLOCKS[minute % DAY]


@lru_cache(maxsize=10_000)
def times_text(start: int, minutes: int) -> str:
    """The members of a slot that say when, as JSON; the same ones come again and again."""
    return f'"start":"{minute_text(start)}","end":"{minute_text(start + minutes)}"'


def slot_of(start: datetime, minutes: int) -> dict[str, Any]:
    """From when until when."""
    first = minute_of(start)
    return {"start": minute_text(first), "end": minute_text(first + minutes)}


def answer_slots(starts: Iterable[int], minutes: int) -> Response:
    """Slots at these epoch minutes; written out, because there may be many."""
    slots = [f"{{{times_text(start, minutes)}}}" for start in starts]
    return Response(f'{{"slots":[{",".join(slots)}]}}', mimetype="application/json")


def answer_named_slots(
    line: Sequence[tuple[int, Profile]], places: Mapping[int, int], minutes: int
) -> Response:
    """Slots at these epoch minutes, in order, each with the ambassador in its place of the line."""
    names = {place: name_of(*line[place]) for place in set(places.values())}
    slots = [f"{{{times_text(start, minutes)},{names[places[start]]}" for start in sorted(places)]
    return Response(f'{{"slots":[{",".join(slots)}]}}', mimetype="application/json")


def name_of(score: int, profile: Profile) -> str:
    """The members of a slot that name its ambassador, as the rest of a JSON object."""
    return dumps({"ambassador": ambassador_of(profile), "score": score})[1:]


def ambassador_of(profile: Profile) -> dict[str, Any]:
    """What anybody may know of an ambassador."""
    return {
        "id": profile.id,
        "name": profile.name,
        "bio": profile.bio,
        "time_zone": profile.zone,
        "languages": profile.languages,
    }


def match_of(match: Match, next_start: datetime | None, minutes: int) -> dict[str, Any]:
    """One match with its reasons."""
    return {
        "ambassador": ambassador_of(match.profile),
        "score": match.score,
        "reasons": [
            {"interest": one.interest, "points": one.points, "text": speak(one.text)}
            for one in match.reasons
        ],
        "misses": [{"interest": one.interest, "text": speak(one.text)} for one in match.misses],
        "next_slot": slot_of(next_start, minutes) if next_start else None,
    }


def chat_of(chat: Chat) -> dict[str, Any]:
    """A chat, without what only its own link opens: see `with_links`."""
    held = chat.status == Status.HELD and chat.hold_expires_at is not None
    ambassador = chat.ambassador
    return {
        "id": chat.uid,
        "status": str(chat.status),
        "start": utc(chat.starts_at),
        "end": utc(chat.ends_at),
        "minutes": chat.minutes,
        "expires_at": utc(chat.hold_expires_at) if held and chat.hold_expires_at else None,
        "ambassador": {
            "id": ambassador.id,
            "name": ambassador.name,
            "time_zone": ambassador.time_zone,
        },
        "place": chat.place if chat.status in PLACE_SHOWN else None,
        "interests": chat.interests,
        "question": chat.question,
    }


def with_links(chat: Chat, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a chat, with the token that proves the right to it."""
    settings = current_app.extensions["settings"]
    token = chat_token(settings.secret_key, "manage", chat.uid, chat.nonce)
    return {**said, "token": token, "manage_url": f"{settings.base_url}/c/{token}"}


def whole_chat(chat: Chat) -> dict[str, Any]:
    """A chat for whoever has its token."""
    return {"chat": with_links(chat, chat_of(chat))}
