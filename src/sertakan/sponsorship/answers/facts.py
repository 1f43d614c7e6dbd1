"""What one row of an answer says, and what was found wrong with it. No Django here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sertakan.core import language

ALREADY_MEMBER = "already_active_member"
"""The refusal that is none: the person has a number, which goes on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a row. `severity`: ``hold`` (the row was not applied) or ``warning``. No personal number in `facts`."""

    code: str
    column: str = ""
    severity: str = "hold"
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What was found, in the reader's language."""
        return language.translate(SENTENCES[self.code][0]) % self._shown

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return language.translate(SENTENCES[self.code][1]) % self._shown

    @property
    def _shown(self) -> dict[str, str | int]:
        """The facts as they are read; a state among them is a word with a translation."""
        return {
            name: language.translate(value) if isinstance(value, str) else value for name, value in self.facts.items()
        }


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that BPJS says it received. `amount` in rupiah; `months` None when the file does not say."""

    paid_on: date
    amount: int
    reference: str
    months: int | None

    @property
    def key(self) -> tuple[date, int, str]:
        """By what the same payment is recognised."""
        return (self.paid_on, self.amount, self.reference)


@dataclass(frozen=True, slots=True)
class Answer:
    """One row as it was read: up to three kinds of fact (decision with payment code, payment, number)."""

    sheet: int
    sheet_name: str
    number: int
    raw: Mapping[str, str]
    nik: str = ""
    decision: str = ""
    decided_on: date | None = None
    reason_code: str = ""
    payment_code: str = ""
    payment_amount: int | None = None
    payment_expires_on: date | None = None
    payment: Payment | None = None
    kpj: str = ""
    issued_on: date | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the row cannot be used as it stands."""
        return any(finding.severity == "hold" for finding in self.findings)

    @property
    def silent(self) -> bool:
        """Whether the row answers nothing (yet)."""
        return not (self.decision or self.payment or self.kpj or self.issued_on)


_FIX_ROW = "Perbaiki sel itu di berkas jawaban, lalu unggah lagi; baris lain tidak perlu diubah."

