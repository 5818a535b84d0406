"""Who works at the desk: invited, deactivated, let back in; and who only looks."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import Notice, User
from ambassadors.services import staff
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_user
from tests.web.browser import open_page
from tests.web.staff import as_coordinator, press, sign_in

INVITE = "/coordinator/staff/invite"


def test_a_coordinator_invites_admissions_staff_by_mail(client: FlaskClient, session: Session):
    as_coordinator(client, session)
    page = press(
        client,
        open_page(client, INVITE),
        INVITE,
        email="Lee@Example.edu",
        name="Lee",
        role="admissions",
    )
    user = session.scalars(select(User).where(User.email == "lee@example.edu")).one()
    kinds = session.scalars(select(Notice.kind).where(Notice.user_id == user.id)).all()
    assert (user.role, user.name, list(kinds)) == ("admissions", "Lee", ["account-invitation"])
    assert "Lee is invited" in page.text


def test_whoever_is_invited_is_asked_for_a_role(client: FlaskClient, session: Session):
    as_coordinator(client, session)
    page = press(client, open_page(client, INVITE), INVITE, email="lee@example.edu", name="Lee")
    assert page.status == 422
    assert "Choose what they may do." in page.text


def test_a_deactivated_account_signs_in_no_more_until_it_is_let_back_in(
    client: FlaskClient, session: Session
):
    lee = make_user(session, "admissions", name="Lee Fox")
    hers = sign_in(client.application.test_client(), lee)
    as_coordinator(client, session)
    assert open_page(hers, "/coordinator").url == "/coordinator"
    address = f"/coordinator/staff/{lee.id}"
    press(client, open_page(client, f"{address}/deactivate"), f"{address}/deactivate")
    assert open_page(hers, "/coordinator").url == "/sign-in"
    press(client, open_page(client, "/coordinator/staff"), f"{address}/reactivate")
    assert open_page(hers, "/coordinator").url == "/sign-in", "old sessions do not come back"
    session.expire_all()
    assert lee.active


def test_the_last_coordinator_cannot_be_shut_out(session: Session):
    kim, bo = make_user(session, name="Kim"), make_user(session, name="Bo")
    with pytest.raises(Refused):
        write(session, lambda s: staff.deactivate(s, kim.id, kim.id))
    write(session, lambda s: staff.deactivate(s, bo.id, kim.id))
    with pytest.raises(Refused):
        write(session, lambda s: staff.deactivate(s, kim.id, bo.id))
    session.expire_all()
    assert (kim.active, bo.active) == (True, False)


def test_an_ambassador_is_not_found_at_the_desk(client: FlaskClient, session: Session):
    ana = make_user(session, "ambassador")
    as_coordinator(client, session)
    assert client.get(f"/coordinator/staff/{ana.id}/deactivate").status_code == 404


def test_admissions_staff_land_on_the_coordinators_pages(client: FlaskClient, session: Session):
    sign_in(client, make_user(session, "admissions"))
    assert client.get("/sign-in").headers["Location"] == "/coordinator"
    account = open_page(client, "/account")
    assert "Admissions (looks, does not change)" in account.text
    assert "/coordinator/weights" not in account.text


def test_the_list_of_staff_takes_as_many_queries_for_many(client: FlaskClient, session: Session):
    as_coordinator(client, session)
    asked = []
    for role in ("admissions", "coordinator"):
        with counted() as statements:
            open_page(client, "/coordinator/staff")
        asked.append(len(statements))
        for _ in range(3):
            make_user(session, role)
    assert asked == [asked[0], asked[0]]
