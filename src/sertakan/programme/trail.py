"""The audit trail in plain words: what was done, by whom, when, to what, and why. Within the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.agencies.models import Agency
from sertakan.core.clock import WIB
from sertakan.core.models import AuditEvent
from sertakan.core.scope import SYSTEM

ACTIONS: dict[str, str | Promise] = {
    "access.email_set": _("Mencatat alamat surat elektronik"),
    "access.role_assigned": _("Memberi peran"),
    "access.token_issued": _("Membuat kunci API"),
    "access.user_added": _("Menambah pengguna"),
    "agencies.added": _("Mencatat perangkat daerah baru"),
    "agencies.loaded": _("Memuat daftar perangkat daerah"),
    "agencies.staff_counts_loaded": _("Memuat jumlah pegawai"),
    "agencies.successions_loaded": _("Memuat perubahan perangkat daerah"),
    "agencies.merged": _("Menggabungkan perangkat daerah"),
    "followup.address_ended": _("Mengakhiri alamat edaran"),
    "followup.addressed": _("Mengalamatkan edaran"),
    "followup.circular_amended": _("Membuat versi baru surat edaran"),
    "followup.circular_recorded": _("Mencatat surat edaran"),
    "followup.circular_renewed": _("Mencatat penerus surat edaran"),
    "followup.clause_added": _("Menambah butir edaran"),
    "followup.deadline_set": _("Menetapkan batas waktu"),
    "followup.declaration_refused": _("Belum menerima pernyataan"),
    "followup.declaration_verified": _("Memeriksa pernyataan"),
    "followup.declaration_withdrawn": _("Menarik pernyataan"),
    "followup.declared": _("Menyatakan kewajiban dipenuhi"),
    "followup.duty_added": _("Menambah kewajiban"),
    "followup.duty_ended": _("Mengakhiri kewajiban"),
    "followup.merger_followed": _("Memindahkan kewajiban sesudah penggabungan"),
    "followup.pause_ended": _("Mengakhiri jeda pengingat"),
    "followup.paused": _("Menjeda pengingat"),
    "followup.plan_set": _("Mengatur rencana pengingat"),
    "followup.reminder_sent": _("Mengirim pengingat"),
    "followup.reminders_planned": _("Merencanakan pengingat"),
    "followup.values_recorded": _("Mencatat nilai kewajiban"),
    "programme.agencies_merged": _("Memindahkan data sesudah penggabungan"),
    "areas.aliases_loaded": _("Memuat nama lain wilayah"),
    "areas.boundaries_loaded": _("Memuat batas wilayah"),
    "areas.identity_prefixes_loaded": _("Memuat awalan NIK"),
    "areas.loaded": _("Memuat daftar wilayah"),
    "claims.case_closed": _("Menutup kasus klaim"),
    "claims.case_decided": _("Mencatat keputusan BPJS atas kasus"),
    "claims.case_opened": _("Membuka kasus klaim"),
    "claims.case_paid": _("Mencatat pembayaran kasus"),
    "claims.case_refused": _("Mencatat penolakan BPJS atas kasus"),
    "claims.case_reopened": _("Membuka kembali kasus klaim"),
    "claims.estimate_refreshed": _("Menghitung lagi perkiraan kasus"),
    "claims.papers_ticked": _("Menandai berkas kasus yang siap"),
    "claims.step_done": _("Mencatat langkah kasus"),
    "claims.step_undone": _("Menghapus catatan langkah kasus"),
    "banking.account_opened": _("Mencatat rekening"),
    "banking.account_closed": _("Menutup rekening"),
    "banking.layout_taught": _("Mengajarkan susunan kolom bank"),
    "banking.statement_taken": _("Memasukkan rekening koran"),
    "banking.lines_matched": _("Mencocokkan baris rekening koran"),
    "banking.line_matched_by_hand": _("Mencocokkan satu baris dengan tangan"),
    "banking.line_unmatched": _("Melepas pencocokan baris"),
    "banking.line_ignored": _("Mengabaikan baris rekening koran"),
    "banking.line_reopened": _("Membuka lagi baris rekening koran"),
    "banking.members_compared": _("Membandingkan daftar peserta BPJS"),
    "banking.difference_closed": _("Menutup perbedaan"),
    "banking.difference_reopened": _("Membuka lagi perbedaan"),
    "classification.occupations_loaded": _("Memuat daftar pekerjaan"),
    "classification.sectors_loaded": _("Memuat daftar sektor"),
    "coverage.built": _("Menghitung cakupan sebuah bulan"),
    "coverage.denominators_loaded": _("Memuat penyebut cakupan"),
    "coverage.extracted": _("Menulis ekstrak cakupan tanpa nama"),
    "coverage.nation_counted": _("Menghitung ekstrak banyak provinsi"),
    "contributions.bill_corrected": _("Membuat tagihan koreksi"),
    "contributions.bill_issued": _("Menerbitkan tagihan"),
    "contributions.bill_made": _("Membuat tagihan"),
    "contributions.bill_replaced": _("Mengganti konsep tagihan"),
    "contributions.billing_resumed": _("Menagih lagi pekerja yang kembali"),
    "contributions.code_added": _("Mencatat kode iuran"),
    "contributions.code_cancelled": _("Membatalkan kode iuran"),
    "contributions.code_confirmed": _("Mengonfirmasi pembayaran kode iuran"),
    "contributions.code_explained": _("Menjelaskan perbedaan kode iuran"),
    "contributions.code_split": _("Memecah kode iuran"),
    "contributions.confirmations_pulled": _("Mengambil konfirmasi pembayaran BPJS"),
    "contributions.file_confirmed": _("Memuat berkas konfirmasi BPJS"),
    "contributions.money_identified": _("Mengenali pemilik uang"),
    "contributions.month_withdrawn": _("Menarik bulan yang keliru dikonfirmasi"),
    "contributions.not_collected": _("Menutup tagihan yang tidak tertagih"),
    "contributions.paid_back": _("Membayar kembali uang donatur"),
    "contributions.refund_asked": _("Meminta pengembalian kepada BPJS"),
    "contributions.refund_decided": _("Mencatat jawaban pengembalian"),
    "contributions.remitted": _("Mencatat penyetoran ke BPJS"),
    "contributions.slip_entered": _("Mencatat bukti bayar"),
    "contributions.slip_withdrawn": _("Menarik slip pekerja"),
    "contributions.slips_issued": _("Menerbitkan slip pekerja"),
    "contributions.surplus_used": _("Memakai kelebihan iuran pekerja"),
    "contributions.transfer_reversed": _("Membatalkan catatan uang"),
    "contributions.month_confirmed": _("Mengonfirmasi bulan tagihan"),
    "core.signing_key_rotated": _("Mengganti kunci tanda tangan slip"),
    "evidence.kept": _("Menyimpan bukti"),
    "letters.office_changed": _("Mengubah kepala surat"),
    "letters.template_changed": _("Mengubah templat surat"),
    "letters.written": _("Menulis surat bernomor"),
    "meetings.action_added": _("Mencatat tindakan"),
    "meetings.action_changed": _("Mengubah tindakan"),
    "meetings.action_closed": _("Menutup tindakan"),
    "meetings.action_reopened": _("Membuka kembali tindakan"),
    "meetings.agenda_changed": _("Mengubah acara rapat"),
    "meetings.agenda_prepared": _("Menyusun acara rapat"),
    "meetings.attended": _("Mencatat kehadiran rapat"),
    "meetings.changed": _("Mengubah waktu atau tempat rapat"),
    "meetings.closed": _("Menutup rapat"),
    "meetings.decided": _("Mencatat keputusan rapat"),
    "meetings.dropped": _("Membatalkan rapat"),
    "meetings.invited": _("Mengundang rapat"),
    "meetings.merger_followed": _("Memindahkan tindakan ke OPD penerus"),
    "meetings.minutes_saved": _("Menyimpan notula rapat"),
    "meetings.opened": _("Membuka rapat"),
    "meetings.planned": _("Merencanakan rapat"),
    "meetings.series_added": _("Membuat rangkaian rapat"),
    "programme.recap_sent": _("Mengirim rekap perangkat daerah"),
    "programme.report_written": _("Menulis laporan"),
    "intake.accepted": _("Mencatat baris yang diterima"),
    "intake.answered": _("Menjawab pertanyaan tentang berkas"),
    "intake.corrected": _("Memperbaiki baris"),
    "intake.held_rows_exported": _("Mengunduh baris yang ditahan"),
    "intake.received": _("Menerima berkas"),
    "intake.refused": _("Menolak berkas"),
    "intake.reopened": _("Membuka berkas lagi"),
    "intake.row_opened": _("Membuka isi asli baris"),
    "intake.shown_unmasked": _("Membuka NIK utuh dari berkas"),
    "intake.taken_back": _("Menarik kembali berkas"),
    "linkage.decided_different": _("Memutuskan: orang yang berbeda"),
    "linkage.decided_open": _("Membuka lagi sebuah pasangan"),
    "linkage.decided_same": _("Memutuskan: orang yang sama"),
    "linkage.run_asked": _("Meminta pencocokan orang"),
    "linkage.run_done": _("Mencocokkan orang"),
    "linkage.run_taken_back": _("Membatalkan satu pencocokan"),
    "linkage.vouched": _("Menyatakan baris sebagai orang lain"),
    "notices.cancelled": _("Menarik pemberitahuan"),
    "notices.mail_sent": _("Mengirim surat elektronik"),
    "notices.opened": _("Membuka pesan WhatsApp"),
    "notices.posted": _("Menyiapkan pemberitahuan"),
    "notices.retired": _("Menarik pemberitahuan yang selesai"),
    "notices.tried_again": _("Mencoba lagi surat yang gagal"),
    "planning.forecast_made": _("Menghitung perkiraan"),
    "planning.plan_saved": _("Menyimpan rencana"),
    "planning.target_set": _("Mencatat target"),
    "planning.target_withdrawn": _("Mencabut target"),
    "planning.targets_loaded": _("Memuat target yang diterbitkan"),
    "people.consent_recorded": _("Mencatat persetujuan pekerja"),
    "people.consent_withdrawn": _("Mencatat penarikan persetujuan"),
    "people.corrected": _("Memperbaiki data orang"),
    "people.merge_undone": _("Membatalkan penyatuan"),
    "people.merged": _("Menyatukan catatan orang yang sama"),
    "people.number_attached": _("Mencatat nomor peserta"),
    "people.number_shown": _("Membuka nomor identitas utuh"),
    "protection.refreshed": _("Menghitung keadaan perlindungan"),
    "protection.watched": _("Menghitung peringatan"),
    "reference.loaded": _("Memuat semua data acuan"),
    "sponsorship.answer_taken": _("Memasukkan jawaban BPJS"),
    "sponsorship.batch_discarded": _("Membuang draf kiriman"),
    "sponsorship.batch_exported": _("Mengunduh kiriman dengan NIK utuh"),
    "sponsorship.batch_lines_removed": _("Mengeluarkan baris dari kiriman"),
    "sponsorship.batch_prepared": _("Menyusun kiriman"),
    "sponsorship.batch_sent": _("Mengunci dan mengirim kiriman"),
    "sponsorship.continued": _("Melanjutkan pekerja"),
    "sponsorship.donor_changed": _("Mengganti donatur"),
    "sponsorship.donor_described": _("Mencatat jabatan donatur"),
    "sponsorship.donor_linked": _("Menautkan akun donatur"),
    "sponsorship.donor_unlinked": _("Melepas akun donatur"),
    "sponsorship.donor_leaves": _("Mencatat donatur yang akan pergi"),
    "sponsorship.donor_stays": _("Membatalkan kepergian donatur"),
    "sponsorship.ended": _("Menghentikan penanggungan"),
    "sponsorship.existing_members": _("Mencatat peserta lama"),
    "sponsorship.mandate_ended": _("Mengakhiri kuasa potong"),
    "sponsorship.mandate_recorded": _("Mencatat kuasa potong"),
    "sponsorship.offices_loaded": _("Memuat daftar kantor BPJS"),
    "sponsorship.succession_decided": _("Memutuskan pembayar berikutnya"),
    "sponsorship.succession_undone": _("Membatalkan keputusan pembayar berikutnya"),
    "sponsorship.worker_replaced": _("Mengganti pekerja"),
    "synthetic.meetings_told": _("Mengisahkan rapat rekaan"),
    "synthetic.days_passed": _("Menjalankan waktu di provinsi rekaan"),
    "synthetic.duties_told": _("Menambahkan tindak lanjut rekaan"),
    "synthetic.months_lived": _("Menambahkan bulan-bulan rekaan"),
    "synthetic.story_told": _("Menambahkan jawaban BPJS rekaan"),
}
# Acts by which somebody saw whole identity numbers.
OPENING = frozenset(
    {
        "intake.held_rows_exported",
        "intake.row_opened",
        "intake.shown_unmasked",
        "people.number_shown",
        "sponsorship.batch_exported",
    }
)
_TARGETS: dict[str, tuple[str | Promise, str]] = {
    "intake.file": (_("berkas"), "file"),
    "people.person": (_("orang"), "person"),
    "sponsorship.batch": (_("kiriman"), "batch"),
    "contributions.bill": (_("tagihan"), "bill"),
    "contributions.paymentcode": (_("kode iuran"), "payment_code"),
    "contributions.slip": (_("bukti bayar"), ""),
    "contributions.transfer": (_("catatan uang"), ""),
    "contributions.workerslip": (_("slip pekerja"), ""),
    "claims.case": (_("kasus klaim"), ""),
    "sponsorship.sponsorship": (_("penanggungan"), ""),
    "access.user": (_("pengguna"), ""),
    "linkage.run": (_("pencocokan"), ""),
    "linkage.pair": (_("pasangan"), "pair"),
    "synthetic.days": (_("cerita rekaan"), ""),
    "synthetic.story": (_("cerita rekaan"), ""),
    "synthetic.months": (_("cerita rekaan"), ""),
}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One act. `page` is the url name of what it was done to, empty when there is none to open."""

    at: datetime
    who: str
    what: str
    opening: bool
    agency: str
    target: str
    target_id: int | None
    page: str
    facts: tuple[tuple[str, str], ...]
    reason: str
    job: str


