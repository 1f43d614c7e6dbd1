"""Refusals about agencies."""

from __future__ import annotations

from sertakan.core.errors import DomainError, NotFound


class AgencyUnknown(NotFound):
    code = "agency_unknown"
    message = "Perangkat daerah “%(text)s” tidak dikenal. Yang mirip: %(near)s. Tulis kode atau singkatannya persis."


class AgencyAmbiguous(DomainError):
    code = "agency_ambiguous"
    message = "“%(text)s” dapat berarti beberapa perangkat daerah: %(candidates)s. Tulis kodenya."


class AgencyEnded(DomainError):
    code = "agency_ended"
    message = "%(name)s tidak berlaku lagi sejak %(ended_on)s. Penggantinya: %(successors)s."


class MergerImpossible(DomainError):
    code = "merger_impossible"
    message = "Penggabungan ini tidak dapat dijalankan: %(why)s."
