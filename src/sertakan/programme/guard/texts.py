"""The words of the guard: what, by when, how long it takes, what is lost in people and rupiah. Pure; Indonesian, as letters are.

No personal number ever stands here: a text knows names and counts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sertakan.core.money import Rupiah, format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.rules.reasons import day_in_words, month_in_words

MOST_NAMES = 10
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """What one recipient is told about one matter. `names`: the first workers; `paid`: of a payment code, how many have paid.

    `agencies` are counted for the coordinator only. Sums are those of the worker with the most at stake.
    """

    kind: str
    month: Month
    workers: int
    due_on: date | None
    lapses_on: date | None
    if_paid: Rupiah | None
    if_unpaid: Rupiah | None
    agency: str = ""
    names: tuple[str, ...] = ()
    donors: int = 0
    agencies: int = 0
    paid: int = 0
    remitted: int = 0
    donor_paid: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A message: its subject and its body, without the link."""

    subject: str
    body: str


def to_donor(group: Group) -> Text:
    """To who pays: about the own workers, by name."""
    workers, month, until = _workers(group), month_in_words(group.month, "id"), _by(group.due_on)
    act = f"Bayarkan lewat petugas {group.agency} (5 menit)."
    if group.kind == "due_soon":
        subject = f"Iuran {month} untuk {workers} Anda jatuh tempo {until}"
        said = [f"{subject}.", _held_back(group), act]
    elif group.kind == "lapses_next":
        subject = f"Perlindungan {workers} Anda berhenti pada {_day(group.lapses_on)}"
        said = [
            f"{subject} bila iuran yang tertunggak tidak dibayar paling lambat {until}.", _gone(group), _restart(), act,
        ]  # fmt: skip
    elif group.kind in ("prepayment_ends", "budget_year_ends"):
        last = month_in_words(group.month.previous(), "id")
        subject = f"Iuran {workers} Anda dibayar sampai {last}"
        said = [
            f"{subject}. Untuk {month} belum ada yang membayar; jatuh temponya {until}.",
            _held_back(group),
            f"Kabari petugas {group.agency}: lanjutkan, ganti pembayar, atau berhenti (2 menit).",
        ]
    elif group.kind == "code_unpaid":
        subject = f"Iuran {month} untuk {workers} Anda belum diterima petugas"
        said = [f"{subject}. Kode bayar {group.agency} jatuh tempo {until}.", _held_back(group), act]
    elif group.kind == "waits_again":
        subject = f"{workers[0].upper()}{workers[1:]} Anda terlindungi lagi; jangan lewatkan satu bulan pun"
        said = [f"{subject}.", _waits(group)]
    else:
        subject = f"Iuran {_overdue(group)} untuk {workers} Anda belum masuk"
        said = [f"{subject}. {_still(group)}", _held_back(group), f"Bayar paling lambat {until}. {act}"]
    return Text(subject, _joined(said, _listed(group)))


def to_clerk(group: Group) -> Text:
    """To the PIC of an agency: about all its workers of one matter."""
    workers, month, until = _workers(group), month_in_words(group.month, "id"), _by(group.due_on)
    if group.kind == "due_soon":
        subject = f"Iuran {month} untuk {workers} jatuh tempo {until}"
        said = [f"{subject}.", _held_back(group), "Bayar, lalu unggah buktinya (2 menit)."]
    elif group.kind == "lapses_next":
        subject = f"{_capital(workers)} kehilangan perlindungan pada {_day(group.lapses_on)}"
        said = [
            f"{subject} bila iurannya tidak dibayar paling lambat {until}.", _gone(group), _restart(),
            "Hubungi donaturnya; pesannya sudah siap (5 menit).",
        ]  # fmt: skip
    elif group.kind == "prepayment_ends":
        subject = f"Masa iuran {workers} habis; {month} belum ada pembayarnya"
        said = [f"{subject}. Jatuh temponya {until}.", _held_back(group), "Lanjutkan di halaman peringatan (5 menit)."]
    elif group.kind == "budget_year_ends":
        subject = f"Anggaran iuran {workers} berakhir Desember {group.month.previous().year}"
        said = [
            f"{subject}. Iuran {month} jatuh tempo {until} dan belum ada pembayarnya.", _held_back(group),
            "Pastikan anggaran tahun baru atau pembayar pengganti (10 menit).",
        ]  # fmt: skip
    elif group.kind == "code_unpaid":
        subject = f"{_capital(workers)} dalam kode bayar belum menyetor; {format_number(group.paid, 'id')} sudah"
        said = [
            f"{subject}. Jatuh tempo {until}.",
            "Bayar dahulu yang sudah menyetor dengan kode baru, supaya perlindungan mereka tidak ikut tertahan (5 menit).",
        ]
    elif group.kind == "waits_again":
        subject = f"{_capital(workers)} aktif lagi sesudah berhenti dan menunggu santunan penuh"
        said = [f"{subject}.", _waits(group), "Jelaskan kepada pekerja dan donaturnya (2 menit)."]
    else:
        subject = f"Iuran {_overdue(group)} untuk {workers} belum masuk"
        said = [f"{subject}. {_still(group)}", _held_back(group), f"Bayar paling lambat {until} (5 menit)."]
    return Text(subject, _joined([*said, _on_the_way(group)], _listed(group)))


