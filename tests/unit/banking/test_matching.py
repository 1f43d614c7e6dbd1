"""Evidence and amount must agree, and nothing else may fit: else the line stays open."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sertakan.banking.matching import Book, Decision, Due, OpenCode, match_lines

DEC, JAN = 2026 * 12 + 11, 2027 * 12
NIP_A, NIP_B = "198503152010011001", "199001012015032002"


def book(donors: dict[int, tuple[str, str]], dues: list[Due], codes: tuple[OpenCode, ...] = ()) -> Book:
    frame = pl.DataFrame(
        [{"donor": donor, "name": name, "nip": nip} for donor, (name, nip) in donors.items()],
        schema={"donor": pl.Int64, "name": pl.String, "nip": pl.String},
    )
    totals = {bill: sum(due.amount for due in dues if due.bill == bill) for bill in (11, 12)}
    return Book(tuple(dues), frame, {11: "TGH/202612/UJI-DINSOS/1", 12: "TGH/202701/UJI-DINSOS/1"}, codes, totals)


PEOPLE = {
    1: ("Drs. Ratna Sari Dewi, M.Si", NIP_A),
    2: ("Mochamad Djumadi", NIP_B),
    3: ("Siti Aminah", ""),
    4: ("Siti Aminah", ""),
    5: ("Budi Santoso", ""),
    6: ("Budi Santoso Putra", ""),
}
DUES = [
    Due(11, 1, DEC, 16_800), Due(12, 1, JAN, 33_600), Due(11, 2, DEC, 16_800), Due(11, 3, DEC, 8_400), Due(11, 4, DEC, 8_400),
    Due(11, 5, DEC, 50_400), Due(11, 6, DEC, 67_200),
]  # fmt: skip
CODES = (
    OpenCode(7, "2612000123", 134_400, date(2026, 12, 31)),
    OpenCode(8, "2612000124", 16_800, date(2026, 12, 10)),
    OpenCode(9, "2612000125", 0, None),
    OpenCode(10, "2612000126", 50_400, None, explained=False),
)
USUAL = book(PEOPLE, DUES, CODES)


def decide(text: str, amount: int, *, direction: str = "in", given: Book = USUAL, purpose: str = "collection"):
    return decide_all([(text, amount)], direction=direction, given=given, purpose=purpose)[0]


def decide_all(
    lines: list[tuple[str, int]], *, direction: str = "in", given: Book = USUAL, purpose: str = "collection"
):
    frame = pl.DataFrame(
        {
            "line": range(len(lines)), "booked_on": [date(2026, 12, 12)] * len(lines), "direction": [direction] * len(lines),
            "amount": [amount for _, amount in lines], "text": [text for text, _ in lines],
        },
        schema_overrides={"line": pl.Int64, "amount": pl.Int64},
    )  # fmt: skip
    outcome = match_lines(frame, given, purpose=purpose)
    found = {one.line: one for one in (*outcome.decisions, *outcome.left)}
    assert len(found) == len(lines)
    return [found[at] for at in range(len(lines))]


@pytest.mark.parametrize(
    "text",
    [f"TRF {NIP_A} DES", "SETORAN 19850315 201001 1 001", f"VA 88100{NIP_A}", "NIP.19850315.201001.1.001 RATNA"],
)
def test_a_nip_however_the_bank_broke_it_finds_its_donor(text):
    found = decide(text, 16_800)
    assert isinstance(found, Decision)
    assert (found.rule, [part.donor for part in found.parts]) == ("nip", [1])


@pytest.mark.parametrize(
    ("text", "amount", "donor"),
    [
        ("TRSF E-BANKING CR 1212/FTSCY RATNA SARI DEWI", 16_800, 1),
        ("BIFAST MUHAMMAD JUMADI IURAN", 16_800, 2),
        ("DARI MUHAMMAD DJUMADI", 16_800, 2),
    ],
)
def test_a_whole_name_in_any_spelling_finds_its_donor_when_the_amount_is_due(text, amount, donor):
    found = decide(text, amount)
    assert isinstance(found, Decision)
    assert [part.donor for part in found.parts] == [donor]


def test_two_months_of_one_donor_are_settled_by_their_sum():
    found = decide(f"IURAN {NIP_A}", 50_400)
    assert isinstance(found, Decision)
    assert (found.rule, [part.month for part in found.parts]) == ("nip_months", [DEC, JAN])


@pytest.mark.parametrize(
    ("text", "amount", "why"),
    [
        ("TRF SITI AMINAH", 8_400, "same_name"),
        (f"TRF {NIP_A} {NIP_B}", 16_800, "two_donors"),
        (f"TRF {NIP_A}", 12_345, "amount_differs"),
        ("RATNA SARI DEWI UTK MOCHAMAD DJUMADI", 16_800, "two_donors"),
        ("IURAN 12045 RATNA SARI DEWI", 12_045, "amount_differs"),
        ("RATNA", 16_800, "no_evidence"),
        ("SETOR TUNAI", 16_800, "no_evidence"),
        (f"IURAN BULAN MARET 2027 {NIP_A}", 16_800, "months_differ"),
    ],
)
def test_a_line_with_a_doubt_stays_open_and_says_why(text, amount, why):
    found = decide(text, amount)
    assert not isinstance(found, Decision)
    assert found.why == why
    assert not found.ignored


def test_the_month_a_line_names_is_the_month_that_is_settled():
    given = book(PEOPLE, [Due(11, 1, DEC, 16_800), Due(12, 1, JAN, 16_800)])
    found = decide(f"IURAN JAN 2027 {NIP_A}", 16_800, given=given)
    assert isinstance(found, Decision)
    assert [part.month for part in found.parts] == [JAN]


def test_a_longer_name_that_is_spelled_out_is_believed_over_one_that_is_a_part_of_it():
    both = book(PEOPLE, [Due(11, 5, DEC, 50_400), Due(11, 6, DEC, 50_400)])
    longer = decide("TRF BUDI SANTOSO PUTRA", 50_400, given=both)
    assert isinstance(longer, Decision)
    assert [part.donor for part in longer.parts] == [6]
    assert decide("TRF BUDI SANTOSO PUTRA", 50_400).why == "amount_differs"


def test_a_longer_name_that_only_sounds_so_is_not_believed_when_the_shorter_ones_dues_fit():
    both = book({5: PEOPLE[5], 6: ("Budi Santoso Fitri", "")}, [Due(11, 5, DEC, 50_400), Due(11, 6, DEC, 50_400)])
    found = decide("IURAN BUDI SANTOSO FITHRIE", 50_400, given=both)
    assert not isinstance(found, Decision)


def test_of_two_names_that_sound_alike_the_one_that_is_spelled_so_is_meant():
    given = book({1: ("Pera Septiana", ""), 2: ("Vera Septiana", "")}, [Due(11, 1, DEC, 8_400), Due(11, 2, DEC, 8_400)])
    found = decide("TRF PERA SEPTIANA", 8_400, given=given)
    assert isinstance(found, Decision)
    assert [part.donor for part in found.parts] == [1]
    assert not isinstance(decide("TRF PHERA SEPTIANA", 8_400, given=given), Decision)


def test_a_name_that_only_sounds_like_a_donors_is_believed_on_a_line_about_contributions_only():
    given = book({1: ("Pera Septiana", "")}, [Due(11, 1, DEC, 8_400)])
    assert decide("TRF VERA SEPTIANA", 8_400, given=given).why == "name_sounds"
    assert isinstance(decide("IURAN VERA SEPTIANA", 8_400, given=given), Decision)


def test_a_donor_of_one_name_beside_another_ones_name_leaves_the_line_open():
    given = book({1: ("Ratna Sari Dewi", ""), 2: ("Sukarmi", "")}, [Due(11, 1, DEC, 16_800), Due(11, 2, DEC, 16_800)])
    assert decide("TITIP SUKARMI RATNA SARI DEWI", 16_800, given=given).why == "two_donors"


def test_who_else_may_be_meant_does_not_depend_on_what_was_settled_in_between():
    billed = (Due(11, 5, DEC, 50_400), Due(11, 6, DEC, 50_400))
    after = Book((billed[0],), USUAL.donors, USUAL.bills, (), {}, billed)
    assert not isinstance(decide("TRF DARI BUDI SANTOSO", 50_400, given=after), Decision)


def test_a_name_inside_a_longer_one_that_nobody_bears_is_for_a_person_to_decide():
    assert decide("TRF MUHAMMAD RATNA SARI DEWI", 16_800).why == "name_longer"
    assert decide("TRF RATNA SARI DEWI KUSUMA", 16_800).why == "name_longer"
    assert isinstance(decide("BIFAST DARI RATNA SARI DEWI 4711 KUSUMA", 16_800), Decision)


def test_figures_behind_a_broken_nip_do_not_hide_it():
    assert isinstance(decide("TRF 19850315 201001 1 001 4711 900001", 16_800), Decision)


def test_a_name_the_bank_may_have_cut_is_not_taken_for_the_shorter_one_when_both_would_fit():
    given = book(PEOPLE, [Due(11, 5, DEC, 50_400), Due(11, 6, DEC, 50_400)])
    assert not isinstance(decide("TRF DARI BUDI SANTOSO", 50_400, given=given), Decision)
    assert not isinstance(decide("TRF DARI BUDI SANTOSO PU", 50_400, given=given), Decision)


def test_a_name_cut_within_its_last_word_is_believed_only_on_a_line_about_contributions():
    assert isinstance(decide("IURAN BPJS RATNA SARI DEW", 16_800), Decision)
    assert not isinstance(decide("TRF RATNA SARI DEW", 16_800), Decision)


def test_the_number_of_a_bill_settles_all_of_it_and_only_by_its_whole_sum():
    total = sum(due.amount for due in DUES if due.bill == 11)
    found = decide("KOLEKTIF TGH 202612 UJI DINSOS 1", total)
    assert isinstance(found, Decision)
    assert (found.kind, len(found.parts)) == ("agency", 6)
    assert not isinstance(decide("KOLEKTIF TGH/202612/UJI-DINSOS/1", total - 1), Decision)


def test_the_sum_of_a_whole_bill_is_believed_on_a_line_about_contributions_only():
    total = sum(due.amount for due in DUES if due.bill == 11)
    assert isinstance(decide("POTONGAN TPP DINAS SOSIAL", total), Decision)
    assert not isinstance(decide("SETOR TUNAI", total), Decision)


def test_a_line_that_names_two_stays_open_also_when_one_of_them_has_paid():
    lines = [(f"IURAN {NIP_B}", 16_800), ("RATNA SARI DEWI UTK MOCHAMAD DJUMADI", 16_800)]
    assert decide_all(lines)[1].why == "two_donors"


def test_a_bill_of_which_something_was_paid_is_not_taken_as_a_whole_without_its_number():
    rest = sum(due.amount for due in DUES if due.bill == 11) - 16_800
    assert not isinstance(decide_all([(f"IURAN {NIP_B}", 16_800), ("POTONGAN TPP", rest)])[1], Decision)


def test_the_second_payment_of_what_is_settled_stays_open():
    first, second = decide_all([(f"IURAN {NIP_B}", 16_800), (f"IURAN {NIP_B}", 16_800)])
    assert isinstance(first, Decision)
    assert second.why == "nothing_due"


def test_a_code_is_paid_by_its_exact_amount_and_in_its_time():
    found = decide("BAYAR BPJS TK 2612000123", 134_400, direction="out")
    assert isinstance(found, Decision)
    assert [code.code for code in found.codes] == [7]
    assert isinstance(decide("BAYAR BPJS 2612 000123", 134_400, direction="out"), Decision)


@pytest.mark.parametrize(
    ("text", "amount", "why"),
    [
        ("BPJS 2612000123", 134_401, "code_differs"),
        ("BPJS 2612000124", 16_800, "code_expired"),
        ("BPJS 2612000125", 16_800, "code_paid"),
        ("BPJS 2612000126", 50_400, "code_explained_first"),
        ("BPJS 26120001231", 134_400, "own_transfer"),
        ("TARIK TUNAI", 134_400, "own_transfer"),
    ],
)
def test_a_payment_to_bpjs_that_does_not_fit_stays_open(text, amount, why):
    found = decide(text, amount, direction="out")
    assert not isinstance(found, Decision)
    assert found.why == why


def test_fees_of_the_bank_are_left_aside_but_never_a_large_sum_or_one_about_contributions():
    assert decide("BIAYA ADM", 15_000, direction="out").ignored
    assert not decide("BIAYA ADM", 15_000_000, direction="out").ignored
    assert not decide("BIAYA ADM IURAN BPJS", 15_000, direction="out").ignored
    assert not decide("BIAYA ADM", 15_000).ignored


def test_money_that_comes_into_an_account_of_remittance_is_nobodys_contribution():
    found = decide(f"PINDAH {NIP_A}", 16_800, purpose="remittance")
    assert not isinstance(found, Decision)
