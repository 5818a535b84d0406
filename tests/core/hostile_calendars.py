"""Calendars that mean no good, by name; each but the last ones holds one good event as well."""

import gzip

from tests.core.calendar_texts import calendar, event

GOOD = event("DTSTART:20260310T140000Z\nDTEND:20260310T150000Z", uid="good")
WHOLE = calendar(GOOD)
FIRST = "DTSTART:20260302T100000Z\nDTEND:20260302T103000Z"
ENDING = b"END:VCALENDAR\r\n"


def rule(text, start=FIRST):
    return calendar(event(f"{start}\nRRULE:{text}", uid="bad"), GOOD)


def rdates(count):
    times = (
        f"2026{1 + n % 12:02d}{1 + n // 12 % 28:02d}T{n // 336 % 24:02d}{n % 60:02d}00Z"
        for n in range(count)
    )
    return calendar(event(f"{FIRST}\nRDATE:{','.join(times)}", uid="bad"), GOOD)


def every_second():
    zone = """
        BEGIN:VTIMEZONE
        TZID:Restless
        BEGIN:STANDARD
        DTSTART:19700101T000000
        RRULE:FREQ=SECONDLY
        TZOFFSETFROM:+0000
        TZOFFSETTO:+0100
        END:STANDARD
        END:VTIMEZONE"""
    return calendar(zone, event("DTSTART;TZID=Restless:20260304T100000\nDURATION:PT1H"), GOOD)


def changing_daily():
    """A zone whose offset changes twice a day since the year 1, in the name of 500 events."""
    observance = "BEGIN:{0}\nDTSTART:00010101T0{1}0000\nRRULE:FREQ=DAILY\nTZOFFSETFROM:+0{1}00\n"
    zone = "BEGIN:VTIMEZONE\nTZID:Restless\n" + "".join(
        observance.format(kind, hour) + f"TZOFFSETTO:+0{1 - hour}00\nEND:{kind}\n"
        for kind, hour in (("STANDARD", 0), ("DAYLIGHT", 1))
    )
    start = "DTSTART;TZID=Restless:20260304T100000\nRRULE:FREQ=DAILY"
    events = (event(start, uid=str(n)) for n in range(500))
    return calendar(zone + "END:VTIMEZONE", *events, GOOD)


