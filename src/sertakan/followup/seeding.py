"""The circular that this programme began with, as far as its published facts go: entered once, then it is the coordinator's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sertakan.agencies import queries as agencies
from sertakan.followup import services
from sertakan.followup.models import Circular

SHIPPED: Final = Path(__file__).resolve().parent / "data"


def load_circular() -> Circular | None:
    """Enter the shipped circular, addressed to every agency in force, without deadlines and with reminders off.

    None when there is a circular already, or nobody to address: nothing is changed then.
    """
    if Circular.objects.exists():
        return None
    addressed = [agency.pk for agency in agencies.in_force()]
    if not addressed:
        return None
    facts = _read()
    return services.record_circular(
        services.NewCircular(
            number=facts["number"], subject=facts["subject"], signer=facts["signer"], valid_from=facts["valid_from"],
            dated_on=facts["dated_on"], appeal=facts["appeal"], note=facts["note"],
        ),
        clauses=[services.NewClause(**clause) for clause in facts["clauses"]],
        duties=[services.NewDuty(**duty) for duty in facts["duties"]],
        agency_ids=addressed,
    )  # fmt: skip


def _read() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load((SHIPPED / "circular.yaml").read_text("utf-8"))
    return found
