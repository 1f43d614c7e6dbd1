"""The heading of each canonical column, in the order in which columns are shown. Workbooks have the Indonesian ones."""

from __future__ import annotations

from sertakan.core import language

COLUMN_LABELS = {
    "nik": "NIK",
    "name": "Nama Pekerja",
    "sex": "Jenis Kelamin",
    "birth_place": "Tempat Lahir",
    "birth_date": "Tanggal Lahir",
    "mother_name": "Nama Ibu Kandung",
    "phone": "No. HP",
    "email": "Email",
    "address": "Alamat",
    "area_code": "Desa/Kelurahan",
    "occupation": "Pekerjaan",
    "occupation_2": "Pekerjaan Kedua",
    "sector": "Sektor",
    "work_place": "Tempat Bekerja",
    "work_area_code": "Wilayah Tempat Bekerja",
    "work_hours": "Jam Kerja",
    "income": "Penghasilan per Bulan",
    "dasar": "Dasar Upah",
    "programmes": "Program",
    "funding": "Sumber Dana",
    "start_month": "Bulan Mulai",
    "months": "Jumlah Bulan",
    "donor_name": "Nama Donatur",
    "donor_nip": "NIP Donatur",
    "kpj": "No. KPJ",
    "consent_date": "Tanggal Persetujuan",
    "remark": "Keterangan",
}


def label_of(column: str) -> str:
    """What a column is called in the reader's language; a column without a heading is called by its name."""
    label = COLUMN_LABELS.get(column)
    return column if label is None else language.translate(label)
