"""Lists from outside: mapped like an agency's file, matched, numbers attached, refused in clear words, the same again unchanged."""

from __future__ import annotations

import pytest

from sertakan.core.scope import SYSTEM

HEADINGS = "No;Nama Tenaga Kerja;NIK;Tgl Lahir;Nama Ibu Kandung;No HP;Nomor KPJ"


def _line(at, somebody, *, kpj="", nik=None, name=""):
    person = somebody.person
    born = person.birth_date.strftime("%d-%m-%Y")
    number = somebody.nik if nik is None else nik
    return f"{at};{name or person.name};{number};{born};{person.mother_name};{person.phone};{kpj}"


STRANGER = "99;Suwardi Karangan;1771021503779333;15-03-1977;Tumiyem;081399999999;90000000099"


@pytest.fixture
def people(village):
    return village.everybody()


@pytest.fixture
def write(tmp_path):
    def make(*lines, headings=HEADINGS, name="peserta.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([headings, *lines]) + "\n", encoding=encoding)
        return path

    return make


def _link(path, **facts):
    from sertakan.programme import linking

    return linking.link_file(path=path, actor=SYSTEM, **facts)


def _numbers():
    from sertakan.sponsorship.models import Membership

    return {one.person_id: one.identifier.last_four for one in Membership.objects.select_related("identifier")}


def test_a_member_list_gives_its_numbers_to_the_people_it_names(people, write):
    path = write(
        _line(1, people[0], kpj="90000000001"),
        _line(2, people[1], kpj="90000000002", nik=people[1].nik[:12]),
        STRANGER,
    )
    done = _link(path)
    assert (done.rows, done.linked, done.new, done.review, done.unchanged) == (3, 2, 1, 0, False)
    assert (len(done.linked_ids), done.counts["numbers"]) == (2, 2)
    assert _numbers() == {people[0].person.pk: "0001", people[1].person.pk: "0002"}
    assert done.columns["kpj"] == "Nomor KPJ"


def test_the_same_list_again_changes_nothing(people, write, dump):
    path = write(_line(1, people[0], kpj="90000000001"), STRANGER)
    first = _link(path)
    before = dump()
    again = _link(path)
    assert (again.unchanged, again.run, again.linked, again.linked_ids) == (True, first.run, 1, first.linked_ids)
    assert dump() == before


def test_the_same_rows_in_another_file_change_nothing(people, write, dump):
    _link(write(_line(1, people[0], kpj="90000000001")))
    before = dump()
    again = _link(write(_line(7, people[0], kpj="90000000001"), STRANGER, name="lagi.csv"))
    assert (again.unchanged, again.linked, again.new) == (True, 1, 1)
    assert dump() == before


def test_undoing_a_list_takes_its_numbers_back(people, write, dump):
    from sertakan.programme import linking

    before = dump()
    done = _link(write(_line(1, people[0], kpj="90000000001"), _line(2, people[1], kpj="90000000002")))
    assert dump() != before
    assert len(linking.undo(number=done.run, reason="daftar yang keliru")) == 2
    assert dump() == before


def test_a_number_that_bpjs_has_confirmed_since_stays(people, write):
    from sertakan.linkage.errors import NumberInUse
    from sertakan.programme import linking
    from sertakan.sponsorship.models import Membership

    done = _link(write(_line(1, people[0], kpj="90000000001"), _line(2, people[1], kpj="90000000002")))
    Membership.objects.filter(person=people[0].person).update(issued_on="2026-11-01")
    with pytest.raises(NumberInUse):
        linking.undo(number=done.linked_ids[0], reason="daftar keliru")
    assert len(linking.undo(number=done.run, reason="daftar keliru")) == 1
    assert _numbers() == {people[0].person.pk: "0001"}


def test_a_number_of_somebody_else_waits_for_a_person(people, write):
    from sertakan.linkage.models import Pair
    from sertakan.people import services

    services.attach_numbers(numbers={people[5].person.pk: "90000000001"})
    done = _link(write(_line(1, people[0], kpj="90000000001")))
    assert (done.linked, done.review) == (0, 1)
    assert "number_of_another_person" in Pair.objects.filter(person=people[0].person).get().reasons


def test_a_doubtful_row_waits_and_its_number_comes_with_the_decision(people, write):
    from sertakan.linkage.models import Pair
    from sertakan.programme import linking

    doubtful = _line(1, people[0], kpj="90000000001", nik="1771025503869999")
    done = _link(write(doubtful))
    assert done.linked == 0
    assert _numbers() == {}
    pair = Pair.objects.filter(person=people[0].person).first()
    if pair is None:  # the engine is sure that they are two
        return
    decided = linking.decide(pair=pair.pk, answer="same", reason="cocok menurut kartu")
    if not decided.final:
        return
    assert _numbers() == {people[0].person.pk: "0001"}


def test_only_members_are_compared_when_asked(people, write):
    from sertakan.people import services

    services.attach_numbers(numbers={people[1].person.pk: "90000000002"})
    done = _link(write(_line(1, people[0]), _line(2, people[1])), against="members")
    assert (done.linked, done.new) == (1, 1)


def test_columns_can_be_named(people, write):
    path = write(
        f"x;{people[0].person.name};{people[0].nik};{people[0].person.birth_date}",
        headings="ref;kolom satu;kolom dua;kolom tiga",
    )
    done = _link(path, mapping={"name": "kolom satu", "nik": "kolom dua", "birth_date": "kolom tiga"})
    assert done.linked == 1


def test_a_workbook_and_another_encoding_are_read_too(people, write, tmp_path):
    import factories

    book = tmp_path / "peserta.xlsx"
    person = people[0].person
    book.write_bytes(
        factories.answer_file(
            ("Nama", "NIK", "Tanggal Lahir", "No KPJ"), (person.name, people[0].nik, person.birth_date, "90000000001")
        )
    )
    assert _link(book).linked == 1
    assert _link(write(_line(1, people[1], kpj="90000000002"), name="b.csv", encoding="utf-16")).linked == 1


def test_a_long_list_streams_and_finds_the_same(people, write, monkeypatch):
    from sertakan.programme.linking import lists

    lines = [
        *(f"{at};Orang Karangan {at};;0{at % 9 + 1}-01-19{60 + at % 40};;;" for at in range(3000)),
        _line(4000, people[0], kpj="90000000001"),
        _line(4001, people[1], kpj="90000000002"),
    ]
    path = write(*lines, encoding="cp1252")
    monkeypatch.setattr(lists, "STREAM_FROM_BYTES", 1)
    monkeypatch.setattr(lists, "ROWS_AT_A_TIME", 700)
    done = _link(path)
    assert (done.rows, done.linked) == (3002, 2)
    assert _numbers() == {people[0].person.pk: "0001", people[1].person.pk: "0002"}


def test_a_person_who_stands_twice_in_a_list_gets_one_number(people, write):
    done = _link(write(_line(1, people[0], kpj="90000000001"), _line(2, people[0], kpj="90000000002")))
    assert (done.linked, done.review, len(_numbers())) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        (HEADINGS + "\n", "list_without_rows"),
        ("Kode;Jumlah\n1;2\n2;3\n", "list_without_usable_columns"),
    ],
)
def test_a_list_that_names_nobody_is_refused(people, tmp_path, text, code):
    from sertakan.core.errors import DomainError

    path = tmp_path / "kosong.csv"
    path.write_text(text)
    with pytest.raises(DomainError) as refused:
        _link(path)
    assert refused.value.code in (code, "no_rows")


