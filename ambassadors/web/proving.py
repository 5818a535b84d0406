"""Whose password it is: counted first, verified while no transaction is open."""

from datetime import datetime

from flask import current_app

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import accounts, passwords
from ambassadors.services.accounts import Proof
from ambassadors.services.writing import write
from ambassadors.web.network import caller

WRONG = said("That e-mail address and password do not go together.")


def prove(email: str, password: str, now: datetime) -> Proof:
    """Whose password it is. The attempt stays counted until it is forgiven."""
    session, secret, network = db.session(), current_app.config["SECRET_KEY"], caller()
    write(session, lambda s: accounts.count_sign_in(s, secret, email, network, now))
    proof = accounts.find_proof(session, email)
    session.rollback()
    if not passwords.verify(proof.password_hash, password):
        raise Refused(WRONG, field="email")
    return proof


def prove_and_forgive(email: str, password: str, now: datetime) -> Proof:
    """The same of somebody who is signed in: a right password does not count."""
    proof, secret, network = prove(email, password, now), current_app.config["SECRET_KEY"], caller()
    write(db.session(), lambda s: accounts.forgive_sign_in(s, secret, email, network, now))
    return proof
