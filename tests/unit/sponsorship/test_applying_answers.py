"""The pure heart of answers: whatever comes in whatever order, facts add up to the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sertakan.sponsorship.answers.applying import Held, LineFacts, apply
from sertakan.sponsorship.answers.facts import ALREADY_MEMBER, Answer, Payment

TODAY = date(2026, 11, 23)
NUMBER = b"n" * 32
_days = st.dates(date(2026, 11, 1), TODAY)


def _answer(**facts):
    return Answer(sheet=0, sheet_name="J", number=2, raw={}, nik="9901011503859001", **facts)


_decisions = st.builds(
    lambda day, position: _answer(
        decision="accepted",
        decided_on=day,
        payment_code=f"IUR{position}",
        payment_amount=16_800 * position,
        payment_expires_on=date(2026, 12, position),
    ),
    _days,
    st.integers(1, 28),
)
_payments = st.builds(
    lambda day, number: _answer(payment=Payment(day, 16_800, f"REF-{number}", 1)), _days, st.integers(1, 3)
)
_numbers = st.just(_answer(kpj="01234567890", issued_on=date(2026, 11, 21)))
_already = st.just(_answer(decision="refused", decided_on=TODAY, reason_code=ALREADY_MEMBER))


def _run(answers):
    line, number, held = LineFacts(), None, []
    for answer in answers:
        try:
            _, number, _ = apply(
                line,
                answer,
                number=number,
                said=NUMBER if answer.kpj else None,
                owner_is_other=False,
                sent_on=date(2026, 11, 1),
                today=TODAY,
            )
        except Held as problem:
            held.append(problem.finding.code)
    end = (
        line.answer, line.open(has_number=number is not None), line.sponsorship_state(has_number=number is not None),
        line.accepted_on, line.payment_code, line.payment_amount, line.payment_expires_on, line.first_paid_on,
        line.reason_code, sorted(line.payments), number and (number.index, number.issued_on, number.existed),
    )  # fmt: skip
    return end, held


@given(st.lists(st.one_of(_decisions, _payments, _numbers, _already), max_size=6, unique_by=repr), st.randoms())
def test_any_order_gives_the_same_end(answers, random):
    # One code per expiry: two codes with the same expiry contradict each other, and then the first one stays.
    known: set[date] = set()
    usable = []
    for answer in answers:
        if answer.payment_expires_on not in known or answer.payment_expires_on is None:
            usable.append(answer)
        if answer.payment_expires_on:
            known.add(answer.payment_expires_on)
    shuffled = list(usable)
    random.shuffle(shuffled)
    first, held = _run(usable)
    assert held == []
    assert _run(shuffled) == (first, [])
    assert _run([*shuffled, *usable])[0] == first


@given(st.lists(st.one_of(_decisions, _payments), max_size=6))
def test_without_a_number_nobody_is_a_member(answers):
    end, _ = _run(answers)
    assert end[2] != "member"
    assert end[-1] is None


@given(st.lists(st.one_of(_decisions, _payments, _numbers), max_size=6))
def test_what_is_held_leaves_everything_as_it_was(answers):
    before, _ = _run(answers)
    wrong = _answer(decision="refused", decided_on=TODAY, reason_code="age")
    after, held = _run([*answers, wrong])
    if held:
        assert after == before
    else:
        assert after[0] == "refused"
