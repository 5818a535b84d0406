"""The ledger of erasures by commands: printed, and applied again."""

import json

from ambassadors import jobs
from ambassadors.extensions import db
from ambassadors.models import Prospect
from ambassadors.services import privacy
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat
from tests.services.test_idempotency import WEDNESDAY


def test_the_ledger_is_printed_and_applied_again(app, session, now, tmp_path):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now, email="priya@example.org")
    shown = app.test_cli_runner().invoke(args=["privacy", "export", "priya@example.org"])
    assert json.loads(shown.output)["prospect"]["name"] == "Priya Raman"
    person = chat.prospect
    write(session, lambda s: privacy.ask_for_erasure(s, person, "person", None, now))
    jobs.tick(app, now)
    jobs.tick(app, now)
    printed = app.test_cli_runner().invoke(args=["privacy", "ledger"])
    assert (printed.output.count("\n"), "priya" in printed.output) == (1, False)
    row = Prospect(email="priya@example.org", name="Priya Raman", time_zone="UTC", created_at=now)
    write(session, lambda s: s.add(row))  # as a backup of the day before would have them
    path = tmp_path / "ledger.jsonl"
    path.write_text(printed.output)
    told = [app.test_cli_runner().invoke(args=["privacy", "replay", str(path)]) for _ in range(2)]
    assert [json.loads(one.output) for one in told] == [
        {"lines": 1, "found": 1, "erased": 1},
        {"lines": 1, "found": 0, "erased": 0},
    ]
    db.session.remove()
    wrong = app.test_cli_runner().invoke(args=["privacy", "replay", "-"], input="no line\n")
    assert (wrong.exit_code, "Line 1 is no erasure." in wrong.output) == (1, True)
