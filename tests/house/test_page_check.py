"""The look over every page finds what it is there for."""

import pytest

from tests.pages import faults_of, invalid_parts

GOOD = (
    '<!doctype html><html lang="en"><head><title>T</title></head>'
    "<body><main><h1>H</h1>{}</main></body></html>"
)


def test_a_good_page_has_no_faults():
    assert faults_of(GOOD.format('<label for="a">A</label><input id="a">')) == []


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("<h1>Another</h1>", "2 headings of level 1"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' 2 times"),
        ('<label for="b">B</label>', "for names 'b', which is not there"),
        ('<p style="color:red"></p>', "<p> has style='color:red'"),
        ("<script>1</script>", "<script> is inline, without a nonce"),
        ("<div>", "</main> closes nothing (open: ['body', 'main', 'div'])"),
    ],
)
def test_a_fault_is_found(part, fault):
    assert fault in faults_of(GOOD.format(part))


def test_the_standards_parser_finds_what_browsers_silently_mend():
    assert invalid_parts(GOOD.format("<p>A paragraph</p>")) == []
    assert [one.partition(" ")[0] for one in invalid_parts(GOOD.format("<p><div></div></p>"))] == [
        "unexpected-end-tag"
    ]
