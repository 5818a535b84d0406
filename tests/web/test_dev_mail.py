"""In development, mails can be read in the browser; nowhere else."""

import dataclasses
from datetime import UTC, datetime, timedelta

from ambassadors import create_app, jobs
from ambassadors.extensions import db
from tests.factories import make_ambassador, make_chat

ALWAYS = "Mon 00:00-24:00; Tue 00:00-24:00; Wed 00:00-24:00; Thu 00:00-24:00; Fri 00:00-24:00"


def next_wednesday() -> datetime:
    today = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 + (2 - today.weekday()) % 7)


def test_an_empty_folder_says_so(client):
    page = client.get("/dev/mail").get_data(as_text=True)
    assert "No mail yet" in page


def test_an_invitation_is_shown_with_its_calendar_part(app, session, client):
    chat = make_chat(
        session, make_ambassador(session, hours=ALWAYS), next_wednesday(), datetime.now(UTC)
    )
    uid = chat.uid
    jobs.tick(app)
    listed = client.get("/dev/mail").get_data(as_text=True)
    address = listed.split('href="/dev/mail/')[1].split('"')[0]
    page = client.get(f"/dev/mail/{address}").get_data(as_text=True)
    assert f"UID:{uid}" in page


def test_the_html_of_a_mail_may_run_and_load_nothing(app, session, client):
    make_chat(session, make_ambassador(session, hours=ALWAYS), next_wednesday(), datetime.now(UTC))
    jobs.tick(app)
    listed = client.get("/dev/mail").get_data(as_text=True)
    address = listed.split('href="/dev/mail/')[1].split('"')[0]
    answer = client.get(f"/dev/mail/{address}/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_there_is_no_such_page_in_production_or_where_mail_goes_to_a_server(settings):
    for changes in (
        {"app_env": "production"},
        {"mail_url": "smtp://127.0.0.1:9"},
        {"base_url": "http://chats.example.edu"},
    ):
        app = create_app(dataclasses.replace(settings, **changes))
        with app.app_context():
            assert app.test_client().get("/dev/mail").status_code == 404
            db.engine.dispose()
