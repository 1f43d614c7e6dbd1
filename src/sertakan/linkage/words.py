"""What comparisons and their levels mean, in words; and reasons, risks. Msgids are Indonesian."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

COMPARISONS: dict[str, str | Promise] = {
    "nik": gettext_lazy("NIK"),
    "name": gettext_lazy("Nama"),
    "mother": gettext_lazy("Nama ibu kandung"),
    "birth": gettext_lazy("Tanggal lahir"),
    "sex": gettext_lazy("Jenis kelamin"),
    "area": gettext_lazy("Wilayah"),
    "phone": gettext_lazy("No. HP"),
    "email": gettext_lazy("Surel"),
    "kpj": gettext_lazy("No. peserta (KPJ)"),
    "address": gettext_lazy("Alamat"),
    "postcode": gettext_lazy("Kode pos"),
    "family": gettext_lazy("Mungkin keluarga"),
    "rivals": gettext_lazy("Calon lain"),
}
LEVELS: dict[str, str | Promise] = {
    "same": gettext_lazy("sama"),
    "sounds the same": gettext_lazy("bunyinya sama"),
    "abbreviated": gettext_lazy("sama, salah satunya disingkat"),
    "one within the other": gettext_lazy("yang satu termuat dalam yang lain"),
    "one slip": gettext_lazy("berbeda satu salah ketik"),
    "two slips": gettext_lazy("berbeda dua salah ketik"),
    "slips": gettext_lazy("berbeda beberapa salah ketik"),
    "alike": gettext_lazy("mirip"),
    "shares a word": gettext_lazy("ada kata yang sama"),
    "other": gettext_lazy("berbeda"),
    "other, broken": gettext_lazy("berbeda, dan salah satunya rusak"),
    "next serial": gettext_lazy("nomor urut berikutnya, seperti anak kembar"),
    "other serial": gettext_lazy("hanya nomor urutnya berbeda"),
    "digits lost": gettext_lazy("sama, angka terakhirnya hilang"),
    "stands in the number": gettext_lazy("sama, dan sudah terhitung pada NIK"),
    "day and month swapped": gettext_lazy("hari dan bulan tertukar"),
    "year only": gettext_lazy("tahunnya sama"),
    "two parts the same": gettext_lazy("dua dari tiga bagiannya sama"),
    "near year": gettext_lazy("tahunnya berdekatan"),
    "same village": gettext_lazy("desa atau kelurahan yang sama"),
    "same district": gettext_lazy("kecamatan yang sama"),
    "same regency": gettext_lazy("kabupaten atau kota yang sama"),
    "missing": gettext_lazy("tidak ada di salah satu catatan"),
}
REASONS: dict[str, str | Promise] = {
    "other_kpj": gettext_lazy("Nomor pesertanya berbeda."),
    "next_serial": gettext_lazy("NIK-nya berurutan, seperti anak kembar."),
    "two_numbers": gettext_lazy("Kedua NIK benar bentuknya dan bukan salah ketik satu dari yang lain."),
    "relatives_number": gettext_lazy("NIK-nya sama, tetapi namanya berbeda."),
    "other_sex": gettext_lazy("Jenis kelaminnya berbeda."),
    "twins": gettext_lazy("Serumah dan lahir pada hari yang sama, tetapi namanya berbeda."),
    "chain": gettext_lazy("Catatan lain yang sama dengan keduanya saling bertentangan."),
    "rival": gettext_lazy("Ada catatan lain yang lebih cocok."),
    "contradicts_decision": gettext_lazy("Keputusan terdahulu menyatakan kelompok keduanya orang yang berbeda."),
    "number_of_another_person": gettext_lazy("Nomor peserta di daftar itu sudah tercatat atas nama orang lain."),
    "other_number_known": gettext_lazy("Orang ini sudah mempunyai nomor peserta lain."),
}
RISKS: dict[str, str | Promise] = {
    "both_members": gettext_lazy("Keduanya mempunyai nomor peserta."),
    "two_payers": gettext_lazy("Keduanya sedang ditanggung pihak yang berbeda."),
    "numbers_differ": gettext_lazy("Kedua NIK berbeda lebih dari salah ketik."),
}


def comparison(name: str) -> str:
    """The name of a comparison."""
    return str(COMPARISONS.get(name, name))


def level(label: str) -> str:
    """What a level says."""
    return str(LEVELS.get(label, label))


def reason(code: str) -> str:
    """Why a pair was left to people."""
    return str(REASONS.get(code, code))


def risk(code: str) -> str:
    """Why two people must agree."""
    return str(RISKS.get(code, code))