def to_coordinator(group: Group) -> Text:
    """To the coordinator: counts over agencies, no names."""
    found = to_clerk(group)
    where = f" di {format_number(group.agencies, 'id')} OPD" if group.agencies else ""
    return Text(f"{found.subject}{where}", found.body.replace(found.subject, f"{found.subject}{where}", 1))


def to_worker(name: str, group: Group) -> Text:
    """To a worker or the family, in the plainest words."""
    until = _by(group.due_on)
    ask = f"Tanyakan kepada petugas {group.agency} siapa yang membayar."
    if group.kind == "waits_again":
        subject = "Perlindungan BPJS Ketenagakerjaan Anda berjalan lagi"
        body = f"{name}, perlindungan BPJS Ketenagakerjaan Anda berjalan lagi. {_waits(group)}"
    elif group.kind == "lapses_next":
        subject = f"Perlindungan BPJS Ketenagakerjaan Anda berhenti pada {_day(group.lapses_on)}"
        body = (
            f"{name}, perlindungan BPJS Ketenagakerjaan Anda berhenti pada {_day(group.lapses_on)} bila iuran tidak dibayar paling "
            f"lambat {until}. {_gone(group)} {ask}"
        )
    else:
        subject = "Iuran BPJS Ketenagakerjaan Anda belum masuk"
        body = (
            f"{name}, iuran BPJS Ketenagakerjaan Anda belum masuk {format_number(_overdue_months(group), 'id')} bulan. {_still(group)} "
            f"{_held_back(group)} {ask}"
        )
    return Text(subject, " ".join(body.split()))


def _joined(said: list[str], listed: str) -> str:
    body = " ".join(part for part in said if part)
    return f"{body}\n{listed}" if listed else body


def _workers(group: Group) -> str:
    return f"{format_number(group.workers, 'id')} pekerja"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(group: Group) -> str:
    if not group.names:
        return ""
    more = group.workers - len(group.names)
    return "Pekerja: " + ", ".join(group.names) + (f", dan {format_number(more, 'id')} lainnya." if more else ".")


def _on_the_way(group: Group) -> str:
    """Whose money is already on its way, so that nobody is asked twice."""
    parts = []
    if group.donor_paid:
        parts.append(f"donatur {format_number(group.donor_paid, 'id')} pekerja sudah menyetor kepada bendahara")
    if group.remitted:
        parts.append(f"iuran {format_number(group.remitted, 'id')} pekerja menunggu konfirmasi BPJS")
    return f"{_capital(' dan '.join(parts))}." if parts else ""


def _overdue_months(group: Group) -> int:
    return int(group.kind[-1])


def _overdue(group: Group) -> str:
    """The months that stand open: ``November 2026``, ``2 bulan (Oktober sampai November 2026)``."""
    count = _overdue_months(group)
    last = month_in_words(group.month, "id")
    if count == 1:
        return last
    first = group.month.previous(count - 1)
    shown = month_in_words(first, "id") if first.year != group.month.year else month_in_words(first, "id").split()[0]
    return f"{count} bulan ({shown} sampai {last})"


def _still(group: Group) -> str:
    if group.lapses_on is None:
        return ""
    return f"Perlindungan masih berjalan setidaknya sampai {_day(group.lapses_on - timedelta(days=1))}."


def _held_back(group: Group) -> str:
    """What the family gets while a month stands open."""
    if not _at_stake(group):
        return ""
    return f"Selama belum dibayar, keluarga pekerja yang meninggal menerima {_amount(group.if_unpaid)}, bukan {_amount(group.if_paid)}."


def _gone(group: Group) -> str:
    if not _at_stake(group):
        return ""
    return f"Sesudah itu keluarga pekerja yang meninggal tidak menerima apa-apa, bukan {_amount(group.if_paid)}."


def _restart() -> str:
    return "Bila mulai lagi kemudian, masa tunggu santunan penuh dihitung dari nol."


def _waits(group: Group) -> str:
    return (
        f"Sampai {_day(group.due_on)} keluarga pekerja yang meninggal karena sakit menerima {_amount(group.if_unpaid)}, sesudahnya "
        f"{_amount(group.if_paid)}, asalkan tidak ada bulan yang terlewat."
    )


def _at_stake(group: Group) -> bool:
    return group.if_paid is not None and group.if_unpaid is not None and group.if_paid > group.if_unpaid


def _amount(amount: Rupiah | None) -> str:
    """``Rp42 juta`` where it is whole millions."""
    if amount is None:
        return "santunan"
    if amount and amount % _MILLION == 0:
        return f"Rp{format_number(amount // _MILLION, 'id')} juta"
    return format_rupiah(amount, "id")


def _day(day: date | None) -> str:
    return day_in_words(day, "id") if day else "tanggal yang belum diketahui"


def _by(day: date | None) -> str:
    """``Senin, 16 November 2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day_in_words(day, 'id')}" if day else "secepatnya"
