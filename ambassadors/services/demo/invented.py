"""The invented prospects, and which chats they had and will have. Ambassadors: see data/."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Invented:
    """A prospect who never was."""

    name: str
    zone: str
    interests: tuple[str, ...]
    question: str

    @property
    def email(self) -> str:
        """Under example.edu, where no mail arrives."""
        return f"{self.name.lower().replace(' ', '.')}@prospects.example.edu"


QUESTIONS = (
    "How did you choose between the project and the thesis option?",
    "What is a normal week like, with courses and lab work?",
    "How hard is it to find a co-op, and when did you start to look?",
    "I come from another field. Which courses should I have taken before?",
    "What did you wish you had known before you came to Boston?",
    "Can one work in a research center from the first semester on?",
)

NAMES = (
    ("Amara Nwosu", "Africa/Lagos"),
    ("Ben Carter", "America/Chicago"),
    ("Chiara Rossi", "Europe/Rome"),
    ("Dev Patel", "Asia/Kolkata"),
    ("Emma Larsen", "Europe/Copenhagen"),
    ("Farid Karimi", "Asia/Tashkent"),
    ("Giulia Conti", "Europe/Rome"),
    ("Hiro Sato", "Asia/Tokyo"),
    ("Ines Duarte", "Europe/Lisbon"),
    ("Jamal Brooks", "America/New_York"),
    ("Kavya Iyer", "Asia/Kolkata"),
    ("Liam Murphy", "Europe/Dublin"),
    ("Mei Chen", "Asia/Shanghai"),
    ("Nadia Hassan", "Africa/Cairo"),
    ("Oscar Nilsson", "Europe/Stockholm"),
    ("Paula Gomez", "America/Bogota"),
    ("Quinn Taylor", "America/Denver"),
    ("Rohan Gupta", "Asia/Kolkata"),
    ("Sara Cohen", "Asia/Jerusalem"),
    ("Thomas Keller", "Europe/Zurich"),
    ("Uma Reddy", "Asia/Kolkata"),
    ("Victor Alves", "America/Sao_Paulo"),
    ("Wanjiru Kamau", "Africa/Nairobi"),
    ("Xin Li", "Asia/Shanghai"),
    ("Yara Mansour", "Asia/Beirut"),
    ("Zoe Martin", "America/Toronto"),
    ("Adam Nowak", "Europe/Warsaw"),
    ("Bianca Pop", "Europe/Bucharest"),
    ("Carlos Vega", "America/Mexico_City"),
    ("Dina Yusuf", "Asia/Dhaka"),
    ("Erik Olsen", "Europe/Oslo"),
    ("Fatima Zahra", "Africa/Casablanca"),
    ("Gabriel Silva", "America/Sao_Paulo"),
    ("Hoa Nguyen", "Asia/Ho_Chi_Minh"),
    ("Ivan Horvat", "Europe/Zagreb"),
    ("Julia Weber", "Europe/Berlin"),
)
WISHES = (
    ("track/thesis", "research-center/kostas", "industry/materials", "goal/doctorate"),
    ("track/project", "research-center/robotics", "industry/automotive", "topic/robotics"),
    ("track/coursework", "research-center/assurance", "industry/aerospace"),
    ("track/project", "research-center/wiot", "industry/controls", "topic/iot"),
    ("track/thesis", "research-center/chn", "industry/electronics", "topic/nano-micro"),
    ("track/coursework", "research-center/nanosystems", "industry/power-energy"),
    ("track/project", "research-center/cssm", "industry/chemical-processes", "topic/additive"),
)


def invent_prospects() -> list[Invented]:
    """Everyone, each with a wish and a question; the last six still wait to be matched."""
    return [
        Invented(name, zone, WISHES[n % len(WISHES)], QUESTIONS[n % len(QUESTIONS)])
        for n, (name, zone) in enumerate(NAMES)
    ]


@dataclass(frozen=True)
class Plan:
    """A chat to invent: with whom (places in the lists), how many days from now, what became of
    it: completed, no_show, cancelled, moved, handed-over, or confirmed and nothing more.
    """

    number: int
    ambassador: int
    prospect: int
    day: int
    minutes: int
    ending: str


NEAR = 16  # the place of who plans two weeks ahead
FULL, AWAY, SHORT, WEEKENDS = 20, 21, 22, 23  # of those whose time is scarce
PAST, PROSPECTS = 34, 30


def plan_past() -> Iterator[Plan]:
    """What happened between ten and sixty-six days ago."""
    for n in range(PAST):
        ending = "no_show" if n % 11 == 5 else "cancelled" if n % 9 == 4 else "completed"
        yield Plan(n, n % 24, n % PROSPECTS, -10 - n * 7 % 56, minutes(n, n % 24), ending)


def plan_future(next_monday: int) -> Iterator[Plan]:
    """What is booked: one for each of those with time, two in the week of who has no more.

    `next_monday` is in how many days that week begins.
    """
    days = {FULL: next_monday, AWAY: 2, SHORT: 3, WEEKENDS: 1}
    ambassadors = (*range(20), FULL, FULL, AWAY, SHORT, WEEKENDS, WEEKENDS)
    endings = {3: "moved", 7: "cancelled", 10: "handed-over", 12: "moved", 17: "cancelled"}
    for n, ambassador in enumerate(ambassadors):
        day = days.get(ambassador, 1 + n * 7 % 17) + (n == len(ambassadors) - 1) * 7
        number = PAST + n
        ending = endings.get(n, "confirmed")
        yield Plan(number, ambassador, number % PROSPECTS, day, minutes(number, ambassador), ending)


def minutes(number: int, ambassador: int) -> int:
    """20, 30 or 45 in turn; one ambassador only has 20."""
    return 20 if ambassador == SHORT else (30, 45, 20)[number % 3]