def test_a_list_that_is_too_large_is_refused(people, write, monkeypatch):
    from sertakan.linkage.errors import ListTooLarge
    from sertakan.programme.linking import lists

    monkeypatch.setattr(lists, "LARGEST_BYTES", 10)
    with pytest.raises(ListTooLarge):
        _link(write(STRANGER))


def test_a_column_that_is_not_there_is_refused(people, write):
    from sertakan.linkage.errors import ListColumnUnknown

    with pytest.raises(ListColumnUnknown):
        _link(write(STRANGER), mapping={"name": "Tidak Ada"})
    with pytest.raises(ListColumnUnknown):
        _link(write(STRANGER), mapping={"gaji": "Nama Tenaga Kerja"})


def test_stopping_in_the_middle_leaves_nothing(people, write, dump, monkeypatch):
    from sertakan.linkage import services
    from sertakan.linkage.models import Run

    before = dump()

    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "write_pairs", stopped)
    with pytest.raises(KeyboardInterrupt):
        _link(write(_line(1, people[0], kpj="90000000001")))
    assert (Run.objects.count(), dump()) == (0, before)


def test_the_officer_of_bpjs_may_bring_the_member_list(people, write, acting_as):
    from sertakan.programme import linking

    actor = acting_as("bpjs")
    assert linking.link_file(path=write(_line(1, people[0], kpj="90000000001")), actor=actor).linked == 1


def test_what_a_list_said_is_sealed(people, write):
    from django.db import connection

    from sertakan.linkage import queries
    from sertakan.linkage.models import Pair

    _link(write(_line(1, people[0], kpj="90000000001")))
    pair = queries.get_pair(Pair.objects.get().pk)
    assert queries.open_record(pair)["nik"] == people[0].nik
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text, x::text FROM linkage_externalrecord r, linkage_run x")
        stored = " ".join(cursor.fetchone())
    for word in (people[0].nik, people[0].person.name, "90000000001"):
        assert word not in stored
        assert word.encode().hex() not in stored


def test_the_numbers_of_a_list_without_headings_stand_in_no_refusal():
    from types import SimpleNamespace

    from sertakan.programme.linking import lists

    table = SimpleNamespace(headings=("1771021503779333", "1771.0215.0377.9333", "Jumlah"))
    shown = lists._headings([table])
    assert "177102" not in shown
    assert shown.endswith("9333, Jumlah")
