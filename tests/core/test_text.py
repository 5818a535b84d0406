from ambassadors.core.text import one_line, plain


def test_every_kind_of_line_break_becomes_one() -> None:
    assert plain("a\r\nb\rc\nd\x0be\x0cf\x85g\u2028h\u2029i") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


def test_control_characters_and_half_characters_are_dropped() -> None:
    assert plain("a\x00b\x07c\x1bd\x7fe\x9bf\ud800g\u202eh\ufeffi\ufffe") == "abcdefghi"


def test_letters_of_every_script_and_joined_emoji_stay() -> None:
    text = "naïve Łódź नमस्ते 東京 👩🏽‍🔬\tend"
    assert plain(text) == text


def test_one_line_has_single_spaces() -> None:
    assert one_line("  a \n\n b\t c\u2028d ") == "a b c d"


def test_a_long_line_ends_in_an_ellipsis_within_the_limit() -> None:
    assert one_line("abcdefghij", 5) == "abcd…"
    assert one_line("abcde", 5) == "abcde"
