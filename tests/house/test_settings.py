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


def test_the_name_before_the_at_leaves_room_for_a_chats_secret_where_replies_are_read(tmp_path):
    fits, too_long = ("x" * count + "@example.edu" for count in (23, 24))
    inbox = {"INBOX_URL": "maildir:/mail"}
    assert read_settings({"MAIL_FROM": fits, **inbox}, tmp_path).mail_from == fits
    assert read_settings({"MAIL_FROM": too_long}, tmp_path).mail_from == too_long
    with pytest.raises(Misconfigured, match="MAIL_FROM has 24 characters before the @"):
        read_settings({"MAIL_FROM": too_long, **inbox}, tmp_path)
