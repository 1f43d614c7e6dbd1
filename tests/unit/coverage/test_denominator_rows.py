"""Rows of a file of denominators that no page could ever show are refused with their place, not kept unseen."""

from __future__ import annotations

from datetime import date

import pytest

from sertakan.coverage.errors import DenominatorRowsWrong
from sertakan.coverage.services.files import read_file

HEADING = "kode,sektor,status,jk,umur,nilai,putaran,keyakinan\n"


def rows_of(tmp_path, line):
    file = tmp_path / "penyebut.csv"
    file.write_text(HEADING + line + "\n", "utf-8")
    return read_file(file, known={"99"}, province="99")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("99,,employed,,15-19,10,2026-01,", "umur “15-19” bukan salah satu dari"),
        ("99,Pertanian,employed,,,10,2026-01,", "sektor “Pertanian” bukan huruf"),
        ("99,,employed,,,10,2026-01,Z", "keyakinan “Z” bukan A, B, C atau D"),
        ("99,,employed,X,,10,2026-01,", "jenis kelamin “X”"),
        ("99,,employed,,,-10,2026-01,", "jumlah “-10”"),
    ],
)
def test_a_row_that_could_not_be_shown_is_refused_with_its_place(tmp_path, line, said):
    with pytest.raises(DenominatorRowsWrong) as refused:
        rows_of(tmp_path, line)
    assert f"Baris 2: {said}" in str(refused.value)


def test_bands_letters_and_confidence_are_taken_as_they_are_counted(tmp_path):
    (row,) = rows_of(tmp_path, '99,"M,N",employed,P,65-,1.200,2026-01,b')
    assert (row.sector, row.age, row.value, row.confidence) == ("M,N", "65-", 1200, "B")
    assert row.round == date(2026, 1, 31)
