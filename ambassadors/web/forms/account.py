"""What people type about their accounts."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ambassadors.services import passwords

Values = MultiDict[str, str]


@dataclass(frozen=True)
class SignIn:
    """An attempt to sign in, and where to go afterwards."""

    email: str
    password: str
    onward: str


def read_sign_in(values: Values) -> SignIn:
    """The fields as typed; only the account can say whether they are right."""
    return SignIn(values.get("email", ""), values.get("password", ""), values.get("next", ""))


def read_new_password(values: Values, email: str) -> str:
    """A password that is good enough for the account of `email`, or Refused."""
    return passwords.accept(values.get("password", ""), email)
