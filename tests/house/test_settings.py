"""In production nothing is guessed that links, signatures or mail depend on."""

import pytest

from config import Misconfigured, read_settings

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "a long random text, of more than 32 characters",
    "BASE_URL": "https://chats.example.edu",
    "MAIL_URL": "smtps://mail.example.edu",
    "DATABASE_URL": "sqlite:////tmp/nowhere.db",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SECRET_KEY", value) for value in ("", "short")),
        *(("MAIL_URL", value) for value in ("", "file:///mail", "FILE:///mail")),
        *(("BASE_URL", value) for value in ("", "chats.example.edu", "javascript:x")),
    ],
)
def test_production_does_not_start_with_what_is_good_for_development(name, value):
    with pytest.raises(Misconfigured, match=name):
        read_settings(PRODUCTION | {name: value})
