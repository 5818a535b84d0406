"""Mutated bytes for the readers of foreign text: calendars and mailed replies.

`make fuzz` gives each so many seconds, with atheris where it is installed (it follows what the code
does with the bytes), else with mutations drawn from a seed. The short dose is a test.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ambassadors.core.calendars import busy_spans
from ambassadors.core.refused import Refused
from ambassadors.core.replies.mails import read_mail

START, END = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 8, 28, tzinfo=UTC)
EVENT = (
    b"BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270301T000000Z\r\nDTSTART;TZID=America/New_York:20270310T090000"
    b"\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE\r\nEXDATE;TZID=America/New_York:"
    b"20270315T090000\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org\r\nEND:VEVENT\r\n"
)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\n" + EVENT + b"END:VCALENDAR\r\n"
)
MAIL = (
    b"From: =?utf-8?q?Ana?= <a@example.org>\r\nTo: chats+" + b"0" * 40 + b"@example.edu\r\n"
    b"Subject: Accepted\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYes\r\n--x\r\n"
    b"Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n" + CALENDAR + b"--x--\r\n"
)
WORDS = (
    *(
        b"BEGIN:VEVENT\r\n",
        b"END:VEVENT\r\n",
        b"RRULE:FREQ=SECONDLY;INTERVAL=0\r\n",
        b"\r\n ",
        b"\x00",
    ),
    *(
        b"TZID=",
        b"99991231T235959Z",
        b"00000000T000000",
        b"COUNT=999999999999",
        b"=?utf-7?b?",
        b"\xff\xfe",
    ),
    *(
        b"BYSETPOS=-1",
        b"UNTIL=",
        b"PT-99999999H",
        b"\xe2\x80\xa8",
        b";",
        b":",
        b'"',
        b"boundary=",
        b"--x",
    ),
)


def read_calendar(raw: bytes) -> None:
    """Reads a calendar: an answer or a refusal in words, nothing else."""
    try:
        busy_spans(raw, START, END, "Europe/Berlin")
    except Refused:
        return


def read_reply(raw: bytes) -> None:
    """Reads a mail, which never raises."""
    read_mail(raw)


READERS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "calendars": (read_calendar, CALENDAR),
    "replies": (read_reply, MAIL),
}


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed, doubled, cut out, or replaced by words that matter."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(data) + 1), chance.randint(0, 40)
        kind = chance.randrange(5)
        if kind == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            data[at:at] = chance.choice(WORDS)
        elif kind == 2:
            del data[at : at + length]
        elif kind == 3:
            data[at:at] = data[at : at + length] * chance.randint(1, 5)
        else:
            data[at : at + length] = chance.choice(WORDS)
    return bytes(data)


def attack(name: str, count: int, seed: int, seconds: float = 1e9) -> tuple[int, float]:
    """Reads so many mutations; how many they were and how long the slowest took, in seconds."""
    reader, good = READERS[name]
    chance, slowest, done = random.Random(seed), 0.0, 0
    until = time.monotonic() + seconds
    while done < count and time.monotonic() < until:
        raw, begun = mutated(good, chance), time.process_time()
        reader(raw)
        slowest, done = max(slowest, time.process_time() - begun), done + 1
    return done, slowest


def main(arguments: Sequence[str]) -> int:
    """The long dose; with a reader's name after the seconds, that one by atheris."""
    seconds = int(arguments[0]) if arguments else 60
    if len(arguments) > 1:
        import atheris  # an extra of its own: `pip install atheris`, on Linux, Python 3.11 to 3.13

        reader, good = READERS[arguments[1]]
        with atheris.instrument_imports():
            reader(good)
        atheris.Setup([sys.argv[0], f"-max_total_time={seconds}"], reader)
        atheris.Fuzz()
    for name in READERS:
        done, slowest = attack(name, sys.maxsize, int(time.time()), seconds)
        print(f"{name}: {done} mutations, the slowest took {slowest:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
