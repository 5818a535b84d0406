"""What happened to an account, in sentences."""

from collections.abc import Mapping

from flask import Flask

from ambassadors.core.said import said

ACTS: Mapping[str, str] = {
    "signed-in-password": said("Signed in with the password"),
    "signed-in-school": said("Signed in through the school"),
    "session-ended": said("Signed another browser out"),
    "sessions-ended": said("Signed all other browsers out"),
    "password-set": said("Set a password; all other sessions ended"),
    "second-on": said("Turned the second step on"),
    "second-off": said("Turned the second step off"),
    "second-reset": said("The second step was reset"),
    "codes-made": said("Made new recovery codes"),
    "recovery-used": said("Used a recovery code"),
    "linked": said("Linked with the university account"),
    "made-by-school": said("Account made when the school named a role"),
    "role": said("The school named another role"),
    "signed-out-by": said("Was signed out everywhere"),
}


def register(app: Flask) -> None:
    """Gives templates the sentences."""
    app.add_template_filter(lambda action: ACTS.get(action, action), "account_act")
