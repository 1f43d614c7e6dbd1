"""Sentences for what was noticed in a sheet. Indonesian is the source language; %(rows)s are row spans, %(count)s their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sertakan.core import language

NOTES: dict[str, str] = {
    "title_rows": "Baris %(rows)s di atas kepala tabel dibaca sebagai judul.",
    "no_heading": "Tabel ini tidak mempunyai baris kepala; kolom dikenali dari isinya.",
    "column_numbers": "Baris %(rows)s hanya berisi nomor kolom dan dilewati.",
    "blank_rows": "%(count)s baris kosong dilewati (baris %(rows)s).",
    "numbered_blank": "%(count)s baris hanya berisi nomor urut dan dilewati (baris %(rows)s).",
    "total_rows": "%(count)s baris jumlah dilewati (baris %(rows)s).",
    "signature_rows": "Tanda tangan dan catatan pada baris %(rows)s dilewati.",
    "section_rows": "Baris %(rows)s dibaca sebagai judul bagian untuk baris di bawahnya.",
    "repeated_heading": "Kepala tabel yang terulang pada baris %(rows)s dilewati.",
    "text_rows": "Baris %(rows)s hanya berisi keterangan dan dilewati.",
    "chat_rows": "Baris %(rows)s tampak sebagai percakapan dan dilewati.",
    "numbering_restarts": "Nomor urut mulai lagi pada baris %(rows)s.",
    "merged_carried": "Isi sel gabungan dibawa turun ke %(cells)s sel (baris %(rows)s).",
    "hidden_rows": "%(count)s baris tersembunyi ikut dibaca (baris %(rows)s).",
    "hidden_columns": "Kolom tersembunyi ikut dibaca: %(columns)s.",
    "hidden_sheet": "Lembar ini tersembunyi dan ikut dibaca.",
    "other_table": "Tabel lain di samping (kolom %(columns)s, %(count)s baris) tidak dibaca; pindahkan ke lembar sendiri.",
    "far_cells": "%(cells)s sel yang sangat jauh dari tabel tidak dibaca (mulai %(cell)s).",
    "formula_without_value": "%(cells)s rumus tidak menyimpan hasilnya (baris %(rows)s); buka dan simpan berkas di Excel.",
    "loose_quotes": "Tanda kutip di berkas ini tidak berpasangan; kutip dibaca sebagai huruf biasa.",
    "ragged_rows": "%(count)s baris mempunyai lebih banyak isian daripada kepala tabel (baris %(rows)s).",
    "encoding": "Huruf dibaca dengan pengodean %(encoding)s.",
    "replaced_characters": "%(cells)s huruf tidak dapat dibaca dan diganti tanda tanya.",
}

SKIPS: dict[str, str] = {
    "empty": 'Lembar "%(sheet)s" kosong.',
    "not_a_worksheet": 'Lembar "%(sheet)s" berisi bagan atau makro, bukan sel.',
    "no_table": 'Lembar "%(sheet)s" tidak memuat tabel (%(rows)s baris berisi).',
    "not_people": 'Lembar "%(sheet)s" memuat tabel tanpa kolom nama atau NIK (%(rows)s baris berisi), misalnya rekap atau daftar pilihan.',
    "no_rows": 'Lembar "%(sheet)s" hanya berisi kepala tabel, tanpa baris data.',
}


def note_in_words(code: str, facts: Mapping[str, Any]) -> str:
    """What was noticed, in the reader's language."""
    return language.translate(NOTES[code]) % facts


def skip_in_words(code: str, *, sheet: str, rows: int) -> str:
    """Why nothing was taken from a sheet, in the reader's language."""
    return language.translate(SKIPS[code]) % {"sheet": sheet, "rows": rows}
