from ipaddress import ip_address

import pytest

from ambassadors.remote.guard import (
    DEVELOPMENT,
    PRODUCTION,
    Deadline,
    Guard,
    Unreachable,
    find_address,
    guard_for,
    is_public,
    is_public_or_here,
    read_place,
)

INSIDE_V4 = (
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255",
    "192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9",
    "224.0.0.1 224.0.1.1 239.1.1.1 240.0.0.1 255.255.255.255",
)
INSIDE_V6 = (
    ":: ::1 ::7f00:1 ::10.0.0.1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1 100::1",
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::808:808 2002:7f00:1:: 2002:808:808::",
    "2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:10::1 2001:20::1",
    "2001:db8::1 3fff::1 5f00::1",
)
OUTSIDE = (
    "1.1.1.1 8.8.8.8 17.248.176.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.254",
    "2606:4700:4700::1111 2a00:1450:4001::200e ::ffff:8.8.8.8 64:ff9b::8.8.8.8",
)


def addresses(*rows: str) -> list[str]:
    """The addresses of some rows."""
    return [address for row in rows for address in row.split()]


@pytest.mark.parametrize("address", addresses(*INSIDE_V4, *INSIDE_V6))
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", addresses(*OUTSIDE))
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


def test_in_development_this_machine_is_allowed_and_its_network_is_not() -> None:
    told = {"127.0.0.1": True, "::1": True, "10.0.0.1": False, "169.254.169.254": False}
    assert {text: is_public_or_here(ip_address(text)) for text in told} == told
    assert guard_for(development=True) is DEVELOPMENT
    assert guard_for(development=False) is PRODUCTION


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://calendar.example.org/a/b.ics?k=1#x", "https://calendar.example.org/a/b.ics?k=1"),
        ("  webcal://Calendar.Example.ORG/b.ics\n", "https://calendar.example.org/b.ics"),
        ("webcals://calendar.example.org", "https://calendar.example.org/"),
        ("caldav.example.org", "https://caldav.example.org/"),
        ("https://calendar.example.org:443/", "https://calendar.example.org/"),
        ("https://calendar.example.org:80/", "https://calendar.example.org:80/"),
        ("https://bücher.example.org/Ž", "https://xn--bcher-kva.example.org/%C5%BD"),
        ("https://calendar.example.org/%7Bid%7D", "https://calendar.example.org/%7Bid%7D"),
        ("https://[2606:4700::1111]/b", "https://[2606:4700::1111]/b"),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert read_place(typed, PRODUCTION).url == meant


@pytest.mark.parametrize(
    "typed",
    [
        "http://calendar.example.org/",
        "ftp://calendar.example.org/",
        "file:///etc/passwd",
        "gopher://calendar.example.org/",
        "https://ana:s3cret@calendar.example.org/",
        "https://ana@calendar.example.org/",
        "https://calendar.example.org@127.0.0.1/",
        "https://calendar.example.org:8443/",
        "https://calendar.example.org:22/",
        "https://calendar.example.org:none/",
        "https://calendar.example.org\\@127.0.0.1/",
        "https://calendar.example.org/a\r\nHost: inside",
        "https://calendar.example.org/a b",
        "https://calendar.example.org/\x00",
        "https://calendar.example.org/\u202e",
        "https://calendar example.org/",
        "https://calen%64ar.example.org/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https:///only/a/path",
        "https://" + "a" * 300 + "/",
        "",
    ],
)
def test_what_is_no_plain_address_is_refused(typed: str) -> None:
    with pytest.raises(Unreachable) as caught:
        read_place(typed, PRODUCTION)
    assert caught.value.gone
    assert "s3cret" not in caught.value.text


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "::ffff:127.0.0.1", "fe80::1%1", "2606:4700::1111%1", "nonsense"]
)
def test_a_name_that_leads_inside_is_no_name(address: str) -> None:
    guard = Guard(resolve=lambda host, port: [address, "8.8.8.8"])
    with pytest.raises(Unreachable) as caught:
        find_address(read_place("calendar.example.org", guard), guard, Deadline.of(guard))
    assert caught.value.text == "There is no public server named calendar.example.org."


@pytest.mark.parametrize("typed", ["localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
def test_odd_spellings_of_this_machine_lead_nowhere(typed: str) -> None:
    with pytest.raises(Unreachable):
        find_address(read_place(typed, PRODUCTION), PRODUCTION, Deadline.of(PRODUCTION))
