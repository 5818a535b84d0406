"""CSV: every fault has its place, and nothing that a spreadsheet would run leaves the house."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.csvs import (
    RUN_BY_SPREADSHEETS,
    Problem,
    defused,
    read_table,
    split_values,
    write_table,
)


def problems_of(text: str, required: tuple[str, ...] = ("name",)) -> list[str]:
    return [str(problem) for problem in read_table(text.encode(), required, ("note",)).problems]


def cells_of(text: str) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_table(text.encode(), ("name",), ("note",)).rows]


def test_columns_come_in_any_order_and_spaces_around_cells_do_not_count():
    assert cells_of("note, name\nfirst , Ana \n") == [{"note": "first", "name": "Ana"}]


def test_a_mark_that_windows_puts_before_utf_8_is_no_part_of_the_header():
    assert cells_of("\ufeffname\nAna\n") == [{"name": "Ana"}]


def test_blank_rows_are_passed_over_but_counted_as_lines():
    table = read_table(b"name\n\n,\nAna\n", ("name",), ())
    assert [(row.line, row.cells["name"]) for row in table.rows] == [(4, "Ana")]


def test_a_row_is_named_by_the_line_on_which_it_begins():
    table = read_table(b'name,note\nAna,"one\ntwo"\nBo,x,y\n', ("name",), ("note",))
    assert table.problems == (Problem(4, "", "There are 3 cells, but the header names 2 columns."),)


def test_empty_cells_that_spreadsheets_add_at_the_end_do_not_count():
    assert cells_of("name\nAna,,\n") == [{"name": "Ana"}]


def test_an_empty_file_needs_a_header():
    assert problems_of("") == ["line 1: The file is empty; a header is needed."]


def test_unknown_doubled_and_missing_columns_are_all_named():
    assert problems_of("nmae,note,note\n") == [
        "line 1, nmae: There is no such column.",
        "line 1, note: This column stands there twice.",
        "line 1, name: This column is missing.",
    ]


def test_semicolons_between_columns_are_named_as_such():
    assert problems_of("name;note\nAna;x\n") == [
        "line 1: Columns are separated by commas, not semicolons."
    ]


def test_bytes_that_are_no_utf_8_are_named_by_their_line():
    table = read_table(b"name\nAna\nJos\xe9\n", ("name",), ())
    assert [str(one) for one in table.problems] == [
        "line 3: This is not UTF-8; save the file as “CSV UTF-8”."
    ]


def test_a_quote_that_never_ends_is_named_and_what_came_before_is_read():
    table = read_table(b'name\nAna\n"Bo\n', ("name",), ())
    assert [row.cells["name"] for row in table.rows] == ["Ana"]
    assert [problem.line for problem in table.problems] == [3]


def test_several_values_in_a_cell_are_split_at_semicolons():
    assert split_values(" en; pt-BR;;") == ("en", "pt-BR")


def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe():
    run = ["=1+1", "+1", "-1", "@x", "＝1+1", "＋1", "－1", "＠x"]
    text = write_table(["name"], [[cell] for cell in (*run, "plain")])
    written = [row[0] for row in csv.reader(io.StringIO(text))]
    assert written == ["name", *(f"'{cell}" for cell in run), "plain"]


WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=30).map(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS).filter(any), max_size=5))
def test_what_is_written_is_read_again_and_no_written_cell_can_be_run(rows):
    text = write_table(["name", "note"], rows)
    written = [cell for row in list(csv.reader(io.StringIO(text)))[1:] for cell in row]
    assert not any(cell.startswith(RUN_BY_SPREADSHEETS) for cell in written)
    expected = [{"name": name, "note": note} for name, note in rows if not ambiguous(name, note)]
    assert [cells for cells in cells_of(text) if not ambiguous(*cells.values())] == expected


def ambiguous(*cells: str) -> bool:
    """Text that somebody typed with an apostrophe before a sign: taken for a defused one."""
    return any(cell.startswith("'") for cell in cells)


def test_defusing_twice_adds_one_apostrophe_only():
    assert defused(defused("=x")) == "'=x"


def test_a_header_of_very_many_columns_is_refused():
    """In a moment: comparing every column with every other takes hours."""
    table = read_table(b"a," * 300_000, ["name"], [])
    assert (table.rows, table.problems[-2:]) == (
        (),
        (
            Problem(1, "a", "This column stands there twice."),
            Problem(1, "name", "This column is missing."),
        ),
    )
