"""The link by which an ambassador says that they cannot make it."""

from tests.mail.samples import CHAT, every_mail


def test_an_ambassador_whose_calendar_is_busy_then_can_say_so_by_a_link_in_the_mail():
    mail = every_mail()["calendar clash"]
    assert [CHAT.drop_out_url in part for part in (mail.text, mail.html)] == [True, True]
    assert CHAT.staff_url in mail.text
