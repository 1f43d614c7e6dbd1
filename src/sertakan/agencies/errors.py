"""Refusals about agencies."""

from __future__ import annotations

from sertakan.core.errors import Conflict, DomainError, NotFound


class AgencyUnknown(NotFound):
    code = "agency_unknown"
    message = "Perangkat daerah “%(text)s” tidak dikenal. Yang mirip: %(near)s. Tulis kode atau singkatannya persis."


class AgencyAmbiguous(DomainError):
    code = "agency_ambiguous"
    message = "“%(text)s” dapat berarti beberapa perangkat daerah: %(candidates)s. Tulis kodenya."


class AgencyEnded(DomainError):
    code = "agency_ended"
    message = "%(name)s tidak berlaku lagi sejak %(ended_on)s. Penggantinya: %(successors)s."


class AgencyIncomplete(DomainError):
    code = "agency_incomplete"
    message = "%(what)s perangkat daerah belum diisi, atau lebih dari %(longest)s huruf. Belum ada yang disimpan."


class AgencyExists(Conflict):
    code = "agency_exists"
    message = "Kode atau singkatan itu sudah dipakai %(name)s (%(code)s, %(short)s). Pilih yang lain, atau pakai perangkat daerah itu."


class MergerImpossible(DomainError):
    code = "merger_impossible"
    message = "Penggabungan ini tidak dapat dijalankan: %(why)s. Tidak ada yang berubah."
