"""The sign-ins of a demonstration: one for each role, all with the same public password. A real installation has none."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from sertakan.access import services
from sertakan.access.models import User
from sertakan.agencies import queries as agencies
from sertakan.agencies.models import Agency
from sertakan.sponsorship import services as sponsorship
from sertakan.sponsorship.models import Donor, DonorAccount
from sertakan.synthetic.errors import NotADemonstration

PASSWORD = "sertakan-demo"  # noqa: S105  public on purpose
AGENCY = "Dinas Sosial"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A sign-in: who it is, in which role."""

    username: str
    name: str
    role: str


DEMO_USERS = (
    DemoUser("petugas", "Rina Oktavia", "pic"),
    DemoUser("koordinator", "Hendri Saputra", "coordinator"),
    DemoUser("bpjs", "Melati Anggraini", "bpjs"),
    DemoUser("pimpinan", "Zulkarnain Syah", "leader"),
    DemoUser("auditor", "Fauzan Akbar", "auditor"),
    DemoUser("donatur", "Yuliana Sari, S.Sos.", "donor"),
    DemoUser("operator", "Dian Permana", "operator"),
)


def create_demo_users() -> list[User]:
    """Make the sign-ins that are missing; returns all of them. Raises NotADemonstration outside of demo mode."""
    if not settings.SERTAKAN_DEMO:
        raise NotADemonstration()
    agency = demo_agency()
    users = []
    for demo in DEMO_USERS:
        user = User.objects.filter(username=demo.username).first()
        if user is None:
            user = services.add_user(username=demo.username, name=demo.name, password=PASSWORD)
        services.assign_role(user=user, role=demo.role, agency=agency if demo.role in ("pic", "donor") else None)
        users.append(user)
    return users


def link_demo_donor() -> Donor | None:
    """Let the donor's sign-in be somebody who pays: who pays for most workers of the sample's agency. Safe to repeat; None: nobody pays."""
    if not settings.SERTAKAN_DEMO:
        raise NotADemonstration()
    known = DonorAccount.objects.select_related("donor").filter(user__username="donatur").first()
    if known is not None:
        return known.donor
    paying = Donor.objects.filter(agency=demo_agency()).annotate(paid=Count("sponsorships")).order_by("-paid", "pk")
    donor = paying.filter(paid__gt=0).first()
    if donor is not None:
        sponsorship.link_account(donor=donor, username="donatur")
    return donor


def demo_agency() -> Agency:
    """The agency of the sample workbook; where it does not exist, the first one."""
    named = agencies.in_force().filter(name=AGENCY).first()
    return named or agencies.in_force()[0]
