"""The list, the money and BPJS's members side by side: what differs is kept, explained, and closes itself when it is gone."""

from __future__ import annotations

import pytest
from django.db import connection

import factories
from sertakan.banking import errors, services
from sertakan.banking.models import Difference, MemberFile
from sertakan.core.month import Month

DECEMBER = Month(2026, 12)
HEAD = "KPJ;NIK;Nama Peserta;Status;Bulan Iuran"


def members(*rows: tuple[str, str, str, str, str]) -> bytes:
    return "\n".join(["Daftar peserta", HEAD, *(";".join(row) for row in rows)]).encode()


def row(
    worker, *, kpj: str = "90000000001", name: str = "", status: str = "Aktif", month: str = "2026-12", nik: str = ""
):
    return (kpj, nik or worker.nik, name or worker.person.name, status, month)


def compare(data: bytes):
    return services.compare_month(DECEMBER, data, name="peserta.csv")


def kinds() -> dict[str, str]:
    return dict(Difference.objects.values_list("kind", "state"))


@pytest.fixture
def paid(desk, make_statement, reconciled):
    """The first donor of the desk has paid for the first worker."""
    one = desk.bills[0].total // 4
    reconciled(make_statement(("02/12/2026", "TRF 198503152010011001", one, "C")))
    return desk


def test_where_all_three_say_the_same_nothing_is_kept(paid):
    first = paid.workers[0]
    done = compare(members(row(first)))
    assert (done.members, done.sponsored, done.paid, done.differences) == (1, 4, 1, 0)
    assert done.agree == 4
    assert not Difference.objects.exists()


def test_who_is_paid_for_and_not_on_the_list_is_found(paid):
    assert compare(members(row(paid.workers[1]))).kinds == {"listed_not_paid": 1, "paid_not_listed": 1}
    found = {one.kind: one for one in Difference.objects.all()}
    assert found["paid_not_listed"].person == paid.workers[0].person
    assert found["paid_not_listed"].facts == {"money": "collected"}
    assert found["listed_not_paid"].person == paid.workers[1].person


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"name": "Orang Lain Sekali"}, "other_name"),
        ({"month": "2026-11"}, "other_month"),
        ({"status": "Nonaktif"}, "paid_inactive"),
    ],
)
def test_another_name_month_or_state_is_found(paid, facts, kind):
    assert compare(members(row(paid.workers[0], **facts))).kinds == {kind: 1}


def test_another_number_is_found_and_only_its_last_figures_are_kept(paid):
    from sertakan.core import encryption
    from sertakan.people.models import Identifier

    sealed = encryption.encrypt(b"90000000001")
    Identifier.objects.create(
        person=paid.workers[0].person, kind="kpj", sealed=sealed, key_version=1, index=encryption.index("kpj", "90000000001"),
        last_four="0001",
    )  # fmt: skip
    assert compare(members(row(paid.workers[0], kpj="90000000077"))).kinds == {"other_number": 1}
    facts = Difference.objects.get().facts
    assert (facts["kpj_last"], facts["own_last"]) == ("0077", "0001")
    assert "90000000077" not in str(facts)


def test_a_number_that_one_person_has_besides_another_is_no_other_number(paid):
    from sertakan.core import encryption
    from sertakan.people.models import Identifier, Person

    first, second = paid.workers[0].person, paid.workers[1].person
    for person, kpj in ((first, "90000000001"), (second, "90000000077")):
        Identifier.objects.create(
            person=person, kind="kpj", sealed=encryption.encrypt(kpj.encode()), key_version=1, index=encryption.index("kpj", kpj),
            last_four=kpj[-4:],
        )  # fmt: skip
    Person.objects.filter(pk=second.pk).update(merged_into=first)
    for kpj in ("90000000001", "90000000077"):
        assert "other_number" not in compare(members(row(paid.workers[0], kpj=kpj))).kinds


