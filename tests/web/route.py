"""What a row of the table of routes says, and the people in it."""

from typing import NamedTuple

PEOPLE = (
    "anonymous",
    "prospect A",
    "prospect B",
    "ambassador A",
    "ambassador B",
    "coordinator",
    "admissions",
)
EVERYBODY, STRANGERS = PEOPLE, PEOPLE[:3]
PROSPECT_A, AMBASSADOR_A, COORDINATOR = PEOPLE[1:2], PEOPLE[3:4], PEOPLE[5:6]
OVERSEERS = PEOPLE[5:]  # who sees what coordinators see, whether or not they may change it
AMBASSADORS, STAFF = PEOPLE[3:5], PEOPLE[3:]

# What stands for the parts of a rule: names of the things in the world of test_access.py.
PARTS = {
    "<uid>": "{chat}",
    "<int:ambassador_id>": "{a}",
    "<id:ambassador_id>": "{a}",
    "<id:request_id>": "{request}",
    "<id:notice_id>": "{notice}",
    "<id:mail_id>": "{mail}",
    "<id:attempt_id>": "{attempt}",
    "<id:bulk_id>": "{bulk}",
    "<id:filter_id>": "{filter}",
    "<id:plan_id>": "{plan}",
    "<id:line_id>": "{line}",
    "<id:user_id>": "{colleague}",
    "<id:session_id>": "{session}",
    "<id:webhook_id>": "{webhook}",
    "<id:source_id>": "{calendar}",
    "<id:absence_id>": "{absence}",
    "<id:import_id>": "{import}",
    "<id:version_id>": "{version}",
    "<id:follow_up_id>": "{follow_up}",
    "<id:concern_id>": "{concern}",
    "<id:block_id>": "{block}",
    "<name>": "site",
    "<secret>": "{feed}",
    "<token>": "{manage}",
}


class Route(NamedTuple):
    """A method and a rule, who gets there, and with which status (forms are sent empty).

    For everybody else there is no such page; strangers are asked to sign in where only staff go.
    `address` is needed when PARTS do not make one.
    """

    method: str
    rule: str
    allowed: tuple[str, ...]
    status: int
    address: str = ""

    def path(self, names: dict[str, str]) -> str:
        """An address of the route, with these things."""
        address = self.address or self.rule
        for part, name in PARTS.items():
            address = address.replace(part, name)
        return address.format(**names)

    def answers(self) -> dict[str, int | str]:
        """What each person should get."""
        only_staff = set(self.allowed) <= set(STAFF)
        turned_away = {
            person: "sign in" if only_staff and person in STRANGERS else 404 for person in PEOPLE
        }
        wanted = turned_away | dict.fromkeys(self.allowed, self.status)
        if (self.method, self.rule) == ("GET", "/sign-in"):
            wanted |= dict.fromkeys(STAFF, 302)  # whoever is signed in goes home
        return wanted
