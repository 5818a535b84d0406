"""A season run through under one policy after the other, and what came of it.

Every policy meets the same people, hours and luck. A chat begins at least 12 hours after it is
booked, within both people's waking hours; who finds nothing comes back twice a day, for two
weeks.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from ambassadors.core.assignment import assign
from ambassadors.core.season_people import DAY, WEEK, World

NOTICE = DAY // 2  # all in half hours
SOON = 3 * DAY
PATIENCE = 14 * DAY
ROUND = DAY // 2
CANCELLING, CALLING_OFF = 0.1, 0.05  # of all chats: by the prospect, by the ambassador
NO_SHOW, NO_SHOW_A_DAY = 0.03, 0.01  # the longer one waits, the sooner one forgets
NEVER = np.iinfo(np.int64).max

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Booked:
    """A chat: the ambassador's column and the half hour."""

    ambassador: int
    at: int


class Desk:
    """What is still free, as bookings come and go."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken = np.zeros_like(world.open)
        self.counts = np.zeros_like(world.caps)
        self.free = world.open & (world.caps > 0).repeat(WEEK, axis=0)

    def first_free(self, asker: int, now: int, until: int) -> Ints:
        """Each ambassador's first free half hour in which the asker is awake; NEVER without."""
        start = now + NOTICE
        awake = self.world.awake[self.world.askers[asker].zone, start:until]
        rows = self.free[start:until][awake]
        if not len(rows):
            return np.full(self.free.shape[1], NEVER)
        at = np.flatnonzero(awake)[rows.argmax(axis=0)] + start
        found: Ints = np.where(rows.any(axis=0), at, NEVER)
        return found

    def room(self, now: int, until: int) -> Ints:
        """How many chats each ambassador can still have: free half hours within the caps."""
        start = now + NOTICE
        weeks = slice(start // WEEK, (until - 1) // WEEK + 1)
        left = (self.world.caps[weeks] - self.counts[weeks]).sum(axis=0)
        room: Ints = np.minimum(self.free[start:until].sum(axis=0), left)
        return room

    def load(self, at: int) -> npt.NDArray[np.float64]:
        """The used share of everyone's cap in the week of a half hour."""
        counts, caps = self.counts[at // WEEK], self.world.caps[at // WEEK]
        return np.asarray(counts / np.maximum(caps, 1))

    def change(self, chat: Booked, booked: bool) -> None:
        """Books a chat, or frees its time again."""
        week, who = chat.at // WEEK, chat.ambassador
        self.taken[chat.at, who] = booked
        self.counts[week, who] += 1 if booked else -1
        rows = slice(week * WEEK, (week + 1) * WEEK)
        has_room = self.counts[week, who] < self.world.caps[week, who]
        self.free[rows, who] = self.world.open[rows, who] & ~self.taken[rows, who] & has_room


class Course:
    """One season under one policy, as it goes on."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance, self.desk = world, chance, Desk(world)
        self.third = third_best(world.scores)
        self.waiting: list[int] = []
        self.given: dict[int, Booked] = {}
        self.events: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        self.called_off: set[int] = set()
        for asker, one in enumerate(world.askers):
            self.events[one.at].append((asker, True))

    def until(self, asker: int) -> int:
        """When it is too late for them."""
        return min(self.world.askers[asker].at + PATIENCE, len(self.desk.free))

    def soon(self, asker: int, now: int) -> int:
        """The end of their first three days, or, once nothing fits before it, of their patience."""
        end = self.world.askers[asker].at + SOON
        return end if end > now + NOTICE else self.until(asker)

    def book(self, asker: int, chat: Booked, now: int) -> None:
        """Books, and knows already whether it will come to nothing."""
        one = self.world.askers[asker]
        self.desk.change(chat, True)
        self.given[asker] = chat
        middle = (now + chat.at) // 2 + 1
        if one.cancels < CANCELLING:
            self.events[middle].append((asker, False))
        elif one.called_off < CALLING_OFF and asker not in self.called_off:
            self.called_off.add(asker)
            self.events[middle] += [(asker, False), (asker, True)]


Choose = Callable[[Course, int, int], int]


@dataclass(frozen=True)
class Policy:
    """How ambassadors are given: `choose` one at once (−1: not now), `plan` for all who wait."""

    name: str
    choose: Choose
    plan: Callable[[Course, int], dict[int, int]] | None = None


def run(world: World, policy: Policy, seed: int) -> dict[int, Booked]:
    """The chats by prospect that a season under this policy comes to, cancelled ones left out."""
    course = Course(world, Random(f"{policy.name} {seed}"))
    for now in range(len(world.open) - NOTICE):
        for asker, asks in course.events.pop(now, ()):
            if asks:
                _serve(course, asker, policy.choose(course, asker, now), now)
            else:
                course.desk.change(course.given.pop(asker), False)
        if now % ROUND == 0 and course.waiting:
            _round(course, policy, now)
    return course.given


def _serve(course: Course, asker: int, choice: int, now: int) -> None:
    """Books the first time with whom was chosen; without, they wait."""
    if choice >= 0:
        at = int(course.desk.first_free(asker, now, course.until(asker))[choice])
        if at != NEVER:
            course.book(asker, Booked(choice, at), now)
            return
    course.waiting.append(asker)


def _round(course: Course, policy: Policy, now: int) -> None:
    """All who wait ask again; whose time is over goes."""
    line = [one for one in course.waiting if course.until(one) > now + NOTICE]
    course.waiting = line
    choices = policy.plan(course, now) if policy.plan and line else {}
    course.waiting = []
    for asker in line:
        choice = choices.get(asker, -1) if policy.plan else policy.choose(course, asker, now)
        _serve(course, asker, choice, now)


def third_best(scores: Scores) -> Scores:
    """From which score on an ambassador is one of the three best, those as good included."""
    if scores.shape[1] < 3:
        return np.ones(len(scores), np.int8)
    third = np.partition(scores, -3, axis=1)[:, -3]
    return np.maximum(third, 1).astype(np.int8)


def choose_soonest(course: Course, asker: int, now: int) -> int:
    """Whoever matches at all and is free first; of those as soon, by lot."""
    times = _times(course, asker, now)
    return _by_lot(course, times == times.min()) if times.min() != NEVER else -1


def choose_any(course: Course, asker: int, now: int) -> int:
    """By lot among all who match and are free."""
    return _by_lot(course, _times(course, asker, now) != NEVER)


def choose_best(course: Course, asker: int, now: int) -> int:
    """The best score that is free at all, however late; of those as good the first free."""
    times = _times(course, asker, now)
    scores = np.where(times != NEVER, course.world.scores[asker], -1)
    if scores.max() < 0:
        return -1
    return int(np.where(scores == scores.max(), times, NEVER).argmin())


def choose_top(course: Course, asker: int, now: int) -> int:
    """The best of the three best matches free within three days; of those as good the least busy,
    then the first free. Otherwise the next plan decides.
    """
    times = course.desk.first_free(asker, now, course.soon(asker, now))
    scores = course.world.scores[asker]
    fit = (times != NEVER) & (scores >= course.third[asker])
    if not fit.any():
        return -1
    load = course.desk.load(now + NOTICE)
    return int(np.lexsort((times, load, -scores.astype(int), ~fit))[0])


def plan_all(course: Course, now: int) -> dict[int, int]:
    """The best plan for all who wait, whenever within their patience there is a time."""
    line = course.waiting
    times = np.array([course.desk.first_free(one, now, course.until(one)) for one in line])
    table = np.where(times != NEVER, course.world.scores[line], -1)
    latest = max(course.until(one) for one in line)
    plan = assign(table, course.desk.room(now, latest))
    return dict(zip(line, plan.choice.tolist(), strict=True))


def _times(course: Course, asker: int, now: int) -> Ints:
    """When each who matches is first free."""
    times = course.desk.first_free(asker, now, course.until(asker))
    return np.where(course.world.scores[asker] > 0, times, NEVER)


def _by_lot(course: Course, fit: npt.NDArray[np.bool_]) -> int:
    found = np.flatnonzero(fit)
    return int(found[course.chance.randrange(len(found))]) if len(found) else -1


OURS = Policy("ours", choose_top, plan_all)
POLICIES = (
    OURS,
    Policy("first come, first served", choose_soonest),
    Policy("random", choose_any),
    Policy("best score, greedy", choose_best),
)