def test_a_promise_that_was_closed_is_not_money(paid):
    from sertakan.contributions import services as contributions
    from sertakan.sponsorship.models import Sponsorship

    lapsed = Sponsorship.objects.get(person=paid.workers[1].person)
    contributions.close_not_collected([lapsed.pk], reason="nonaktif")
    assert compare(members(row(paid.workers[0]))).kinds == {}


def test_a_spelling_that_sounds_the_same_is_no_other_name(paid):
    paid.workers[0].person.name = "Mochamad Djumadi"
    paid.workers[0].person.save()
    assert compare(members(row(paid.workers[0], name="MUHAMMAD JUMADI"))).differences == 0


def test_a_member_whom_nobody_knows_is_kept_without_a_number(paid):
    done = compare(
        members(row(paid.workers[0]), row(paid.workers[1], nik="1771021503779333", name="Asing", kpj="90000000099"))
    )
    assert done.kinds == {"unknown_member": 1}
    found = Difference.objects.get()
    assert found.person is None
    assert "1771021503779333" not in str(found.facts) + found.subject


def test_a_row_that_cannot_be_read_is_held_and_counted(paid):
    done = compare(
        members(
            row(paid.workers[0]),
            ("9", "12345", "X", "Aktif", "2026-12"),
            ("90000000009", "", "Y", "Aktif", "bulan depan"),
        )
    )
    assert (done.members, done.held) == (1, 2)
    assert [held["code"] for held in MemberFile.objects.get().account["held_rows"]] == [
        "nik_malformed",
        "month_unreadable",
    ]


def test_the_same_list_again_changes_nothing(paid):
    data = members(row(paid.workers[0], month="2026-11"))
    assert (compare(data).unchanged, compare(data).unchanged) == (False, True)
    assert (Difference.objects.count(), MemberFile.objects.count()) == (1, 1)


def test_what_is_gone_closes_itself_and_opens_again_when_it_returns(paid):
    wrong, right = members(row(paid.workers[0], month="2026-11")), members(row(paid.workers[0]))
    compare(wrong)
    assert compare(right).closed == 1
    assert kinds() == {"other_month": "closed"}
    compare(wrong)
    assert kinds() == {"other_month": "open"}


def test_what_a_person_explained_or_closed_is_not_undone_by_the_next_list(paid):
    data = members(row(paid.workers[0], month="2026-11"))
    compare(data)
    difference = Difference.objects.get()
    with pytest.raises(errors.ReasonMissing):
        services.explain_difference(difference, explanation=" ")
    services.explain_difference(difference, explanation="BPJS membukukan ke November", task="bpjs")
    compare(data)
    assert kinds() == {"other_month": "explained"}
    services.explain_difference(difference, explanation="sudah dipindahkan", close=True)
    compare(data)
    assert kinds() == {"other_month": "closed"}
    with pytest.raises(errors.DifferenceClosed):
        services.explain_difference(difference, explanation="lagi")
    services.reopen_difference(difference, reason="ternyata belum")
    assert kinds() == {"other_month": "explained"}


def test_only_who_may_brings_in_the_list_and_a_clerk_follows_the_own_agency(paid, acting_as):
    compare(
        members(row(paid.workers[0], month="2026-11"), row(paid.workers[1], nik="1771021503779333", kpj="90000000099"))
    )
    other = factories.make_agency()
    difference = Difference.objects.get(kind="other_month")
    acting_as("pic", other)
    assert not Difference.objects.exists()
    with pytest.raises(errors.NotYourComparison):
        compare(members(row(paid.workers[0])))
    with pytest.raises(errors.NotYourAccount):
        services.explain_difference(difference, explanation="x")
    acting_as("pic", paid.agency)
    assert [one.kind for one in Difference.objects.all()] == ["other_month"]
    services.explain_difference(difference, explanation="kami periksa")


def test_a_file_that_is_no_list_of_members_is_refused(desk):
    with pytest.raises(errors.NotAMemberList):
        compare(b"Tanggal;Jumlah\n1;2")


def test_differences_are_never_taken_away(paid):
    from django.db import DatabaseError, transaction

    compare(members(row(paid.workers[0], month="2026-11")))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM banking_difference")
