"""Every route of the application, and who gets there."""

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


ROUTES = (
    # What everybody sees
    Route("GET", "/", EVERYBODY, 200),
    Route("GET", "/matches", EVERYBODY, 200, "/matches?interest=track/thesis"),
    Route("GET", "/soonest", EVERYBODY, 200, "/soonest?interest=track/thesis"),
    Route("GET", "/ambassadors/<int:ambassador_id>", EVERYBODY, 200),
    Route("GET", "/book", EVERYBODY, 200, "/book?ambassador={a}&start={free}&minutes=30"),
    Route("POST", "/book", EVERYBODY, 404),
    Route("GET", "/request", EVERYBODY, 200, "/request?interest=track/thesis"),
    Route("POST", "/request", EVERYBODY, 422),
    Route("GET", "/requested", EVERYBODY, 200),
    Route("POST", "/searches", EVERYBODY, 422),
    Route("GET", "/assets/<name>.css", EVERYBODY, 200),
    Route("GET", "/dev/mail", EVERYBODY, 200),
    Route("GET", "/dev/mail/<name>", EVERYBODY, 404),
    Route("GET", "/dev/mail/<name>/html", EVERYBODY, 404),
    Route("GET", "/healthz", EVERYBODY, 200),
    Route("GET", "/readyz", EVERYBODY, 503),
    Route("GET", "/api/openapi.json", EVERYBODY, 200),
    Route("GET", "/api/v1/interests", EVERYBODY, 200),
    Route("POST", "/api/v1/matches", EVERYBODY, 422),
    Route("GET", "/api/v1/ambassadors/<int:ambassador_id>/slots", EVERYBODY, 200),
    Route("GET", "/api/v1/slots", EVERYBODY, 422),
    Route("POST", "/api/v1/chats", EVERYBODY, 422),
    Route("POST", "/api/v1/requests", EVERYBODY, 422),
    # The right is the address itself
    Route("GET", "/c/<token>", EVERYBODY, 302),
    Route("GET", "/chats/<token>/invite.ics", EVERYBODY, 200),
    Route("GET", "/feedback/<token>", EVERYBODY, 200, "/feedback/{feedback}"),
    Route("POST", "/feedback/<token>", EVERYBODY, 422, "/feedback/{feedback}"),
    Route("GET", "/offers/<token>", EVERYBODY, 200, "/offers/{offer}"),
    Route("POST", "/offers/<token>", EVERYBODY, 303, "/offers/{offer}"),
    Route("GET", "/cannot/<token>", EVERYBODY, 200, "/cannot/{drop_out}"),
    Route("POST", "/cannot/<token>", EVERYBODY, 200, "/cannot/{drop_out}"),
    Route("GET", "/take-over/<token>", EVERYBODY, 200, "/take-over/{take_over}"),
    Route("POST", "/take-over/<token>", EVERYBODY, 422, "/take-over/{take_over}"),
    Route("GET", "/feeds/<secret>.ics", EVERYBODY, 200),
    Route("GET", "/feeds/all/<token>.ics", EVERYBODY, 200, "/feeds/all/{all}.ics"),
    Route("GET", "/feeds/busy/<token>.ics", EVERYBODY, 200, "/feeds/busy/{busy}.ics"),
    Route("GET", "/invitation/<token>", EVERYBODY, 200, "/invitation/{invitation}"),
    Route("POST", "/invitation/<token>", EVERYBODY, 422, "/invitation/{invitation}"),
    Route("GET", "/reset/<token>", EVERYBODY, 200, "/reset/{reset}"),
    Route("POST", "/reset/<token>", EVERYBODY, 422, "/reset/{reset}"),
    Route("GET", "/api/v1/chats/<token>", EVERYBODY, 200),
    Route("POST", "/api/v1/chats/<token>/confirm", EVERYBODY, 422),
    Route("POST", "/api/v1/chats/<token>/move", EVERYBODY, 422),
    Route("POST", "/api/v1/chats/<token>/cancel", EVERYBODY, 200),
    # A prospect's own chat
    Route("GET", "/chats/<uid>", PROSPECT_A, 200),
    Route("GET", "/chats/<uid>/code", PROSPECT_A, 200, "/chats/{held}/code"),
    Route("POST", "/chats/<uid>/code", PROSPECT_A, 422, "/chats/{held}/code"),
    Route("POST", "/chats/<uid>/code/again", PROSPECT_A, 303, "/chats/{held}/code/again"),
    Route("POST", "/chats/<uid>/address", PROSPECT_A, 422, "/chats/{held}/address"),
    Route("POST", "/chats/<uid>/release", PROSPECT_A, 303, "/chats/{held}/release"),
    Route("GET", "/chats/<uid>/move", PROSPECT_A, 200),
    Route("POST", "/chats/<uid>/move", PROSPECT_A, 422),
    Route("GET", "/chats/<uid>/cancel", PROSPECT_A, 200),
    Route("POST", "/chats/<uid>/cancel", PROSPECT_A, 303),
    # Accounts
    Route("GET", "/sign-in", EVERYBODY, 200),
    Route("POST", "/sign-in", EVERYBODY, 422),
    Route("POST", "/sign-out", EVERYBODY, 303),
    Route("GET", "/forgotten", EVERYBODY, 200),
    Route("POST", "/forgotten", EVERYBODY, 422),
    Route("GET", "/account", STAFF, 200),
    Route("POST", "/account/password", STAFF, 422),
    Route("POST", "/account/zone", STAFF, 422),
    # Ambassadors
    Route("GET", "/ambassador", AMBASSADORS, 200),
    Route("GET", "/ambassador/chats", AMBASSADORS, 200),
    Route("GET", "/ambassador/chats/<uid>", AMBASSADOR_A, 200),
    Route("GET", "/ambassador/chats/<uid>/move", AMBASSADOR_A, 200),
    Route("POST", "/ambassador/chats/<uid>/move", AMBASSADOR_A, 422),
    Route("GET", "/ambassador/chats/<uid>/cancel", AMBASSADOR_A, 200),
    Route("POST", "/ambassador/chats/<uid>/cancel", AMBASSADOR_A, 303),
    Route("GET", "/ambassador/chats/<uid>/cannot", AMBASSADOR_A, 200),
    Route("POST", "/ambassador/chats/<uid>/cannot", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/chats/<uid>/take-back", AMBASSADOR_A, 409),
    Route("POST", "/ambassador/chats/<uid>/finish", AMBASSADOR_A, 422),
    Route("POST", "/ambassador/chats/<uid>/note", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/chats/<uid>/report", AMBASSADOR_A, 303),
    Route("GET", "/ambassador/profile", AMBASSADORS, 200),
    Route("POST", "/ambassador/profile", AMBASSADORS, 422),
    Route("GET", "/ambassador/hours", AMBASSADORS, 200),
    Route("POST", "/ambassador/hours", AMBASSADORS, 422),
    Route("POST", "/ambassador/hours/preview", AMBASSADORS, 422),
    Route("GET", "/ambassador/calendars", AMBASSADORS, 200),
    Route("GET", "/ambassador/calendars/add", AMBASSADORS, 200),
    Route("POST", "/ambassador/calendars/add/address", AMBASSADORS, 422),
    Route("POST", "/ambassador/calendars/add/account", AMBASSADORS, 422),
    Route("POST", "/ambassador/calendars/add/calendar", AMBASSADORS, 422),
    Route("POST", "/ambassador/calendars/add/file", AMBASSADORS, 422),
    Route("POST", "/ambassador/calendars/<id:source_id>/rename", AMBASSADOR_A, 422),
    Route("POST", "/ambassador/calendars/<id:source_id>/all-day", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/calendars/<id:source_id>/pause", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/calendars/<id:source_id>/resume", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/calendars/<id:source_id>/read", AMBASSADOR_A, 303),
    Route("POST", "/ambassador/calendars/<id:source_id>/remove", AMBASSADOR_A, 303),
    Route("GET", "/ambassador/away", AMBASSADORS, 200),
    Route("POST", "/ambassador/away", AMBASSADORS, 422),
    Route("POST", "/ambassador/away/<id:absence_id>/end", AMBASSADOR_A, 303),
    Route("GET", "/ambassador/feed", AMBASSADORS, 200),
    Route("POST", "/ambassador/feed", AMBASSADORS, 303),
    Route("POST", "/ambassador/feed/busy", AMBASSADORS, 303),
    # Coordinators
    Route("GET", "/coordinator", OVERSEERS, 200),
    Route("GET", "/coordinator/chats", OVERSEERS, 200),
    Route("GET", "/coordinator/chats/<uid>", OVERSEERS, 200),
    Route("GET", "/coordinator/chats/<uid>/hand-over", COORDINATOR, 200),
    Route("POST", "/coordinator/chats/<uid>/hand-over", COORDINATOR, 422),
    Route("GET", "/coordinator/chats/<uid>/move", COORDINATOR, 200),
    Route("POST", "/coordinator/chats/<uid>/move", COORDINATOR, 422),
    Route("GET", "/coordinator/chats/<uid>/cancel", COORDINATOR, 200),
    Route("POST", "/coordinator/chats/<uid>/cancel", COORDINATOR, 303),
    Route("GET", "/coordinator/ambassadors", OVERSEERS, 200),
    Route("GET", "/coordinator/ambassadors/invite", COORDINATOR, 200),
    Route("POST", "/coordinator/ambassadors/invite", COORDINATOR, 422),
    Route("GET", "/coordinator/ambassadors/<id:ambassador_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/invite", COORDINATOR, 303),
    Route("GET", "/coordinator/ambassadors/export.csv", OVERSEERS, 200),
    Route("POST", "/coordinator/ambassadors/several", COORDINATOR, 303),
    Route("GET", "/coordinator/ambassadors/graduation", COORDINATOR, 200),
    Route(
        "GET",
        "/coordinator/ambassadors/leave",
        COORDINATOR,
        200,
        "/coordinator/ambassadors/leave?who={a}",
    ),
    Route("POST", "/coordinator/ambassadors/leave", COORDINATOR, 422),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/last-day", COORDINATOR, 303),
    Route("GET", "/coordinator/ambassadors/<id:ambassador_id>/away", OVERSEERS, 200),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/away", COORDINATOR, 422),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/away/hand-over", COORDINATOR, 303),
    Route(
        "POST",
        "/coordinator/ambassadors/<id:ambassador_id>/away/<id:absence_id>/end",
        COORDINATOR,
        303,
    ),
    Route("GET", "/coordinator/ambassadors/profiles", OVERSEERS, 200),
    Route("POST", "/coordinator/ambassadors/profiles", COORDINATOR, 303),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/approve", COORDINATOR, 303),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/hold-back", COORDINATOR, 303),
    Route("GET", "/coordinator/ambassadors/import", COORDINATOR, 200),
    Route("POST", "/coordinator/ambassadors/import", COORDINATOR, 422),
    Route("GET", "/coordinator/ambassadors/import/<id:import_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/ambassadors/import/<id:import_id>/start", COORDINATOR, 303),
    Route("POST", "/coordinator/ambassadors/import/<id:import_id>/cancel", COORDINATOR, 303),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/look", COORDINATOR, 303),
    Route("POST", "/coordinator/look-away", STAFF, 303),
    Route("POST", "/coordinator/ambassadors/<id:ambassador_id>/reactivate", COORDINATOR, 303),
    Route("GET", "/coordinator/requests", OVERSEERS, 200),
    Route("GET", "/coordinator/requests/<id:request_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/requests/<id:request_id>/match", COORDINATOR, 303),
    Route("POST", "/coordinator/requests/<id:request_id>/close", COORDINATOR, 303),
    Route("GET", "/coordinator/weights", COORDINATOR, 200),
    Route("POST", "/coordinator/weights", COORDINATOR, 422),
    Route("GET", "/coordinator/plan", OVERSEERS, 200),
    Route("POST", "/coordinator/plan", COORDINATOR, 303),
    Route("GET", "/coordinator/plan/<id:plan_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/plan/<id:plan_id>/again", COORDINATOR, 303),
    Route("POST", "/coordinator/plan/<id:plan_id>/cancel", COORDINATOR, 303),
    Route("GET", "/coordinator/plan/<id:plan_id>/accept", COORDINATOR, 200),
    Route("POST", "/coordinator/plan/<id:plan_id>/accept", COORDINATOR, 303),
    Route("GET", "/coordinator/plan/<id:plan_id>/lines/<id:line_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/plan/<id:plan_id>/lines/<id:line_id>", COORDINATOR, 422),
    Route("GET", "/coordinator/feed", COORDINATOR, 200),
    Route("POST", "/coordinator/feed", COORDINATOR, 303),
    Route("GET", "/coordinator/settings", OVERSEERS, 200),
    Route("GET", "/coordinator/settings/<key>", COORDINATOR, 200, "/coordinator/settings/rules"),
    Route("POST", "/coordinator/settings/<key>", COORDINATOR, 422, "/coordinator/settings/rules"),
    Route(
        "POST",
        "/coordinator/settings/<key>/preview",
        COORDINATOR,
        422,
        "/coordinator/settings/rules/preview",
    ),
    Route(
        "POST",
        "/coordinator/settings/<key>/letter",
        COORDINATOR,
        200,
        "/coordinator/settings/mail-code/letter",
    ),
    Route("GET", "/coordinator/settings/history", OVERSEERS, 200),
    Route("GET", "/coordinator/settings/history/<id:version_id>/undo", COORDINATOR, 200),
    Route("POST", "/coordinator/settings/history/<id:version_id>/undo", COORDINATOR, 303),
    Route("GET", "/coordinator/follow-ups", OVERSEERS, 200),
    Route("GET", "/coordinator/follow-ups.csv", OVERSEERS, 200),
    Route("POST", "/coordinator/follow-ups/<id:follow_up_id>/done", COORDINATOR, 303),
    Route("GET", "/coordinator/concerns", COORDINATOR, 200),
    Route("POST", "/coordinator/concerns/<id:concern_id>/close", COORDINATOR, 303),
    Route("POST", "/coordinator/chats/<uid>/settle", COORDINATOR, 422),
    Route("GET", "/coordinator/blocks", COORDINATOR, 200),
    Route("POST", "/coordinator/blocks", COORDINATOR, 422),
    Route("GET", "/coordinator/blocks/<id:block_id>", COORDINATOR, 200),
    Route("POST", "/coordinator/blocks/<id:block_id>/lift", COORDINATOR, 303),
    Route("GET", "/coordinator/staff", OVERSEERS, 200),
    Route("GET", "/coordinator/staff/invite", COORDINATOR, 200),
    Route("POST", "/coordinator/staff/invite", COORDINATOR, 422),
    Route("POST", "/coordinator/staff/<id:user_id>/invite", COORDINATOR, 303),
    Route("GET", "/coordinator/staff/<id:user_id>/deactivate", COORDINATOR, 200),
    Route("POST", "/coordinator/staff/<id:user_id>/deactivate", COORDINATOR, 303),
    Route("POST", "/coordinator/staff/<id:user_id>/reactivate", COORDINATOR, 303),
    Route("GET", "/coordinator/mail", OVERSEERS, 200),
    Route("GET", "/coordinator/coverage", OVERSEERS, 200),
    Route("GET", "/coordinator/coverage/people", OVERSEERS, 200),
    Route("GET", "/coordinator/coverage/map.csv", OVERSEERS, 200),
    Route("POST", "/coordinator/mail/<id:notice_id>/again", COORDINATOR, 303),
    Route("GET", "/coordinator/inbox", OVERSEERS, 200),
    Route("POST", "/coordinator/inbox/<id:mail_id>/apply", COORDINATOR, 303),
    Route("POST", "/coordinator/inbox/<id:mail_id>/dismiss", COORDINATOR, 303),
    Route("GET", "/coordinator/mail/<id:notice_id>", OVERSEERS, 200),
    Route("GET", "/coordinator/mail/<id:notice_id>/<id:attempt_id>.html", OVERSEERS, 200),
    Route("GET", "/coordinator/mail/<id:notice_id>/<id:attempt_id>.eml", OVERSEERS, 200),
    Route("GET", "/coordinator/mail.csv", OVERSEERS, 200),
    Route("GET", "/coordinator/bulk", COORDINATOR, 422),
    Route("POST", "/coordinator/bulk", COORDINATOR, 422),
    Route("GET", "/coordinator/bulk/<id:bulk_id>", OVERSEERS, 200),
    Route("POST", "/coordinator/filters", COORDINATOR, 303),
    Route("POST", "/coordinator/filters/<id:filter_id>", COORDINATOR, 303),
)
