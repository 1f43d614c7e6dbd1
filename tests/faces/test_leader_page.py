"""Every figure of the leader's page follows from raw rows by another way: plain SQL and plain sums, nothing of `coverage`."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from members import Office
from sertakan.core.month import Month

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DUE = {OCTOBER: date(2026, 10, 15), NOVEMBER: date(2026, 11, 16)}
PEOPLE = {"17.01": 900, "17.02": 1_100, "17.03": 1_300, "17.04": 700, "17.05": 800, "17.06": 650, "17.07": 600,
          "17.08": 500, "17.09": 400, "17.71": 3_050}  # fmt: skip
KINDS = {"new": "Baru terlindungi", "returned": "Kembali", "lapsed": "Berhenti membayar", "budget_ended": "Anggaran berakhir",
         "corrected": "Perbaikan data"}  # fmt: skip

RAW = """
SELECT m.id, a.code, s.agency_id, s.funding, m.issued_on,
       (s.start_month + s.months * interval '1 month')::date AS paid_for_until,
       array_remove(array_agg(p.month ORDER BY p.month) FILTER (WHERE w.month IS NULL AND p.paid_on <= %(on)s), NULL)
FROM sponsorship_membership m
JOIN people_person e ON e.id = m.person_id LEFT JOIN areas_area a ON a.id = e.area_id
JOIN sponsorship_sponsorship s ON s.person_id = m.person_id
LEFT JOIN contributions_paidmonth p ON p.membership_id = m.id
LEFT JOIN contributions_withdrawnmonth w ON w.membership_id = p.membership_id AND w.month = p.month
WHERE m.issued_on <= %(on)s
GROUP BY m.id, a.code, s.agency_id, s.funding, m.issued_on, s.start_month, s.months
"""


def asked(sql: str, **facts: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return cursor.fetchall()


def register(on: date) -> dict[int, dict[str, Any]]:
    """Every membership that exists on a day. Both days lie after the due day: who has not paid this very month is in arrears, but for
    those whose number was issued after that due day."""
    names = ("id", "area", "agency", "funding", "issued", "until", "paid")
    rows = [dict(zip(names, row, strict=True)) for row in asked(RAW, on=on)]
    for row in rows:
        row["paid"] = [Month.of(day) for day in row["paid"] or ()]
        row["active"] = Month.of(on) in row["paid"] or row["issued"] > DUE[Month.of(on)]
    return {row["id"]: row for row in rows}


def place(row: dict[str, Any]) -> str:
    return (row["area"] or "")[:5] or "??.??"


@pytest.fixture
def told(world: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """October and November of some sixty members in six regencies and three agencies, with every kind of change."""
    from sertakan.agencies.queries import find_agency
    from sertakan.areas.models import Area
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.coverage import services
    from sertakan.people.models import Person
    from sertakan.protection import services as protection

    with acting(SYSTEM, reason="uji"):
        villages = {
            code: Area.objects.filter(level="village", code__startswith=f"{code}.").order_by("code")[0].pk for code in PEOPLE
        }  # fmt: skip
        offices = [Office(agency) for agency in (world.agency, world.other, find_agency("Disnakertrans"))]

        def some(count: int, regency: str, office: int, **facts: Any) -> list[Any]:
            found = [offices[office].member(**{"paid": "2026-01..2026-11", **facts}) for _n in range(count)]
            Person.objects.filter(pk__in=[one.person_id for one in found]).update(
                area=villages[regency] if regency else None
            )
            return found

        some(14, "17.71", 0)
        some(9, "17.01", 1)
        some(6, "17.02", 1)
        movers = some(2, "17.03", 1)
        some(3, "", 2)
        some(6, "17.71", 0, paid="2026-01..2026-10")  # lapsed: in arrears since November
        some(2, "17.06", 1, paid="2026-01..2026-09")  # in arrears for two months
        some(4, "17.01", 2, paid="2026-01..2026-10", funding="apbd", months=10)
        some(5, "17.04", 2, issued_on=date(2026, 11, 3), paid="2026-11")
        some(3, "17.02", 1, paid="2026-01..2026-05,2026-11")
        file = tmp_path / "penyebut.csv"
        rows = [f"{code},eligible,{value},2025-12-11" for code, value in {"17": 10_000, **PEOPLE}.items()]
        file.write_text("\n".join(["kode,status,nilai,putaran", *rows]), "utf-8")
        services.load(file, source="uji", estimates=False)
        protection.refresh(OCTOBER)
        protection.refresh(NOVEMBER)
        services.build(OCTOBER)
        some(2, "17.71", 0)  # learned of only now, active since January
        Person.objects.filter(pk__in=[one.person_id for one in movers]).update(area=villages["17.02"])
        protection.refresh(OCTOBER)
        protection.refresh(NOVEMBER)
        services.build(NOVEMBER)
    return {"moved": [one.pk for one in movers], "late": 2}


def spoken(sign_in: Any, role: str, query: str = "") -> str:
    response = sign_in(role).get(reverse("leader") + query)
    assert response.status_code == 200
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return text.replace("\xa0", " ").replace("−", "-")


def grouped(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def rounded(value: float, places: int) -> str:
    return f"{value:.{places}f}".replace(".", ",")


def test_every_figure_follows_from_raw_rows(told: Any, sign_in: Any) -> None:
    now, then = register(date(2026, 11, 23)), register(date(2026, 10, 31))
    here = {key: row for key, row in now.items() if row["active"]}
    before = {key: row for key, row in then.items() if row["active"]}
    late = sorted(here)[-told["late"] :]  # were not known when October was counted
    counted_before = {key: row for key, row in before.items() if key not in late}
    said = spoken(sign_in, "coordinator", "?rinci=1")

    # Level, and its share of those who may become members.
    assert f"{len(here)} pekerja" in said
    assert f"{rounded(100 * len(here) / 10_000, 2)} % dari 10.000 yang dapat menjadi peserta" in said
    difference = len(here) - len(counted_before)
    assert f"{difference:+d} sejak Oktober 2026" in said and difference

    # Why it changed.
    why: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    agencies: Counter[tuple[str, str]] = Counter()

    def put(kind: str, sign: int, row: dict[str, Any]) -> None:
        why[kind] += sign
        places[place(row), kind] += sign
        agencies[row["agency"], kind] += sign

    for key, row in here.items():
        if key not in counted_before:
            earlier = [month for month in row["paid"] if month < NOVEMBER]
            put("corrected" if key in late else "returned" if earlier else "new", 1, row)
    for key, row in counted_before.items():
        if key not in here:
            over = row["funding"] in ("apbd", "apbn", "apbdes") and row["until"] <= NOVEMBER.first_day
            put("budget_ended" if over else "lapsed", -1, row)
    assert sum(why.values()) == difference
    assert set(why) == set(KINDS)
    for kind, word in KINDS.items():
        assert re.search(rf"{word}(,[^+-]*)? {re.escape(f'{why[kind]:+d}')}\b", said), (kind, why[kind])
    for key in told["moved"]:
        places["17.03", "moved"] -= 1
        places[place(now[key]), "moved"] += 1

    # The same by regency and by agency: row by row, with its sum.
    order = (*KINDS, "moved")
    names = dict(
        asked("SELECT code, name FROM areas_area WHERE level = 'regency' AND code LIKE '17.%%' AND valid_to IS NULL")
    )
    names["??.??"] = "Tidak diketahui"
    for code in {code for code, _kind in places}:
        numbers = [places[code, kind] for kind in order]
        shown = " ".join(f"{value:+d}" if value else "0" for value in (*numbers, sum(numbers)))
        assert f"{names[code]} {shown} " in said, (code, shown)
        told_there = sum(place(row) == code for row in counted_before.values())
        told_there += {"17.03": 2, "17.02": -2}.get(code, 0)  # where those who moved were counted in October
        assert sum(numbers) == sum(place(row) == code for row in here.values()) - told_there
    titles = dict(asked("SELECT id, name FROM agencies_agency"))
    for agency in {agency for agency, _kind in agencies}:
        numbers = [agencies[agency, kind] for kind in order]
        shown = " ".join(f"{value:+d}" if value else "0" for value in (*numbers, sum(numbers)))
        assert f"{titles[agency]} {shown} " in said, (agency, shown)

    # Evenness: Gini from all pairs of people, the best against the worst.
    covered = Counter(place(row) for row in here.values())
    shares = {code: covered[code] / people for code, people in PEOPLE.items()}
    everybody = sum(PEOPLE.values())
    mean = sum(covered[code] for code in PEOPLE) / everybody
    pairs = sum(PEOPLE[a] * PEOPLE[b] * abs(shares[a] - shares[b]) for a, b in product(PEOPLE, repeat=2))
    assert f"{rounded(pairs / (2 * everybody**2 * mean), 2)} Gini" in said
    best = max(shares, key=lambda code: (shares[code], code))
    worst = min(shares, key=lambda code: (shares[code], code))
    assert not shares[worst]
    assert f"{names[best]} paling jauh, {names[worst]} belum punya seorang pun" in said

    # Agencies that take part, and their donors.
    running = asked(
        "SELECT agency_id, person_id, donor_id FROM sponsorship_sponsorship WHERE state NOT IN ('ended', 'refused')"
    )
    there = {
        key for (key,) in asked("SELECT id FROM agencies_agency WHERE valid_to IS NULL OR valid_to > '2026-11-23'")
    }
    assert f"{len({agency for agency, _p, _d in running})} dari {len(there)}" in said
    donors = {(agency, donor) for agency, _person, donor in running if donor}
    assert f"{len(donors)} donatur" in said

    # What a month costs: the lines of its bills, one by one.
    lines = asked(
        "SELECT l.jkk + l.jkm + l.jht FROM contributions_billline l JOIN contributions_bill b ON b.id = l.bill_id"
        " WHERE b.state <> 'superseded' AND b.month = '2027-01-01'"
    )
    cost = sum(value for (value,) in lines)
    assert cost and f"Rp{grouped(cost)}" in said
    each = round(cost / len(lines))
    assert f"tagihan Januari 2027: {len(lines)} pekerja, rata-rata Rp{grouped(each)}" in said

    # Best and stuck agencies.
    short = dict(asked("SELECT id, coalesce(nullif(short_name, ''), name) FROM agencies_agency"))
    size, was = (Counter(row["agency"] for row in side.values()) for side in (here, counted_before))
    grown = {agency: size[agency] - was[agency] for agency in {**size, **was}}
    for agency, more in grown.items():
        assert (f"{titles[agency]} {more:+d} menjadi {size[agency]}" in said) == (more > 0)
    latest: dict[Any, tuple[int, str, int]] = {}
    for agency, file, sheet, row, version, state in asked(
        "SELECT f.agency_id, f.id, r.sheet, r.number, r.version, CASE WHEN r.state = 'accepted' AND f.accepted_at IS NOT NULL"
        " THEN '' ELSE r.state END FROM intake_row r JOIN intake_file f ON f.id = r.file_id WHERE f.state IN ('staged', 'accepted')"
    ):
        latest[file, sheet, row] = max(latest.get((file, sheet, row), (0, "", 0)), (version, state, agency))
    waiting = Counter(agency for _version, state, agency in latest.values() if state in ("held", "accepted"))
    checked = set(asked("SELECT agency_id, person_id FROM sponsorship_sponsorship WHERE state = 'checked'"))
    waiting.update(agency for agency, _person in checked)
    for agency, count in waiting.items():
        assert (f"{short[agency]} {count} baris menunggu" in said) == (grown.get(agency, 0) <= 0)

    # The next three steps.
    behind = [row for row in now.values() if not row["active"] and row["paid"] and row["paid"][-1] >= Month(2026, 8)]
    assert f"Lunasi tunggakan: {len(behind)} pekerja menunggak" in said
    assert f"Lanjutkan yang tertahan: {sum(waiting.values())} baris belum sampai ke BPJS" in said
    most = max(waiting, key=lambda agency: waiting[agency])
    assert f"terbanyak di {short[most]}, {waiting[most]} baris" in said
    gaps = {code: people - covered[code] for code, people in PEOPLE.items()}
    far = max(gaps, key=lambda code: gaps[code])
    assert f"Kejar {names[far]}: jarak terbesar" in said
    assert (
        f"{grouped(gaps[far])} pekerja belum terlindungi lewat program ini; sekarang {rounded(100 * shares[far], 2)} %"
        in said
    )
    assert "keadaan 23 November 2026" in said


def test_the_published_figures_stand_with_their_days_and_breaks(told: Any, sign_in: Any) -> None:
    assert "35,00 % pada 11 Desember 2025" in spoken(sign_in, "leader")
    response = sign_in("leader").get(reverse("coverage_series"))
    html = response.content.decode().replace("\xa0", " ")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert re.search(
        r"1 September 2025 27,39 % 196\.000 –", said
    )  # a share and a number of people; no denominator was said
    assert re.search(r"11 Desember 2025 35,00 % 251\.000 708\.000", said)
    breaks = re.findall(r"Pergantian pada (\d+ \w+ \d{4})", said)
    assert breaks and any("2025" in day for day in breaks)
    # Both lie in one picture, and no line goes from one to the other.
    picture = next(part for part in html.split("<figure") if "27,39" in part)
    dots = {text: x for x, text in re.findall(r'<circle cx="([\d.]+)"[^>]*><title>[^<]*: ([\d,]+) %', picture)}
    for line in re.findall(r'<polyline class="line"[^>]*points="([^"]+)"', picture):
        corners = {point.split(",")[0] for point in line.split()}
        assert not {dots["27,39"], dots["35,00"]} <= corners


def test_nothing_on_the_page_is_counted_when_it_is_opened(told: Any, sign_in: Any) -> None:
    """What happens after the count shows from the next count on, and no table of people is asked."""
    from django.test.utils import CaptureQueriesContext

    from sertakan.core.scope import SYSTEM, acting

    before = spoken(sign_in, "leader", "?rinci=1")
    with acting(SYSTEM, reason="uji"), connection.cursor() as cursor:
        cursor.execute("UPDATE sponsorship_sponsorship SET state = 'refused' WHERE state = 'checked'")
        cursor.execute("UPDATE people_person SET area_id = NULL")
    client = sign_in("leader")
    with CaptureQueriesContext(connection) as asked_for:
        client.get(reverse("leader") + "?rinci=1")
    assert spoken(sign_in, "leader", "?rinci=1") == before
    people = ("people_", "sponsorship_", "protection_", "contributions_", "intake_")
    told_of = [
        one["sql"]
        for one in asked_for.captured_queries
        if any(f'"{name}' in one["sql"] or f" {name}" in one["sql"] for name in people)
    ]
    assert told_of == []


@pytest.mark.parametrize("role", ["leader", "bpjs", "auditor"])
def test_small_changes_are_not_told_to_who_sees_no_rows(told: Any, sign_in: Any, role: str) -> None:
    said = spoken(sign_in, role, "?rinci=1")
    table = said[said.index("Perubahan per wilayah") :]
    assert "disembunyikan" in table and "•" in table
    assert not re.search(
        r"[+-][1-4]\b", re.sub(r"(\S+) (?=Kabupaten|Kota|Dinas|Tidak|Titik|Perubahan)", "", table)
    )  # sums aside
    assert "disembunyikan" not in spoken(sign_in, "coordinator", "?rinci=1")


def test_a_count_from_before_says_what_was_not_kept(told: Any, sign_in: Any) -> None:
    from sertakan.core.scope import SYSTEM, acting
    from sertakan.coverage.models import AgencyStanding

    with acting(SYSTEM, reason="uji"):
        AgencyStanding.objects.all().delete()
    said = spoken(sign_in, "leader")
    assert "belum tercatat untuk bulan ini" in said
    assert "belum ada tagihan" in said
    pdf = sign_in("leader").get(reverse("leader_slide") + "?bentuk=pdf")
    assert pdf.content.startswith(b"%PDF")


def test_the_slide_to_hand_out_says_the_same(told: Any, sign_in: Any) -> None:
    import pypdfium2

    response = sign_in("coordinator").get(reverse("leader_slide") + "?bentuk=pdf")
    document = pypdfium2.PdfDocument(response.content)
    assert len(document) == 1
    said = re.sub(r"\s+", " ", document[0].get_textpage().get_text_range()).replace("\xa0", " ")
    page = spoken(sign_in, "coordinator")
    for shown in (
        r"(\d+) pekerja",
        r"([\d,]+) Gini",
        r"(Rp[\d.]+) tagihan",
        r"(\d+ baris menunggu)",
        r"(Lunasi tunggakan: \d+)",
    ):
        found = re.search(shown, page)
        assert found and found[1] in said, shown
    assert "dari penyebut resmi 10.000 (11 Desember 2025)" in said
