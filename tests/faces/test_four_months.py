"""A full cycle through the pages: the circular as shipped, lists, numbers, bills, payments, lapses, two meetings, a report every month.

September 2025 brings the circular and the lists; October to January are the four months that follow. Everything is done by somebody who is
signed in, on a page; every number of every report is worked out again from raw rows (`recounted`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import recounted
from django.urls import reverse
from invented_months import AMOUNT, Office, Walk, bill, confirm, hand_in, list_of, nik_of, post, text_of, through_bpjs
from recounted import month_of, numbers

from sertakan.core.month import Month
from sertakan.core.scope import SYSTEM, acting

NUMBER = "500.15.14.2/3/DKTTRANS/08/2025"
EXAMPLES = (
    "Asisten rumah tangga", "pengasuh anak", "penjaga kebun", "penjaga rumah", "sopir", "petugas kebersihan", "penjaga malam",
    "anggota keluarga",
)  # fmt: skip
SIZES = ((12, 4), (9, 3), (7, 7), (2, 1))
"""Workers and donors of the four agencies that take part; the last one is small."""
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


@pytest.fixture
def walk(committed_reference: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    monkeypatch.setenv("SERTAKAN_TODAY", "2025-09-03")
    yield Walk(monkeypatch)


@pytest.fixture
def offices(walk: Walk) -> list[Office]:
    """Who takes part: a coordinator, BPJS, an operator, a leader, and a clerk in each of four agencies."""
    from sertakan.agencies.models import Agency

    for role in ("coordinator", "bpjs", "operator", "leader"):
        walk.sign_in(role)
    with acting(SYSTEM, reason="uji"):
        bodies = list(Agency.objects.filter(valid_to__isnull=True).order_by("sort_key")[: len(SIZES)])
    return [Office(body, walk.sign_in("pic", body), *size) for body, size in zip(bodies, SIZES, strict=True)]


def circular_stands_as_published(walk: Walk) -> None:
    """What shipped is confirmed on its page; the coordinator sets days of an own, and the page says whose they are."""
    from sertakan.agencies.models import Agency
    from sertakan.followup.models import Circular, Deadline, Duty, Plan

    with acting(SYSTEM, reason="uji"):
        circular = Circular.objects.get(number=NUMBER)
        duties = {duty.code: duty.pk for duty in Duty.objects.all()}
        assert not Deadline.objects.exists()
        assert not Plan.objects.filter(active=True).exists()
        listed = list(Agency.objects.filter(valid_to__isnull=True).values_list("name", flat=True))
    client = walk.clients["coordinator"]
    said = text_of(client.get(reverse("circular", args=[circular.pk])))
    for words in (
        NUMBER,
        "imbauan: sukarela, tanpa sanksi",
        "Tanggal surat belum diketahui",
        "Misalnya:",
        *EXAMPLES,
        *listed,
    ):
        assert words in said, words
    assert f"Dialamatkan kepada {len(listed)} perangkat daerah" in said
    assert said.count("tidak ada") >= len(duties)  # no duty has a deadline
    assert "Tidak ada yang diingatkan sampai koordinator menyalakannya" in text_of(client.get(reverse("reminders")))
    for code, rule in (("iuran", "tgl-15"), ("laporan", "hk+10"), ("perbaikan", "hk+5")):
        post(client, "duty_change", {"batas": rule}, duties[code])
        assert f"{rule} · ditetapkan koordinator" in text_of(client.get(reverse("duty", args=[duties[code]])))


def september(walk: Walk, offices: list[Office]) -> None:
    """Lists come in, one with a row that is held and repaired; BPJS gives numbers; the last agency is late."""
    first = 1
    for office in offices[:3]:
        file = hand_in(
            walk,
            office,
            list_of(
                first, office.workers, office.donors, start="September 2025", months=6, broken=office is offices[2]
            ),
        )
        first += office.workers
    walk.day("2025-09-05")
    shown = offices[2].client.get(reverse("file", args=[file])).content.decode()
    place = re.search(rf"/berkas/{file}/baris/(\d+)/(\d+)/", shown)
    assert place
    post(offices[2].client, "row", {"cell-nik": nik_of(first - 1), "action": "save"}, file, *map(int, place.groups()))
    walk.day("2025-09-08")
    for office in offices[:3]:
        through_bpjs(walk, office)
    walk.day("2025-09-22")
    last = offices[3]
    hand_in(walk, last, list_of(first, last.workers, last.donors, start="Oktober 2025", months=6))
    through_bpjs(walk, last)
    walk.day("2025-09-30")


def bills_and_payments(walk: Walk, offices: list[Office], month: Month, *parts: tuple[list[str], str]) -> None:
    """Bills go out on the first; BPJS confirms what it received by the day of each part."""
    walk.day(f"{month}-01")
    for office in offices:
        bill(walk, office, month)
    for kpj, day in sorted(parts, key=lambda part: part[1]):
        walk.day(day)
        confirm(walk, [(number, month, AMOUNT, day) for number in kpj])


def declare(walk: Walk, office: Office, code: str, period: str, *, accepted: bool | None) -> None:
    """The agency says that it did what no data shows; the coordinator looks, and verifies it, refuses it, or has not come to it yet."""
    from sertakan.followup.models import Declaration, Duty

    with acting(SYSTEM, reason="uji"):
        duty = Duty.objects.get(code=code).pk
    given = {"opd": office.agency.pk, "masa": period, "kata": "Sudah diserahkan dan dicatat."}
    post(office.client, "duty_declare", given, duty)
    with acting(SYSTEM, reason="uji"):
        made = Declaration.objects.latest("pk").pk
    if accepted is not None:
        answer = {"jawaban": "ya"} if accepted else {"jawaban": "tidak", "alasan": "Belum ada daftar tanda terima"}
        post(walk.clients["coordinator"], "declaration_decide", answer, made)


def plan_meeting(walk: Walk, *, series: bool) -> int:
    """The first meeting of a series, or the next one; its agenda made of what the data say today."""
    from sertakan.meetings.models import Meeting, Series

    client = walk.clients["coordinator"]
    given = {
        "nama": "Rapat monitoring",
        "hari": "2025-11-19",
        "jam": "09:00",
        "tempat": "Ruang rapat rekaan",
        "ulang": "1",
    }
    if not series:
        with acting(SYSTEM, reason="uji"):
            given = {"rangkaian": str(Series.objects.get().pk)}
    post(client, "meeting_new", given)
    with acting(SYSTEM, reason="uji"):
        meeting = Meeting.objects.latest("pk").pk
    post(client, "meeting_act", None, meeting, "susun")
    return meeting


def hold_first_meeting(walk: Walk, offices: list[Office]) -> dict[str, int]:
    """Agenda, invitation, attendance, minutes, three decisions; each becomes actions. Returns the action of each agency."""
    from sertakan.followup.models import Duty
    from sertakan.meetings.models import Action

    client, meeting = walk.clients["coordinator"], plan_meeting(walk, series=True)
    said = text_of(client.get(reverse("meeting", args=[meeting])))
    assert "Membayar iuran sampai tanggal 15: 3 OPD lewat jatuh tempo" in said
    post(client, "meeting_act", None, meeting, "undang")
    post(client, "meeting_act", None, meeting, "buka")
    for office in offices:
        given = {"nama": f"Petugas {office.agency.short_name}", "jabatan": "Petugas OPD", "opd": office.agency.pk}
        post(client, "meeting_act", given, meeting, "hadir")
    post(client, "meeting_act", {"notula": "Rapat dibuka dan ditutup dengan tertib.", "versi": "0"}, meeting, "notula")
    with acting(SYSTEM, reason="uji"):
        duties = {duty.code: duty.pk for duty in Duty.objects.all()}
    leaflet = {"isi": "Membagikan lembar penjelasan", "tenggat": "2025-11-28", "ukuran": "lembar dibagikan"}
    post(client, "meeting_act", {**leaflet, "opd": [offices[0].agency.pk, offices[2].agency.pk]}, meeting, "putus")
    for office, text, code in ((offices[1], "Melunasi iuran", "iuran"), (offices[3], "Menyerahkan kartu", "kartu")):
        decided = {"isi": text, "tenggat": "2025-12-10", "kewajiban": duties[code], "opd": office.agency.pk}
        post(client, "meeting_act", decided, meeting, "putus")
    post(client, "meeting_act", None, meeting, "tutup")
    with acting(SYSTEM, reason="uji"):
        actions = {one.agency.short_name: one.pk for one in Action.objects.select_related("agency")}
    assert len(actions) == 4
    return actions


def second_agenda_opens_with_actions_and_says_what_changed(walk: Walk, actions: dict[str, int]) -> None:
    from sertakan.meetings.models import Action

    meeting = plan_meeting(walk, series=False)
    html = walk.clients["coordinator"].get(reverse("meeting", args=[meeting])).content.decode()
    with acting(SYSTEM, reason="uji"):
        found = recounted.rows(
            "SELECT kind, title, note, action_id FROM meetings_agendaitem WHERE meeting_id = %s ORDER BY position",
            meeting,
        )
        still_open = set(Action.objects.filter(state="open").values_list("pk", flat=True))
    kinds = [kind for kind, *_ in found]
    assert still_open
    assert kinds[: len(still_open)] == ["action"] * len(still_open)
    assert {key for *_, key in found if key} == still_open
    assert kinds == sorted(kinds, key=["action", "overdue", "change"].index)
    assert "change" in kinds
    assert any("sejak 19 November 2025" in title for kind, title, *_ in found if kind == "change")
    places = [html.index(title) for _kind, title, *_ in found]
    assert places == sorted(places)  # the page shows them in this order


def report_of(walk: Walk, month: Month) -> dict[str, Any]:
    """The coordinator writes the report of a month; what stands on the paper, and that it is two pages."""
    import pypdfium2

    from sertakan.letters.models import Letter

    client = walk.clients["coordinator"]
    post(client, "report_make", {"jenis": "monthly_report", "bulan": str(month)})
    with acting(SYSTEM, reason="uji"):
        letter = Letter.objects.filter(kind="monthly_report").latest("pk")
    pdf = walk.clients["leader"].get(reverse("letter_file", args=[letter.pk, "pdf"]))
    document = pypdfium2.PdfDocument(b"".join(pdf) if pdf.streaming else pdf.content)
    assert len(document) == 2
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    return {**letter.content, "pdf": text, "number": letter.number}


def check_report(
    paper: dict[str, Any], on: date, *, opened: dict[str, date], closed: int, reached: str = ""
) -> recounted.Cover:
    """Every number of a report equals what raw rows say; `opened`: due day of every open action by agency, `closed`: how many ended in the
    month, `reached`: the agency that has done what it should, although nobody has said so yet."""
    with acting(SYSTEM, reason="uji"):
        names = dict(recounted.rows("SELECT id, short_name FROM agencies_agency"))
        states, found = recounted.cover(on), recounted.cells(on)
        first = min(day for (day,) in recounted.rows("SELECT min(issued_on) FROM sponsorship_membership"))
        paid = recounted.paid_for(month_of(on))
        ends = [day for step in range(-5, 1) if (day := recounted.last_of(month_of(on, step))) >= first]
        trend = [(day, sum_of(recounted.cover(day))) for day in ends]
        doers = recounted.rows(
            "SELECT a.title, a.agency_id, a.due_on, a.duty_id FROM meetings_action a WHERE a.state = 'open' ORDER BY due_on, id"
        )
    total = sum_of(states)
    counts = {key: [0, 0, 0] for key in {cell.agency for cell in found}}
    for cell in found:
        for at, value in enumerate((cell.done, cell.counts, cell.late)):
            counts[cell.agency][at] += value
    clear = sum(late == 0 for _done, _asked, late in counts.values())
    day = [str(on.day), str(on.year)]
    blocks = paper["blocks"]
    figures = [(numbers(one["value"]), numbers(one["note"])) for one in blocks[0]["items"]]
    assert figures == [
        ([str(total.active)], [str(total.numbered), *day]),
        ([str(total.lapsed)], [str(total.arrears)]),
        ([str(clear)], [str(len(counts))]),
        ([str(closed)], [str(len(opened))]),
    ]
    bars, shares = blocks[1], blocks[2]
    assert [(one["label"], one["shown"], round(one["value"], 9)) for one in bars["rows"]] == [
        (f"{MONTHS[at.month - 1]} {at.year}", f"{one.active} dari {one.numbered}",
         round(one.active / (max(part.active for _at, part in trend) or 1), 9)) for at, one in trend
    ]  # fmt: skip
    ends = [trend[0], trend[-1]] if len(trend) > 1 else trend
    assert numbers(bars["title"]) == [text for at, one in ends for text in (str(one.active), str(at.year))]
    lowest = sorted(
        (done / asked, recounted.upper(done, asked), names[key], f"{done} dari {asked}")
        for key, (done, asked, _late) in counts.items() if asked
    )  # fmt: skip
    assert [(one["label"], one["shown"]) for one in shares["rows"]] == [
        (name, shown) for *_, name, shown in lowest[:12]
    ]
    for one, (share, high, *_) in zip(shares["rows"], lowest, strict=False):
        assert (one["value"], one["high"]) == (pytest.approx(share), pytest.approx(high))
    assert numbers(shares["about"]) == [str(len(lowest[:12])), str(len(lowest)), *day]
    assert numbers(shares["title"]) == numbers(lowest[0][3])
    late = sorted((-late, names[key], key) for key, (_done, _asked, late) in counts.items() if late)
    tables = [one for one in blocks if one["kind"] == "table"]
    if late:
        table = tables.pop(0)
        wanted = [str(-sum(one for one, *_ in late)), str(len(late)), *([str(8)] if len(late) > 8 else [])]
        assert numbers(table["caption"]) == wanted
        assert table["rows"] == [
            [
                name,
                -count,
                *counts[key][:2],
                states[key].active if key in states else 0,
                states[key].numbered if key in states else 0,
            ]
            for count, name, key in late[:8]
        ]
    if opened:
        table = tables.pop(0)
        assert numbers(table["caption"]) == [
            str(len(opened)),
            str(sum(due < on for name, due in opened.items() if name != reached)),
        ]
        assert [(row[1], *numbers(row[2])) for row in table["rows"]] == [
            (names[agency], str(due.day), str(due.year)) for _title, agency, due, _duty in doers
        ]
        assert {names[agency]: due for _title, agency, due, _duty in doers} == opened
    assert not tables
    share = f"{1000 * total.active / total.numbered:.0f}"
    percent = f"{share[:-1]},{share[-1]}"
    rupiah = f"{paid:,}".replace(",", ".")
    assert numbers(paper["paragraphs"][0]) == [str(total.numbered), str(total.active), percent, rupiah]
    assert numbers(paper["opening"]) == [str(on.year), *day]
    for said in (f"{total.active} dari {total.numbered}", f"{percent} %", f"Rp{rupiah}", paper["number"]):
        assert said in paper["pdf"], said
    return total


def sum_of(states: dict[int, recounted.Cover]) -> recounted.Cover:
    parts = ("numbered", "active", "arrears", "lapsed")
    return recounted.Cover(*(sum(getattr(one, part) for one in states.values()) for part in parts))


def test_four_months_from_the_circular_to_the_second_meeting(walk: Walk, offices: list[Office]) -> None:
    big, middle, late, small = offices
    circular_stands_as_published(walk)
    september(walk, offices)
    total = check_report(report_of(walk, Month(2025, 9)), date(2025, 9, 30), opened={}, closed=0)
    assert (total.numbered, total.active) == (30, 30)

    # October: the third agency pays after the 15th, four workers of the second one are not paid any more
    stays, stops = middle.kpj[:5], middle.kpj[5:]
    bills_and_payments(walk, offices[:3], Month(2025, 10), ([*big.kpj, *stays], "2025-10-10"), (late.kpj, "2025-10-20"))
    declare(walk, big, "laporan", "2025-07", accepted=True)
    walk.day("2025-10-31")
    total = check_report(report_of(walk, Month(2025, 10)), date(2025, 10, 31), opened={}, closed=0)
    assert (total.active, total.arrears, total.lapsed) == (26, 4, 0)

    # November: declarations, the first meeting, an action done and one that runs late
    bills_and_payments(walk, offices, Month(2025, 11), ([*big.kpj, *stays, *late.kpj], "2025-11-12"))
    walk.day("2025-11-17")
    declare(walk, big, "kartu", "", accepted=True)
    declare(walk, late, "kartu", "", accepted=False)
    walk.day("2025-11-19")
    actions = hold_first_meeting(walk, offices)
    walk.day("2025-11-26")
    coordinator = walk.clients["coordinator"]
    post(coordinator, "action_act", {"apa": "selesai", "catatan": "Lembar dibagikan"}, actions[big.agency.short_name])
    walk.day("2025-11-30")
    opened = dict.fromkeys((middle.agency.short_name, small.agency.short_name), date(2025, 12, 10))
    opened[late.agency.short_name] = date(2025, 11, 28)
    november = report_of(walk, Month(2025, 11))
    total = check_report(november, date(2025, 11, 30), opened=opened, closed=1)
    assert (total.active, total.arrears) == (24, 6)

    # December: the small agency catches up, three workers more are promised by the second one
    bills_and_payments(walk, offices, Month(2025, 12), ([*big.kpj[:10], *stays, *late.kpj, *small.kpj], "2025-12-11"))
    confirm(walk, [(number, Month(2025, 11), AMOUNT, "2025-12-11") for number in small.kpj])
    hand_in(walk, middle, list_of(101, 3, 1, start="Desember 2025", months=6))
    known = list(middle.kpj)
    through_bpjs(walk, middle)
    fresh, middle.kpj = middle.kpj, known
    declare(walk, small, "kartu", "", accepted=True)
    walk.day("2025-12-31")
    done = small.agency.short_name
    total = check_report(report_of(walk, Month(2025, 12)), date(2025, 12, 31), opened=opened, closed=0, reached=done)
    assert (total.numbered, total.active, total.arrears) == (33, 27, 6)

    # January: who was not paid for three months lapses, one of them comes back; the second meeting
    bills_and_payments(
        walk, offices, Month(2026, 1), ([*big.kpj, *stays, *fresh, *late.kpj, *small.kpj, stops[0]], "2026-01-12")
    )
    declare(walk, late, "laporan", "2025-10", accepted=None)
    walk.day("2026-01-20")
    second_agenda_opens_with_actions_and_says_what_changed(walk, actions)
    del opened[done]  # what the data say is done was closed when the agenda was made
    walk.day("2026-01-31")
    total = check_report(report_of(walk, Month(2026, 1)), date(2026, 1, 31), opened=opened, closed=1)
    assert (total.lapsed, total.active) == (4, 30)

    # written once more two months later, a report says what it said: nothing that came to pass since has changed that day
    again = report_of(walk, Month(2025, 11))
    assert [again[part] for part in ("blocks", "paragraphs")] == [november[part] for part in ("blocks", "paragraphs")]