SENTENCES: dict[str, tuple[str, str]] = {
    "nik_missing": ("NIK kosong.", _FIX_ROW),
    "nik_numeric": (
        "NIK tersimpan sebagai angka, sehingga digit terakhirnya hilang.",
        "Jadikan kolom NIK berformat Teks, tempel ulang nomornya, lalu unggah lagi.",
    ),
    "nik_malformed": ("NIK tidak terdiri dari 16 digit.", _FIX_ROW),
    "nik_unknown": (
        "NIK ini tidak ada di batch mana pun yang Anda lihat.",
        "Periksa nomornya terhadap daftar yang dikirim; pekerja yang tidak pernah dikirim tidak dapat dijawab.",
    ),
    "other_batch": (
        "NIK ini bukan dari batch ini, melainkan dari batch nomor %(batch)s.",
        "Unggah baris ini sebagai jawaban batch nomor %(batch)s.",
    ),
    "decision_unknown": ("Kata pada kolom hasil tidak dikenal.", "Tulis “diterima” atau “ditolak”, lalu unggah lagi."),
    "decision_contradicts_itself": (
        "Baris ini menyebut diterima sekaligus memberi alasan penolakan.",
        "Hapus salah satunya, lalu unggah lagi.",
    ),
    "reason_missing": ("Ditolak tanpa alasan.", "Isi alasan penolakan, lalu unggah lagi."),
    "reason_unknown": (
        "Alasan penolakan tidak dikenal atau menyebut lebih dari satu sebab.",
        "Tulis salah satu: %(known)s, lalu unggah lagi. Bunyi aslinya tersimpan.",
    ),
    "date_unreadable": (
        "Tanggal tidak terbaca dengan pasti.",
        "Tulis tanggal sebagai 2026-12-31 atau 31-12-2026, lalu unggah lagi.",
    ),
    "date_in_future": ("Tanggal ini masih di masa depan.", "Periksa tahun dan bulannya, lalu unggah lagi."),
    "amount_unreadable": (
        "Jumlah uang tidak terbaca dengan pasti.",
        "Tulis rupiah penuh tanpa desimal, misalnya 67200, lalu unggah lagi.",
    ),
    "months_unreadable": ("Jumlah bulan tidak di antara 1 dan 12.", _FIX_ROW),
    "payment_date_missing": ("Pembayaran disebut tanpa tanggalnya.", "Isi tanggal bayar, lalu unggah lagi."),
    "payment_amount_missing": ("Pembayaran disebut tanpa jumlahnya.", "Isi jumlah yang dibayar, lalu unggah lagi."),
    "number_numeric": (
        "Nomor peserta tersimpan sebagai angka, sehingga nol di depan bisa hilang.",
        "Jadikan kolom KPJ berformat Teks, tempel ulang nomornya, lalu unggah lagi.",
    ),
    "number_malformed": (
        "Nomor peserta tidak terdiri dari tepat 11 digit.",
        "Periksa nomor itu, juga nol di depannya, lalu unggah lagi.",
    ),
    "number_missing": ("Tanggal terbit ada, nomornya tidak.", "Isi nomor peserta (KPJ) 11 digit, lalu unggah lagi."),
    "number_twice": (
        "Nomor peserta yang sama tertulis pada lebih dari satu NIK di berkas ini.",
        "Tanyakan kepada BPJS milik siapa nomor itu, lalu unggah berkas yang benar.",
    ),
    "issue_date_missing": (
        "Nomor peserta tanpa tanggal terbit. Kepesertaan mulai pada tanggal terbit, bukan pada tanggal bayar atau tanggal unggah.",
        "Minta tanggal terbitnya kepada BPJS, isi, lalu unggah lagi.",
    ),
    "number_of_another_person": (
        "Nomor peserta ini sudah tercatat atas nama orang lain.",
        "Tanyakan kepada BPJS milik siapa nomor itu.",
    ),
    "other_number_known": (
        "Pekerja ini sudah tercatat dengan nomor peserta lain.",
        "Satu orang hanya mempunyai satu nomor; tanyakan kepada BPJS mana yang berlaku.",
    ),
    "issue_date_contradicts": (
        "Tanggal terbit berbeda dari yang sudah tercatat.",
        "Tanyakan kepada BPJS tanggal mana yang benar.",
    ),
    "answer_contradicts": (
        "Jawaban ini bertentangan dengan yang sudah tercatat (%(known)s).",
        "Tanyakan kepada BPJS mana yang benar. Yang sudah tercatat tidak diubah.",
    ),
    "reason_contradicts": (
        "Alasan penolakan berbeda dari yang sudah tercatat.",
        "Tanyakan kepada BPJS mana yang benar.",
    ),
    "payment_code_contradicts": (
        "Kode iuran berbeda dari yang sudah tercatat, dan tidak jelas mana yang lebih baru.",
        "Minta tanggal kedaluwarsa kode itu, isi, lalu unggah lagi.",
    ),
    "payment_code_older": (
        "Kode iuran ini lebih lama daripada yang sudah tercatat.",
        "Tidak perlu apa-apa; kode yang lebih baru tetap berlaku.",
    ),
    "payment_contradicts": (
        "Pembayaran yang sama sudah tercatat dengan jumlah bulan lain.",
        "Tanyakan kepada BPJS berapa bulan yang dibayar.",
    ),
    "issued_before_batch": (
        "Tanggal terbit lebih awal daripada hari batch dikirim; pekerja ini mungkin sudah peserta sebelumnya.",
        "Periksa tanggal terbitnya bila pekerja ini memang baru didaftarkan.",
    ),
    "ended_meanwhile": (
        "Kesediaan ini sudah berhenti; jawabannya dicatat, keadaannya tetap berhenti.",
        "Kirim batch berhenti agar BPJS tidak menagih lagi.",
    ),
    "nothing_said": ("Baris ini belum berisi jawaban.", "Tidak perlu apa-apa; unggah lagi bila sudah terisi."),
}
"""Code to (sentence, remedy), in Indonesian, with named placeholders."""
