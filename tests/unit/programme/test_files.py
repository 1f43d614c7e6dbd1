"""The main job: what goes in comes out as accepted, held, duplicate or known, and can be taken back."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from invented_lists import line, nik, sheet

from sertakan.core.scope import SYSTEM

pytestmark = [pytest.mark.usefixtures("reference")]


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel(date(2026, 11, 23), tick=True):
        yield


def account(file):
    from sertakan.intake import queries

    counted = queries.account(file)
    assert counted["rows"] == sum(count for name, count in counted.items() if name != "rows")
    return {name: count for name, count in counted.items() if count and name != "rows"}


def codes(file, severity="hold"):
    from sertakan.intake import queries

    return [(found["number"], found["code"]) for found in queries.findings(file) if found["severity"] == severity]


def accept(file):
    from sertakan.programme import files

    return files.accept(file_id=file.pk, actor=SYSTEM)[1]


def test_a_dry_look_stores_no_person(hand_in):
    from sertakan.people.models import Person

    file = hand_in(sheet(line(9001), line(9002)))
    assert account(file) == {"accepted": 2}
    assert not Person.objects.exists()


def test_accepted_rows_become_persons_with_identifier_consent_donor_and_sponsorship(hand_in):
    from sertakan.core import encryption
    from sertakan.people.models import Consent, Identifier, Person, PersonAgency
    from sertakan.sponsorship.models import Donor, Sponsorship

    file = hand_in(sheet(line(9001, "Budi Contoh"), line(9002, "Candra Contoh")))
    done = accept(file)
    assert (done.rows, done.persons, done.donors, done.sponsorships, done.consents) == (2, 2, 1, 2, 2)
    person = Person.objects.get(name="Budi Contoh")
    identifier = Identifier.objects.get(person=person)
    assert encryption.decrypt(bytes(identifier.sealed)).decode() == nik(9001)
    assert identifier.last_four == "9001"
    assert Consent.objects.get(person=person).given_on == date(2026, 11, 1)
    assert PersonAgency.objects.filter(person=person, agency=file.agency).exists()
    sponsorship = Sponsorship.objects.get(person=person)
    assert sponsorship.donor == Donor.objects.get()
    assert (sponsorship.dasar, sponsorship.funding, sponsorship.sector) == (1_000_000, "private", "transport")
    assert sponsorship.start_month == date(2026, 12, 1)


def test_every_written_row_has_its_history_with_the_actor(hand_in):
    from sertakan.people.models import Person

    file = hand_in(sheet(line(9001)))
    accept(file)
    event = Person.pgh_event_model.objects.get()
    assert event.pgh_label == "insert"
    assert event.pgh_context["label"] == "sistem"


def test_the_same_file_again_is_the_same_file(hand_in):
    from sertakan.agencies.queries import find_agency
    from sertakan.programme import files

    data = sheet(line(9001))
    first = hand_in(data)
    again, fresh = files.receive(agency=find_agency("Dinsos"), name="lain.csv", data=data)
    assert not fresh
    assert again == first


def test_accepting_twice_writes_nothing_the_second_time(hand_in):
    from sertakan.sponsorship.models import Sponsorship

    file = hand_in(sheet(line(9001)))
    accept(file)
    assert accept(file).rows == 0
    assert Sponsorship.objects.count() == 1


def test_the_same_person_in_another_file_of_the_agency_is_known(hand_in):
    accept(hand_in(sheet(line(9001))))
    second = hand_in(sheet(line(9001), line(9002)))
    assert account(second) == {"accepted": 1, "known": 1}
    assert codes(second) == [(2, "already_sponsored")]


def test_another_donor_for_the_same_worker_is_shown_and_not_taken(hand_in):
    accept(hand_in(sheet(line(9001))))
    second = hand_in(sheet(line(9001, donor="Ratna Contoh;197902022006022002")))
    assert account(second) == {"known": 1}
    assert codes(second) == [(2, "other_donor")]


def test_across_agencies_one_learns_only_that_somebody_pays_already(hand_in):
    from sertakan.intake import queries

    accept(hand_in(sheet(line(9001)), agency="Dinkes"))
    second = hand_in(sheet(line(9001)), agency="Dinsos")
    assert codes(second) == [(2, "sponsored_elsewhere")]
    found = next(found for found in queries.findings(second) if found["code"] == "sponsored_elsewhere")
    assert not found["facts"]


def test_a_person_whose_payer_stopped_may_be_taken_by_the_next_and_stays_one_person(hand_in):
    from sertakan.people.models import Person
    from sertakan.programme import files

    first = hand_in(sheet(line(9001)))
    accept(first)
    files.take_back(file_id=first.pk, actor=SYSTEM, reason="uji")
    second = hand_in(sheet(line(9001)), agency="Dinkes")
    assert account(second) == {"accepted": 1}
    assert accept(second).persons == 0
    assert Person.objects.count() == 1


def test_who_gets_a_payer_between_check_and_acceptance_is_known_in_the_end(hand_in):
    early = hand_in(sheet(line(9001), line(9002)), agency="Dinkes")
    accept(hand_in(sheet(line(9001)), agency="Dinsos"))
    done = accept(early)
    assert done.rows == 1
    assert account(early) == {"accepted": 1, "known": 1}


def test_a_file_taken_back_counts_all_rows_as_withdrawn_and_can_come_again(hand_in):
    from sertakan.programme import files
    from sertakan.sponsorship.models import Sponsorship

    data = sheet(line(9001), line(9002))
    file = hand_in(data)
    accept(file)
    taken = files.take_back(file_id=file.pk, actor=SYSTEM, reason="salah berkas")
    assert account(taken) == {"withdrawn": 2}
    assert not Sponsorship.objects.exclude(state="ended").exists()
    again = hand_in(data)
    assert again != file
    assert account(again) == {"accepted": 2}


def test_a_file_of_which_bpjs_has_seen_a_row_cannot_be_taken_back(hand_in):
    from sertakan.programme import files
    from sertakan.programme.errors import FileAlreadySent
    from sertakan.sponsorship.models import Sponsorship

    file = hand_in(sheet(line(9001)))
    accept(file)
    Sponsorship.objects.update(state="sent")
    with pytest.raises(FileAlreadySent):
        files.take_back(file_id=file.pk, actor=SYSTEM, reason="terlambat")
    file.refresh_from_db()
    assert file.state == "accepted"
    assert Sponsorship.objects.get().state == "sent"


def test_a_repaired_row_is_checked_again_and_the_others_stay(hand_in):
    from sertakan.intake import queries
    from sertakan.programme import files

    file = hand_in(sheet(line(9001), line(9002, work="kerja apa saja ya")))
    assert account(file) == {"accepted": 1, "held": 1}
    held = queries.current_rows(file, states=["held"]).row(0, named=True)
    files.repair(
        file_id=file.pk, actor=SYSTEM, changes={(held["sheet_no"], held["number"]): {"occupation": "tukang ojek"}}
    )
    assert account(file) == {"accepted": 2}
    assert accept(file).rows == 2


def test_a_row_repaired_after_acceptance_goes_straight_into_the_register(hand_in):
    from sertakan.programme import files
    from sertakan.sponsorship.models import Sponsorship

    file = hand_in(sheet(line(9001), line(9002, nik="177102")))
    accept(file)
    files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, 3): {"nik": nik(9002)}})
    assert account(file) == {"accepted": 2}
    assert Sponsorship.objects.count() == 2


def test_a_row_repaired_into_somebody_of_the_same_file_is_a_duplicate(hand_in):
    from sertakan.programme import files

    file = hand_in(sheet(line(9001), line(9002, nik="177102")))
    files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, 3): {"nik": nik(9001)}})
    assert account(file) == {"accepted": 1, "duplicates": 1}


def test_repairing_a_row_that_is_not_there_changes_nothing(hand_in):
    from sertakan.intake.models import Row
    from sertakan.programme import files
    from sertakan.programme.errors import RowUnknown

    file = hand_in(sheet(line(9001)))
    with pytest.raises(RowUnknown):
        files.repair(file_id=file.pk, actor=SYSTEM, changes={(0, 99): {"nik": nik(9001)}})
    assert Row.objects.count() == 1


def test_one_answer_about_a_word_frees_all_rows_that_say_it_and_is_remembered(hand_in):
    from sertakan.programme import files

    rows = [line(9000 + n, work="sopir") for n in range(1, 4)]
    file = hand_in(sheet(*rows))
    assert account(file) == {"held": 3}
    files.answer(file_id=file.pk, actor=SYSTEM, values={("occupation", "sopir"): "sopir-angkot"})
    assert account(file) == {"accepted": 3}
    assert account(hand_in(sheet(line(9010, work="Sopir")))) == {"accepted": 1}


def test_held_rows_go_out_as_a_workbook_and_come_back_repaired(hand_in):
    from io import BytesIO

    import openpyxl

    from sertakan.programme.corrections import held_workbook

    file = hand_in(sheet(line(9001), line(9002, nik="1771"), line(9003, work="entah apa")))
    assert account(file) == {"accepted": 1, "held": 2}
    book = openpyxl.load_workbook(BytesIO(held_workbook(file)))
    page = book["Perbaikan"]
    headings = [cell.value for cell in page[1]]
    assert page.cell(2, headings.index("NIK") + 1).comment is not None
    page.cell(2, headings.index("NIK") + 1).value = nik(9002)
    page.cell(3, headings.index("Pekerjaan") + 1).value = "tukang ojek"
    out = BytesIO()
    book.save(out)
    back = hand_in(out.getvalue(), name="perbaikan.xlsx")
    assert back == file
    assert account(file) == {"accepted": 3}


def test_the_account_adds_up_whatever_the_rows_say(hand_in):
    rows = [line(9001), line(9001), line(9002, nik="x"), line(9003, name="-"), line(9004, birth="kemarin")]
    file = hand_in(sheet(*rows))
    assert account(file) == {"accepted": 1, "duplicates": 1, "held": 3}


def test_a_pic_sees_the_files_of_the_own_agency_only(hand_in, acting_as):
    from sertakan.agencies.queries import find_agency
    from sertakan.intake import queries

    own, other = hand_in(sheet(line(9001))), hand_in(sheet(line(9002)), agency="Dinkes")
    acting_as("pic", find_agency("Dinsos"))
    assert list(queries.files()) == [own]
    with pytest.raises(queries.FileUnknown):
        queries.get_file(other.pk)


def test_a_pic_can_carry_the_whole_job_out_alone(hand_in, acting_as):
    from sertakan.agencies.queries import find_agency
    from sertakan.programme import files
    from sertakan.sponsorship.models import Sponsorship

    accept(hand_in(sheet(line(9009, "Candra Contoh")), agency="Dinkes"))
    pic = acting_as("pic", find_agency("Dinsos"))
    file = hand_in(sheet(line(9001), line(9002, work="sopir"), line(9009, "Candra Contoh")), actor=pic)
    assert account(file) == {"accepted": 1, "held": 1, "known": 1}
    files.accept(file_id=file.pk, actor=pic)
    files.answer(file_id=file.pk, actor=pic, values={("occupation", "sopir"): "sopir-truk"})
    assert account(file) == {"accepted": 2, "known": 1}
    assert Sponsorship.objects.count() == 2


def test_no_identity_number_stands_in_the_trail_or_in_findings(hand_in):
    from sertakan.core.models import AuditEvent
    from sertakan.intake.models import Finding

    file = hand_in(sheet(line(9001), line(9001), line(9002, nik="1771020303859")))
    accept(file)
    for event in AuditEvent.objects.all():
        assert "17710" not in str(event.facts)
    for found in Finding.objects.all():
        assert "17710" not in str(found.facts)
