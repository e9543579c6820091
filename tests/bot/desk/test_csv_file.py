"""CSV as programs write it: whatever separates, quotes or encodes it, and what is wrong with a line is that line's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.csv_file import LONGEST_CELL, CsvFile, UnusableError, look, look_at, pairs


def rows(file: CsvFile) -> list[tuple[int, list[str], str]]:
    return [(row.line, list(row.cells), row.problem) for row in file.rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_also_beside_others_in_quotes(separator: str) -> None:
    file = look_at(f'"a, or; what|ever"{separator}b{separator}\r\n1{separator}"x ""y""\r\nz"\r\n')
    assert file.headings == ("a, or; what|ever", "b")
    assert rows(file) == [(2, ["1", 'x "y"\nz'], "")]


def test_empty_lines_and_a_spreadsheets_first_line_count_in_the_numbers() -> None:
    file = look_at("sep=;\n\na;b\n\n1;2\n;\n3\n")
    assert (file.heading_line, file.separator) == (3, ";")
    assert rows(file) == [(5, ["1", "2"], ""), (7, ["3", ""], "")]


def test_a_formula_stays_as_it_was_typed() -> None:
    assert rows(look_at("a\n=1+1\n'=2\n"))[0][1] == ["=1+1"]


def test_what_is_wrong_with_one_line_leaves_the_others() -> None:
    found = rows(look_at('a,b\n1,"x"y\n2,ok\n3,b,c\n4,"never closed\n5,lost\n'))
    assert [line for line, _, _ in found] == [2, 3, 4, 5]
    assert "a quotation mark stands on this line" in found[0][2]
    assert found[1] == (3, ["2", "ok"], "")
    assert found[2][2] == "3 fields, but there are only headings for 2 columns."
    assert "lines 5 to 6 are lost" in found[3][2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_its_encoding_is_found_wherever_the_first_odd_character_stands(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("a,b\n" + "x,y\n" * 300_000 + "café,z\n").encode(encoding))
    file = look(path)
    last = None
    for row in file.rows():
        last = row
    assert last is not None
    assert (last.line, last.cells) == (300_002, ["café", "z"])


def test_a_cell_without_an_end_is_an_error_of_its_line() -> None:
    found = rows(look_at(f'a\n"{"x" * (LONGEST_CELL + 10)}\n1\n'))
    assert [problem[:15] for _, _, problem in found] == ["this is not CSV", ""]


@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    try:
        file = look_at(text)
    except UnusableError as error:
        told = str(error)
    else:
        told = ""
        assert all(row.line > 0 for row in file.rows())
    assert not told or told.startswith("line ")


def test_pairs_may_hold_commas_and_signs() -> None:
    assert pairs('A=b, "C, or=d"=e,F=', "column") == {"A": "b", "C, or=d": "e", "F": ""}
    with pytest.raises(UnusableError, match="nothing is no column"):
        pairs("nothing", "column")
