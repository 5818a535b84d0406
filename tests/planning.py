"""Plans in tests: people who wait, a plan made at once, its lines by the prospect's name."""

from ambassadors.core.waking import WAKING
from ambassadors.services import assignment, waiting
from ambassadors.services.assignment import LineFilter, Runner
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write

BOTH = ["track/thesis", "topic/additive"]


def wait(session, name, interests, now, languages=(), zone="Europe/London", waking=WAKING):
    email = f"{name.lower()}@example.org"
    ask = Ask(name, email, zone, interests, languages=languages, waking=waking)
    return write(session, lambda s: waiting.ask(s, ask, now, mail=False))


def start(session, now):
    return write(session, lambda s: assignment.start(s, now)).id


def run(session, now):
    return assignment.run_queued(session, Runner("test", now, lambda: now))


def make(session, now):
    plan_id = start(session, now)
    run(session, now)
    return assignment.find_plan(session, plan_id)


def lines(session, plan):
    session.expire_all()
    return {
        one.request.name: one for one in assignment.find_lines(session, plan.id, LineFilter()).items
    }


def pairs(session, plan):
    return {
        name: one.ambassador.name if one.ambassador else None
        for name, one in lines(session, plan).items()
    }


def accept(session, plan, now):
    return write(session, lambda s: assignment.accept(s, plan.id, now))
