"""Explanations and warnings of a plan as sentences, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.core import language
from sertakan.core.money import format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, funding_in_words, month_in_words, sector_in_words

SENTENCES: Final[dict[str, str | Promise]] = {
    "reach": _(
        "Dengan %(cost_rp)s, rencana ini melindungi %(begin)s pekerja mulai %(first_month)s dan %(people)s pekerja pada %(last_month)s: "
        "seluruhnya %(worker_months)s bulan perlindungan."
    ),
    "cheapest": _(
        "Paling murah %(cost_rp)s untuk mencapai yang diminta: %(people)s pekerja pada %(last_month)s, naik dengan langkah sama sejak "
        "%(first_month)s, seluruhnya %(worker_months)s bulan perlindungan."
    ),
    "target_reached_already": _("Target %(target_share)s sudah tercapai tanpa rencana ini, bila yang terlindungi sekarang tetap."),
    "budget_binds": _(
        "Yang membatasi ialah anggaran. Setiap %(more_rp)s lagi menambah sekitar %(worker_months)s bulan perlindungan, atau %(people)s "
        "pekerja yang terlindungi sampai %(last_month)s."
    ),
    "left_too_small": _("Sisa %(left_rp)s tidak cukup untuk satu bulan perlindungan lagi."),
    "left_unusable": _(
        "Sisa %(left_rp)s tidak dapat dipakai: siapa yang mulai dilindungi harus dapat diteruskan, dan jumlah pekerja selalu bulat."
    ),
    "budget_left": _("Anggaran tidak membatasi: %(left_rp)s tersisa, karena batas lain tercapai lebih dahulu."),
    "one_more_costs": _("Satu pekerja lebih banyak pada target menambah sekitar %(cost_rp)s."),
    "staff_binds": _(
        "Uang pribadi pegawai terpakai penuh: %(uptake_share)s dari %(staff)s pegawai, yaitu %(people)s pekerja. Satu pegawai lagi yang "
        "ikut menambah %(worker_months)s bulan perlindungan, karena iurannya lebih murah."
    ),
    "staff_binds_cost": _(
        "Uang pribadi pegawai terpakai penuh: %(uptake_share)s dari %(staff)s pegawai, yaitu %(people)s pekerja. Satu pegawai lagi yang "
        "ikut menghemat %(saved_rp)s."
    ),
    "floor_binds": _(
        "Batas bawah %(floor_share)s menentukan: %(areas)s wilayah masih di bawahnya dan memerlukan %(people)s pekerja dari rencana ini."
    ),
    "room_binds": _("Semua pekerja sektor %(sector)s yang belum terlindungi sudah masuk rencana: %(people)s orang."),
    "new_binds": _("Yang membatasi ialah kemampuan mendaftarkan: paling banyak %(people)s pekerja baru sebulan."),
    "money_binds": _("Dana %(funding)s terpakai sampai batasnya, %(limit_rp)s."),
    "rate_changes": _(
        "Iuran satu pekerja sektor %(sector)s dari %(funding)s: %(before_rp)s sampai %(until_month)s, sesudahnya %(after_rp)s sebulan."
    ),
    "replacing": _(
        "Menurut pengalaman, %(lapsing)s pekerja akan gugur selama rencana dan diganti; seluruhnya %(begun)s pekerja perlu ditemukan."
    ),
    "not_replacing": _(
        "Menurut pengalaman, %(lapsing)s pekerja akan gugur selama rencana dan tidak harus diganti; %(begun)s pekerja perlu ditemukan."
    ),
    "rates_unconfirmed": _(
        "Tarif sesudah %(confirmed_month)s dihitung menurut aturan yang diketahui pada %(as_of)s dan belum dipastikan."
    ),
    "uptake_high": _(
        "Keikutsertaan %(uptake_share)s pegawai melebihi yang pernah dicapai daerah lain dalam satu sampai tiga tahun "
        "(%(low_share)s sampai %(high_share)s)."
    ),
    "staff_unknown": _("Jumlah pegawai belum dimuat, maka rencana ini tidak memakai uang pribadi pegawai."),
    "sectors_unknown": _(
        "Jumlah pekerja menurut sektor belum dimuat, maka semua dihitung dengan iuran sektor selain transportasi."
    ),
    "workers_estimated": _("Jumlah pekerja menurut kabupaten dan sektor adalah perkiraan, bukan angka yang diterbitkan."),
    "one_area": _(
        "Jumlah pekerja menurut kabupaten belum dimuat, maka rencana ini untuk provinsi seluruhnya. Operator memuatnya dengan perintah "
        "“sertakan coverage load”."
    ),
    "survival_default": _(
        "Belum cukup riwayat untuk mengukur berapa yang bertahan. Dipakai anggapan: %(stays_share)s tetap terlindungi dari bulan ke bulan."
    ),
    "target_base": _(
        "Target dihitung dari %(eligible)s pekerja yang memenuhi syarat; %(outside)s di antaranya dianggap tetap terlindungi oleh pihak "
        "lain. Sumber: %(source)s (%(on)s)."
    ),
    "at_the_end_only": _(
        "Karena yang gugur tidak harus diganti, target dan batas bawah hanya dijaga pada %(last_month)s; pada bulan-bulan sebelumnya yang "
        "terlindungi dapat jauh lebih sedikit."
    ),
    "no_floor": _("Tanpa batas bawah, pekerja baru tetap dibagi mulai dari wilayah yang bagiannya paling rendah."),
}  # fmt: skip


def sentence(one: Mapping[str, Any]) -> str:
    """One explanation or warning in words."""
    return str(SENTENCES[one["code"]]) % {name: shown(name, value) for name, value in one["facts"].items()}


def shown(name: str, value: Any) -> str:
    """A fact as its name says it is: rupiah, month, share, day, source of money, sector, number or words."""
    if name.endswith("_rp"):
        return format_rupiah(int(value))
    if name.endswith("_month"):
        return month_in_words(Month.parse(value))
    if name.endswith("_share"):
        return percent(value)
    if name in ("on", "as_of"):
        return day_in_words(date.fromisoformat(value)) if value else ""
    if name == "funding":
        return funding_in_words(value)
    if name == "sector":
        return sector_in_words(value)
    if isinstance(value, float):
        return _decimal(f"{value:.1f}")
    return format_number(value) if isinstance(value, int) else str(value)


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent, with up to two decimals."""
    text = _decimal(f"{100 * share:.2f}".rstrip("0").rstrip("."))
    return f"{text}%" if language.reader() == "en" else f"{text} %"


def _decimal(text: str) -> str:
    return text if language.reader() == "en" else text.replace(".", ",")
