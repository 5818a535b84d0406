from pathlib import Path

import pytest

from ambassadors.mail.faults import TransientFault
from ambassadors.mail.smtp import Server
from ambassadors.mail.transports import FolderTransport, open_transport, parse_mail_url

MESSAGE = b"Subject: hello\r\n\r\nA line.\r\n"


def test_a_folder_is_made_and_holds_one_file_a_message(tmp_path: Path) -> None:
    folder = tmp_path / "in development" / "mail"
    with open_transport(folder.as_uri()) as transport:
        words = transport.send(MESSAGE, "chats@example.edu", "ravi@example.org")
    (file,) = folder.iterdir()
    assert file.read_bytes() == MESSAGE
    assert file.suffix == ".eml"
    assert words == f"written as {file.name}"


def test_names_sort_by_the_time_of_sending(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    for number in range(50):
        transport.send(b"%d" % number, "chats@example.edu", "ravi@example.org")
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [
        b"%d" % number for number in range(50)
    ]


def test_a_folder_that_cannot_be_made_is_a_fault_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    transport = FolderTransport(tmp_path / "file" / "mail")
    with pytest.raises(TransientFault, match=r"be written: Not a directory\."):
        transport.send(MESSAGE, "chats@example.edu", "ravi@example.org")
    with pytest.raises(TransientFault, match=r"be made: Not a directory\."):
        transport.check()


def test_checking_a_folder_makes_it(tmp_path: Path) -> None:
    assert FolderTransport(tmp_path / "mail").check() == "the mail folder can be written"
    assert (tmp_path / "mail").is_dir()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("file:///var/mail", Path("/var/mail")),
        ("file:///a%20folder", Path("/a folder")),
        ("smtp://mail.example.edu", Server("mail.example.edu", 25, False)),
        ("smtp://mail.example.edu:2525/", Server("mail.example.edu", 2525, False)),
        ("smtps://mail.example.edu", Server("mail.example.edu", 465, True)),
        (
            "smtp://a%40b:p%3Aw%2F@mail.example.edu",
            Server("mail.example.edu", 587, False, "a@b", "p:w/"),
        ),
        ("smtp://u:p@[::1]:587", Server("::1", 587, False, "u", "p")),
    ],
)
def test_a_mail_url_names_a_folder_or_a_server(url: str, place: Path | Server) -> None:
    assert parse_mail_url(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.edu",
        "http://mail.example.edu",
        "file://relative/folder",
        "file:relative",
        "smtp://",
        "smtp://user:hidden@",
        "smtp://user:hidden@mail.example.edu:port",
        "smtp://user:hidden@mail.example.edu:99999",
        "smtp://user:hidden@mail..example.edu",
        "smtp://user:hidden@mail.example.edu/folder",
        "smtp://user:hidden@mail.example.edu?tls=no",
        "smtp://user@mail.example.edu",
        "smtp://:hidden@mail.example.edu",
    ],
)
def test_another_mail_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL") as raised:
        parse_mail_url(url)
    assert "hidden" not in str(raised.value)