def many(lines, size=2_000_000):
    """As many events of these lines as two megabytes hold, and a good one."""
    one = f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n".replace("VEVENT\n\n", "VEVENT\n").encode()
    return WHOLE.removesuffix(ENDING) + one * (size // len(one)) + ENDING


def inside(text, depth):
    return calendar(f"BEGIN:{text}\n" * depth, f"END:{text}\n" * depth, GOOD)


POSITIONS = ",".join(str(n) for n in range(-366, 367) if n)
HARD_YEAR = f"RRULE:FREQ=YEARLY;BYYEARDAY={POSITIONS[:1700].rpartition(',')[0]};BYHOUR=9,10,11"
HARD_SET = f"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={POSITIONS[:1700].rpartition(',')[0]}"

# name → (the bytes, a piece of the sentence)
WITH_A_GOOD_EVENT = {
    "secondly": (lambda: rule("FREQ=SECONDLY"), "it repeats by the second"),
    "minutely": (lambda: rule("FREQ=MINUTELY;INTERVAL=5"), "it repeats by the minute"),
    "hourly": (lambda: rule("FREQ=HOURLY"), "it repeats by the hour"),
    "count in the billions": (
        lambda: rule("FREQ=DAILY;COUNT=4000000000"),
        "more than 10,000 times",
    ),
    "count with a million digits": (
        lambda: rule(f"FREQ=DAILY;COUNT={'9' * 10**6}"),
        "rule is too long",
    ),
    "interval of nothing": (lambda: rule("FREQ=DAILY;INTERVAL=0"), "(INTERVAL=0)"),
    "negative interval": (lambda: rule("FREQ=DAILY;INTERVAL=-3"), "(INTERVAL=0)"),
    "every second of the day": (
        lambda: rule(
            "FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={}".format(
                *(",".join(map(str, range(n))) for n in (24, 60, 60))
            )
        ),
        "more than 24 times a day",
    ),
    "exrule by the second": (
        lambda: calendar(event(f"{FIRST}\nRRULE:FREQ=DAILY\nEXRULE:FREQ=SECONDLY"), GOOD),
        "it repeats by the second",
    ),
    "100,000 rdates": (lambda: rdates(100_000), "more than 1,000 times"),
    "a zone that changes every second": (lambda: every_second(), "“Restless” cannot be used"),
    "a zone that changes twice a day": (lambda: changing_daily(), "“Restless” cannot be used"),
    "60,000 rules of one event": (
        lambda: calendar(event(FIRST + "\nRRULE:FREQ=DAILY" * 60_000), GOOD),
        "too many rules",
    ),
    "a frequency of its own": (lambda: rule("FREQ=NEVER"), "does not say how often"),
    "a rule without a frequency": (lambda: rule("BYDAY=MO"), "does not say how often"),
    "a rule of noise": (lambda: rule("§$%&"), "part that is not known"),
    "a rule out of range": (lambda: rule("FREQ=YEARLY;BYMONTH=13"), "out of range"),
    "positions without end": (
        lambda: rule(f"FREQ=YEARLY;BYSETPOS={'1,' * 500_000}1"),
        "rule is too long",
    ),
    "100,000 events": (lambda: many("", 2_000_000), "more events"),
    "36,000 events": (lambda: many("DTSTART:20260302T100000Z") + b"X", "not in iCal format"),
    "20,000 daily events": (
        lambda: many("DTSTART:20260101T100000Z\nDURATION:PT5M\nRRULE:FREQ=DAILY"),
        "too long to work out",
    ),
    "events of one uid": (
        lambda: many("UID:1\nDTSTART:20260101T100000Z\nDURATION:PT5M\nRRULE:FREQ=DAILY;COUNT=9000"),
        "only the first were read",
    ),
    "overrides onwards": (
        lambda: calendar(
            event(FIRST + "\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9"),
            *(
                event(
                    f"DTSTART:20260302T{n // 3600:02d}{n // 60 % 60:02d}{n % 60:02d}Z\n"
                    f"RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T{n // 3600:02d}"
                    f"{n // 60 % 60:02d}{n % 60:02d}Z"
                )
                for n in range(8000)
            ),
            event("DTSTART:nonsense", uid="bad"),
            GOOD,
        ),
        "cannot be read",
    ),
    "expensive years": (
        lambda: many(f"DTSTART:19000101T100000Z\n{HARD_YEAR}"),
        "too long to work out",
    ),
    "expensive positions": (
        lambda: many(f"DTSTART:19000101T100000Z\nRRULE:{HARD_SET};COUNT=10000"),
        "too long to work out",
    ),
    "days from the year 1": (
        lambda: many("DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10000"),
        "too long to work out",
    ),
    "an event of centuries": (
        lambda: calendar(
            event("DTSTART:00010101T000000Z\nDTEND:99991231T235959Z\nRRULE:FREQ=DAILY"), GOOD
        ),
        "longer than ten years",
    ),
    "deep nesting": (lambda: inside("X-DEEP", 50_000), "nested too deeply"),
    "deep nesting left open": (
        lambda: calendar("BEGIN:VALARM\n" * 100_000, GOOD),
        "nested too deeply",
    ),
    "ends of nothing": (
        lambda: calendar("END:VEVENT\n" * 80_000, GOOD, "junk"),
        "not in iCal format",
    ),
    "latin-1": (
        lambda: WHOLE.replace(b"UID:good", "UID:good\r\nSUMMARY:Café".encode("latin-1")),
        "not in UTF-8",
    ),
    "noise in a line": (
        lambda: WHOLE.replace(b"UID:good", b"UID:good\r\nSUMMARY:" + bytes(range(128, 256)) * 100),
        "not in UTF-8",
    ),
    "NUL characters": (lambda: WHOLE.replace(b":", b":\0"), "NUL"),
    "a property of 1 MB": (
        lambda: WHOLE.replace(b"UID:good", b"UID:good\r\nX-A:" + b'";' * 500_000 + b"\r\nnoise"),
        "not in iCal format",
    ),
    "an attendee of 1 MB": (
        lambda: WHOLE.replace(
            b"UID:good", b"UID:good\r\nATTENDEE;CN=" + b'";' * 500_000 + b":x\r\nnoise"
        ),
        "not in iCal format",
    ),
    "a fold in every character": (
        lambda: WHOLE.replace(b"UID:good", b"UID:good\r\nnoise" + b"\r\n x" * 400_000),
        "not in iCal format",
    ),
    "lines without a colon": (
        lambda: calendar("nothing\n" * 200_000, GOOD),
        "200,000 lines are not",
    ),
    "cut off in the middle": (
        lambda: calendar(
            GOOD, event("DTSTART:20260311T140000Z\nDTEND:20260311T150000Z")
        ).rpartition(b"T150000Z")[0],
        "ends in the middle",
    ),
    "the year 9999": (
        lambda: calendar(
            event("DTSTART;TZID=America/New_York:99991231T235959\nDURATION:P30D"), GOOD
        ),
        "its times make no sense",
    ),
    "the year 99999": (
        lambda: calendar(event("DTSTART:999990101T000000Z"), GOOD),
        "cannot be read",
    ),
    "month 13": (lambda: calendar(event("DTSTART:20261301T000000Z"), GOOD), "does not exist"),
    "an end before the start": (
        lambda: calendar(event("DTSTART:20260310T140000Z\nDTEND:20260310T130000Z"), GOOD),
        "it ends before it starts",
    ),
}
# Nothing is wrong with these but that they could be searched for ever: no sentence.
ENDLESS = {
    "30 February by year": lambda: rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "30 February by month": lambda: rule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"),
    "30 February by day": lambda: rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "30 February by week": lambda: rule("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"),
    "a position that is never there": lambda: rule("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300"),
    "an interval of ages": lambda: rule("FREQ=DAILY;INTERVAL=99999999999999999999"),
    "an end before the start": lambda: rule("FREQ=DAILY;UNTIL=20200101T000000Z"),
    "many of 30 February": lambda: many(
        "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 100_000
    ),
}
NO_CALENDAR = {
    "nothing": (lambda: b"", "is empty"),
    "blanks": (lambda: b" \r\n\r\n", "is empty"),
    "a web page": (lambda: b"<!DOCTYPE html><html><title>Sign in</title></html>", "web page"),
    "compressed": (lambda: gzip.compress(WHOLE), "compressed"),
    "a bomb": (lambda: gzip.compress(bytes(100_000_000), 1), "compressed"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, "not a calendar"),
    "words": (lambda: b"Not found", "not a calendar"),
    "JSON": (lambda: b'{"error": "BEGIN:VCALENDAR"}', "not a calendar"),
    "too much": (lambda: WHOLE + b" " * 3_000_000, "larger than 2 MB"),
}