def events(
    *, actions: Collection[str] = (), agency_id: int | None = None, since: date | None = None, until: date | None = None
) -> QuerySet[AuditEvent]:
    """Events in scope, newest first; `since` and `until` are days in western Indonesia, both included."""
    found = AuditEvent.objects.order_by("-at", "-pk")
    if actions:
        found = found.filter(action__in=list(actions))
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    if since is not None:
        found = found.filter(at__gte=datetime.combine(since, time.min, WIB))
    if until is not None:
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, WIB))
    return found


def rows(found: Sequence[AuditEvent]) -> list[TrailRow]:
    """Events in words. One statement for the names of their agencies."""
    names = dict(
        Agency.objects.filter(pk__in={event.agency_id for event in found if event.agency_id}).values_list(
            "pk", "short_name"
        )
    )
    return [_row(event, names) for event in found]


def _row(event: AuditEvent, names: dict[int, str]) -> TrailRow:
    target, page = _TARGETS.get(event.target_kind, (event.target_kind, ""))
    return TrailRow(
        at=event.at,
        who=str(_("sistem")) if event.actor_label == SYSTEM.label else event.actor_label,
        what=str(ACTIONS.get(event.action, event.action)),
        opening=event.action in OPENING,
        agency=names.get(event.agency_id or 0, ""),
        target=str(target),
        target_id=event.target_id,
        page=page,
        facts=tuple((name, _said(value)) for name, value in event.facts.items() if value not in (None, "", [], {})),
        reason=event.reason,
        job=event.job,
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("ya") if value else _("tidak"))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    text = str(value)
    return text if len(text) <= 60 else text[:12] + "…"
