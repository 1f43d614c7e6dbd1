"""Work in the background: partitions ahead of time, and bills of a month."""

from __future__ import annotations

from sertakan.agencies.models import Agency
from sertakan.contributions import services
from sertakan.core.month import Month
from sertakan.core.queue import task
from sertakan.core.scope import SYSTEM, acting


@task("contributions.ensure_partitions", lock="contributions.partitions", cron="10 1 * * *")
def ensure_partitions(timestamp: int = 0) -> int:
    """Every night: the months of the next year and a half have a place for their lines."""
    with acting(SYSTEM, reason="partisi tagihan", job="contributions.ensure_partitions"):
        return services.ensure_partitions()


@task("contributions.make_bills", lock="contributions.make_bills")
def make_bills(month: int, agency: int | None = None) -> int:
    """Bills of the month with ordinal `month`, of one agency or all; returns the number of lines."""
    with acting(SYSTEM, reason="tagihan bulanan", job="contributions.make_bills"):
        chosen = Agency.objects.get(pk=agency) if agency is not None else None
        return services.make_bills(Month.from_ordinal(month), chosen).lines


@task("contributions.pull_confirmations", lock="contributions.confirming", cron="*/10 * * * *")
def pull_confirmations(timestamp: int = 0) -> int:
    """Every ten minutes: what BPJS's answers confirmed becomes paid months; returns how many."""
    with acting(SYSTEM, reason="konfirmasi BPJS", job="contributions.pull_confirmations"):
        return services.pull_confirmations().months


@task("contributions.expire_codes", lock="contributions.codes", cron="20 0 * * *")
def expire_codes(timestamp: int = 0) -> int:
    """Every night: codes that nobody paid in time; and new codes that answers brought."""
    with acting(SYSTEM, reason="kode iuran", job="contributions.expire_codes"):
        services.import_codes()
        return services.expire_codes()
