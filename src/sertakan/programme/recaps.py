"""Gathers the recap of an agency: sponsorships, paid months, numbers, and cover computed from them. A fixed number of statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from sertakan.access.models import RoleAssignment
from sertakan.agencies.models import Agency, StaffCount
from sertakan.areas.models import Area
from sertakan.contributions.queries import legs
from sertakan.contributions.receipts.recap import Recap, RecapRow
from sertakan.contributions.receipts.slips import unbroken
from sertakan.core import clock
from sertakan.core.month import Month
from sertakan.protection import PaidHistory, cover
from sertakan.protection.queries import day_of
from sertakan.rules import load_rules

_REGENCY = 5  # "17.71" of "17.71.01.1004"

_ROWS = """
WITH wanted AS (
    SELECT DISTINCT ON (coalesce(p.merged_into_id, p.id)) s.*, coalesce(p.merged_into_id, p.id) AS holder
    FROM sponsorship_sponsorship s JOIN people_person p ON p.id = s.person_id
    WHERE s.agency_id = %(agency)s AND s.start_month <= %(month)s AND s.end_reason <> 'taken_back'
      AND (s.ended_on IS NULL OR coalesce(s.last_payable_month, date_trunc('month', s.ended_on)::date) >= %(month)s)
    ORDER BY coalesce(p.merged_into_id, p.id), s.state = 'refused', s.start_month DESC, s.id DESC
), grouped AS (
    SELECT w.id, w.holder, p.id AS person FROM wanted w JOIN people_person p ON p.id = w.holder OR p.merged_into_id = w.holder
), numbers AS (
    SELECT g.id, min(i.last_four) FILTER (WHERE i.kind = 'nik') AS nik, min(i.last_four) FILTER (WHERE i.kind = 'kpj') AS kpj
    FROM grouped g JOIN people_identifier i ON i.person_id = g.person GROUP BY g.id
), members AS (
    SELECT g.id, min(coalesce(m.issued_on, (m.created_at AT TIME ZONE 'Asia/Jakarta')::date)) AS issued_on
    FROM grouped g JOIN sponsorship_membership m ON m.person_id = g.person GROUP BY g.id
), paid AS (
    SELECT g.id, array_agg(c.month ORDER BY c.month) AS months, array_agg(c.paid_on ORDER BY c.month) AS days,
           sum(c.total) FILTER (WHERE c.month = %(month)s AND c.agency_id = %(agency)s) AS amount,
           max(c.paid_on) FILTER (WHERE c.month = %(month)s) AS paid_on
    FROM grouped g JOIN sponsorship_membership m ON m.person_id = g.person
    JOIN contributions_paid c ON c.membership_id = m.id GROUP BY g.id
), reference AS (
    SELECT DISTINCT ON (l.sponsorship_id) l.sponsorship_id, f.reference FROM sponsorship_confirmedpayment f
    JOIN sponsorship_batchline l ON l.id = f.line_id WHERE l.agency_id = %(agency)s ORDER BY l.sponsorship_id, f.paid_on DESC
)
SELECT coalesce(d.name, ''), coalesce(d.nip, ''), h.name, coalesce(n.nik, ''), h.sex, h.birth_date, coalesce(ha.code, ''),
       coalesce(wa.code, ''), coalesce(o.term, ''), h.phone, array_to_string(w.programmes, ','), w.dasar, w.funding, paid.months,
       paid.days, coalesce(paid.amount, 0)::bigint, paid.paid_on, coalesce(reference.reference, ''), coalesce(n.kpj, ''),
       members.issued_on, w.state
FROM wanted w JOIN people_person h ON h.id = w.holder
LEFT JOIN sponsorship_donor d ON d.id = w.donor_id LEFT JOIN classification_occupation o ON o.code = w.occupation_id
LEFT JOIN areas_area ha ON ha.id = h.area_id LEFT JOIN areas_area wa ON wa.id = w.work_area_id
LEFT JOIN numbers n ON n.id = w.id LEFT JOIN members ON members.id = w.id LEFT JOIN paid ON paid.id = w.id
LEFT JOIN reference ON reference.sponsorship_id = w.id
ORDER BY coalesce(d.sort_key, ''), h.sort_key, w.id
"""


def agency_recap(agency: Agency, month: Month) -> Recap:
    """The recap of a month: states on its last day, or today while it runs. In the scope of who asks."""
    on = day_of(month, clock.today())
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"agency": agency.pk, "month": month.first_day})
        found = cursor.fetchall()
    areas = dict(Area.objects.filter(level="regency").values_list("code", "name"))
    rows = tuple(_row(values, on, areas) for values in found)
    money = next(iter(legs(month, agency.pk)), None)
    staff = StaffCount.objects.filter(agency=agency, on__lte=on).order_by("-on").first()
    held = RoleAssignment.objects.filter(role="pic", agency=agency).in_force(clock.today()).select_related("user")
    return Recap(
        agency=agency,
        month=month,
        on=on,
        made_at=clock.now(),
        rows=rows,
        staff=staff.count if staff else None,
        donors=len({(row.donor, row.nip) for row in rows if row.donor}),
        due=money.promised if money else 0,
        paid=sum(row.amount for row in rows),
        pic=", ".join(sorted(one.user.name or one.user.username for one in held)),
        rules_version=load_rules().version,
    )


def _row(values: tuple[Any, ...], on: date, areas: dict[str, str]) -> RecapRow:
    (
        donor, nip, worker, nik, sex, born, domicile, work_area, occupation, phone, programmes, dasar, funding, months, days, amount,
        paid_on, reference, kpj, issued_on, state,
    ) = values  # fmt: skip
    paid = {Month.of(month): day for month, day in zip(months or (), days or (), strict=True)}
    first, last = unbroken(paid, Month.of(on)) if paid else (None, None)
    standing = cover(PaidHistory(issued_on, paid=paid), on).state
    return RecapRow(
        donor, nip, worker, nik, sex, born, areas.get(domicile[:_REGENCY], ""), areas.get(work_area[:_REGENCY], ""), occupation, phone,
        programmes, dasar, funding, first, last, amount, paid_on, reference, kpj,
        "refused" if state == "refused" and standing == "not_yet" else standing,
    )  # fmt: skip
