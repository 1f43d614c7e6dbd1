"""Batches: what may go in, what is locked when it is sent, what is seen by whom."""

from __future__ import annotations

import threading
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction

from sertakan.core.scope import SYSTEM, acting


def _prepare(world, *sponsorships, kind="new"):
    from sertakan.sponsorship import services

    ids = [one.pk for one in sponsorships] or None
    return services.prepare_batch(agency=world.agency, kind=kind, office=world.office, sponsorships=ids)


def _left_out(prepared):
    return {one.sponsorship_id: one.code for one in prepared.left_out}


@pytest.mark.django_db
def test_a_worker_without_consent_is_checked_but_not_batched(world):
    from sertakan.sponsorship import errors
    from sertakan.sponsorship.models import Batch

    agreed = world.sponsorship()
    silent = world.sponsorship(world.person(consent=False))
    prepared = _prepare(world, agreed, silent)
    assert prepared.lines == 1
    assert _left_out(prepared) == {silent.pk: "consent_missing"}
    with pytest.raises(errors.NothingReady, match="consent_missing: 1"):
        _prepare(world, silent)
    assert Batch.objects.count() == 1
    silent.refresh_from_db()
    assert silent.state == "checked"


@pytest.mark.django_db
def test_all_that_is_ready_goes_into_the_batch_of_its_kind(world):
    from sertakan.sponsorship import services

    fresh, known = world.sponsorship(), world.sponsorship()
    services.register_existing(person=known.person, kpj="00000009001", sponsorship=known)
    assert list(_prepare(world).batch.lines.values_list("sponsorship_id", flat=True)) == [fresh.pk]
    again = _prepare(world, kind="reactivate")
    assert list(again.batch.lines.values_list("sponsorship_id", flat=True)) == [known.pk]


@pytest.mark.django_db
def test_an_existing_member_is_reactivated_and_never_registered_anew(world):
    from sertakan.sponsorship import errors, services

    known = world.sponsorship()
    services.register_existing(person=known.person, kpj="00000009001", sponsorship=known)
    with pytest.raises(errors.NothingReady, match="number_known: 1"):
        _prepare(world, known)
    with pytest.raises(errors.NothingReady, match="number_unknown: 1"):
        _prepare(world, world.sponsorship(), kind="reactivate")


@pytest.mark.django_db
def test_a_sponsorship_stands_in_one_open_batch_only(world):
    from sertakan.sponsorship import errors

    one = world.sponsorship()
    _prepare(world, one)
    with pytest.raises(errors.NothingReady, match="already_in_batch: 1"):
        _prepare(world, one)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sponsorship_batch (agency_id, office_id, kind, state, layout, content, prepared_at)"
            " SELECT agency_id, office_id, kind, state, layout, content, prepared_at FROM sponsorship_batch RETURNING id"
        )
        cursor.execute(
            "INSERT INTO sponsorship_batchline (batch_id, agency_id, number, sponsorship_id, person_id, purpose,"
            " effective_on, last_payable_month, programmes, dasar, funding, sector, start_month, months)"
            " SELECT %s, agency_id, number, sponsorship_id, person_id, purpose, effective_on, last_payable_month,"
            " programmes, dasar, funding, sector, start_month, months FROM sponsorship_batchline",
            [cursor.fetchone()[0]],
        )


@pytest.mark.django_db
def test_two_donors_of_one_worker_do_not_both_go(world):
    person = world.person()
    one, two = world.sponsorship(person), world.sponsorship(person)
    prepared = _prepare(world, one, two)
    assert _left_out(prepared) == {two.pk: "same_person_in_batch"}


@pytest.mark.django_db
def test_a_discarded_draft_frees_its_sponsorships(world):
    from sertakan.sponsorship import services

    one = world.sponsorship()
    services.discard_batch(batch=_prepare(world, one).batch)
    assert _prepare(world, one).lines == 1


@pytest.mark.django_db
def test_a_line_freezes_the_facts_of_its_day(world):
    one = world.sponsorship(months=3, start_month=date(2026, 12, 1))
    line = _prepare(world, one).batch.lines.get()
    assert (line.effective_on, line.last_payable_month) == (date(2026, 12, 1), date(2027, 2, 1))
    assert (line.programmes, line.dasar, line.funding, line.months) == (["jkk", "jkm"], 1_000_000, "private", 3)
    assert (line.answer, line.open, line.number) == ("waiting", True, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sponsorship_batchline SET dasar = dasar + 1",
        "UPDATE sponsorship_batchline SET months = 1",
        "UPDATE sponsorship_batchline SET donor_id = NULL, number = 7",
        "DELETE FROM sponsorship_batchline",
        "DELETE FROM sponsorship_batch",
        "UPDATE sponsorship_batch SET state = 'draft', sent_at = NULL, content = ''",
        "UPDATE sponsorship_batch SET kind = 'stop'",
        "UPDATE sponsorship_batch SET content = repeat('0', 64)",
    ],
)
@pytest.mark.django_db
def test_a_sent_batch_cannot_be_changed_in_the_database(world, change):
    world.sent(world.sponsorship())
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_a_line_cannot_be_slipped_into_a_sent_batch(world):
    from sertakan.sponsorship.models import BatchLine

    batch = world.sent(world.sponsorship())
    other = _prepare(world, world.sponsorship()).batch
    for change in ({"batch_id": batch.pk}, {}):
        line = BatchLine.objects.get(batch=other)
        with pytest.raises(DatabaseError), transaction.atomic():
            if change:
                line.pk, line.number = None, 9
                line.batch_id = batch.pk
                line.save(force_insert=True)
            else:
                BatchLine.objects.filter(batch=batch).update(batch=other, number=9)


@pytest.mark.django_db
def test_a_sent_batch_refuses_services_too(world):
    from sertakan.sponsorship import errors, services

    one = world.sponsorship()
    batch = world.sent(one)
    for call in (
        lambda: services.send_batch(batch=batch),
        lambda: services.remove_lines(batch=batch, sponsorships=[one.pk]),
        lambda: services.discard_batch(batch=batch),
    ):
        with pytest.raises(errors.BatchLocked):
            call()


@pytest.mark.django_db
def test_a_consent_withdrawn_before_sending_stops_the_batch_and_leaves_it_a_draft(world):
    from sertakan.people import services as people
    from sertakan.sponsorship import errors, services

    one, two = world.sponsorship(), world.sponsorship()
    batch = _prepare(world, one, two).batch
    people.withdraw_consent(person=one.person)
    with pytest.raises(errors.NotAllReady, match="consent_missing: 1"):
        services.send_batch(batch=batch)
    batch.refresh_from_db()
    one.refresh_from_db()
    assert (batch.state, one.state) == ("draft", "checked")
    services.remove_lines(batch=batch, sponsorships=[one.pk])
    assert services.send_batch(batch=batch).state == "sent"


@pytest.mark.django_db
def test_the_export_keeps_numbers_as_text_and_is_written_down(world):
    from sertakan.core.models import AuditEvent
    from sertakan.sponsorship import services

    one = world.sponsorship()
    batch = world.sent(one)
    export = services.export_batch(batch=batch)
    book = openpyxl.load_workbook(BytesIO(export.data))
    sheet = book.worksheets[0]
    row = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["NIK"].value, row["NIK"].data_type, row["NIK"].number_format) == (one.nik, "s", "@")
    assert row["Nomor telepon"].value.startswith("+62")
    assert row["Dasar iuran (Rp)"].value == 1_000_000
    assert row["Tanggal lahir"].value.date() == date(1985, 3, 15)
    assert "Petunjuk" in book.sheetnames
    event = AuditEvent.objects.filter(action="sponsorship.batch_exported").get()
    assert (event.facts["rows"], event.facts["whole_numbers"], event.agency_id) == (1, True, world.agency.pk)
    assert one.nik not in str(event.facts)


@pytest.mark.django_db
def test_the_export_of_a_sent_batch_is_what_was_sent(world):
    from sertakan.sponsorship import services

    one = world.sponsorship()
    batch = world.sent(one)
    first = services.export_batch(batch=batch)
    one.person.name = "Nama Lain"
    one.person.save(update_fields=["name"])
    again = services.export_batch(batch=batch)
    assert first.data == again.data
    assert first.content == batch.content


@pytest.mark.django_db
def test_a_cell_that_begins_like_a_formula_stays_text(world):
    from sertakan.sponsorship import services

    batch = world.sent(world.sponsorship(world.person("=1+1")))
    sheet = openpyxl.load_workbook(BytesIO(services.export_batch(batch=batch).data)).worksheets[0]
    cell = next(cell for cell in sheet[2] if cell.value == "=1+1")
    assert cell.data_type == "s"


@pytest.mark.django_db
def test_the_operator_adds_a_layout_in_the_data_directory(world, tmp_path, settings):
    from sertakan.sponsorship import errors, services

    settings.SERTAKAN_DATA = str(tmp_path)
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "singkat.yaml").write_text(
        "id: singkat\ntitle: Singkat\ncolumns:\n  - {field: nik, heading: No KTP}\n  - {field: name, heading: Nama}\n"
    )
    batch = _prepare(world, world.sponsorship()).batch
    sheet = openpyxl.load_workbook(BytesIO(services.export_batch(batch=batch, layout="singkat").data)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["No KTP", "Nama"]
    with pytest.raises(errors.LayoutUnknown):
        services.export_batch(batch=batch, layout="tidak-ada")
    (tmp_path / "layouts" / "salah.yaml").write_text(
        "id: salah\ntitle: X\ncolumns:\n  - {field: rahasia, heading: X}\n"
    )
    with pytest.raises(errors.DataMalformed, match=r"salah\.yaml"):
        services.export_batch(batch=batch, layout="singkat")


@pytest.mark.parametrize(
    ("role", "allowed"), [("coordinator", True), ("bpjs", True), ("auditor", False), ("operator", False)]
)
@pytest.mark.django_db
def test_whole_numbers_leave_only_for_those_with_the_right(world, acting_as, role, allowed):
    from sertakan.sponsorship import errors, services

    batch = world.sent(world.sponsorship())
    acting_as(role)
    if allowed:
        assert services.export_batch(batch=batch).rows == 1
    else:
        with pytest.raises(errors.WholeNumbersNotAllowed):
            services.export_batch(batch=batch)


@pytest.mark.django_db
def test_the_operator_needs_a_reason_for_whole_numbers(world):
    from sertakan.core.models import AuditEvent
    from sertakan.core.scope import Actor
    from sertakan.sponsorship import services

    batch = world.sent(world.sponsorship())
    operator = Actor(user_id=None, label="operator", sees_all=True, roles=frozenset({"operator"}))
    with acting(operator, reason="diminta KC"):
        assert services.export_batch(batch=batch).rows == 1
    assert AuditEvent.objects.get(action="sponsorship.batch_exported").reason == "diminta KC"


@pytest.mark.django_db
def test_the_pic_does_the_whole_way_within_the_own_agency(world, acting_as):
    from sertakan.sponsorship import services

    one = world.sponsorship()
    acting_as("pic", world.agency)
    batch = services.send_batch(batch=_prepare(world, one).batch)
    assert services.export_batch(batch=batch).rows == 1
    ended = services.end_sponsorship(sponsorship=one, reason="moved", effective_on=date(2026, 12, 5))
    assert ended.last_payable_month == date(2026, 12, 1)
    assert _prepare(world, kind="stop").lines == 1


@pytest.mark.django_db
def test_the_pic_of_another_agency_sees_nothing_and_does_nothing(world, acting_as):
    from sertakan.sponsorship import errors, queries, services
    from sertakan.sponsorship.models import (
        AnswerFile,
        AnswerLine,
        Batch,
        BatchLine,
        ConfirmedPayment,
        Membership,
        Sponsorship,
    )

    one = world.sponsorship()
    batch = world.sent(one)
    services.register_existing(person=one.person, kpj="00000009001", sponsorship=one)
    text = f"NIK;Tanggal bayar;Jumlah dibayar\n{one.nik};20-11-2026;50400\n"
    services.take_answer(batch=batch, source=text.encode(), name="bayar.csv")
    acting_as("pic", world.other_agency)
    for model in (Batch, BatchLine, AnswerFile, AnswerLine, ConfirmedPayment, Membership, Sponsorship):
        assert model.objects.count() == 0, model
    assert queries.waiting() == []
    with pytest.raises(errors.BatchUnknown):
        queries.get_batch(batch.pk)
    with pytest.raises(errors.NotYourBatch):
        _prepare(world)
    with pytest.raises(errors.WholeNumbersNotAllowed):
        services.export_batch(batch=batch)


@pytest.mark.parametrize("role", ["bpjs", "auditor", "leader", "donor"])
@pytest.mark.django_db
def test_others_prepare_nothing(world, acting_as, role):
    from sertakan.sponsorship import errors
    from sertakan.sponsorship.models import Batch

    one = world.sponsorship()
    acting_as(role)
    with pytest.raises(errors.NotYourBatch):
        _prepare(world, one)
    with acting(SYSTEM):
        assert not Batch.objects.exists()


@pytest.mark.django_db
def test_the_officer_sees_what_waits_and_for_how_long(world, monkeypatch):
    from sertakan.sponsorship import queries

    batch = world.sent(world.sponsorship(), world.sponsorship())
    _prepare(world, world.sponsorship())
    monkeypatch.setenv("SERTAKAN_TODAY", "2026-11-30")
    (waiting,) = queries.waiting(office=world.office)
    assert (waiting.batch_id, waiting.days, waiting.lines, waiting.waiting) == (batch.pk, 7, 2, 2)
    assert queries.waiting(office=queries.get_office("arga makmur")) == []


@pytest.mark.django_db
def test_refused_rows_go_again_in_a_batch_linked_to_the_first(world, answers):
    from sertakan.sponsorship import errors, services

    good, wrong, old = world.sponsorship(), world.sponsorship(), world.sponsorship()
    batch = world.sent(good, wrong, old)
    services.take_answer(batch=batch, source=answers.accepted(good.nik), name="a.xlsx")
    with pytest.raises(errors.NothingRefused):
        services.follow_up(batch=batch)
    services.take_answer(
        batch=batch, source=answers.refused({wrong.nik: "NIK tidak sesuai", old.nik: "umur"}), name="a.xlsx"
    )
    again = services.follow_up(batch=batch)
    assert list(again.batch.lines.values_list("sponsorship_id", flat=True)) == [wrong.pk]
    assert (again.batch.follows_id, again.batch.kind) == (batch.pk, "new")
    sent = services.send_batch(batch=again.batch)
    services.take_answer(batch=sent, source=answers.numbered({wrong.nik: "01234567890"}), name="c.xlsx")
    wrong.refresh_from_db()
    old.refresh_from_db()
    assert (wrong.state, old.state) == ("member", "refused")


@pytest.mark.django_db
def test_a_stop_needs_no_consent_and_goes_once(world, answers):
    from sertakan.people import services as people
    from sertakan.sponsorship import errors, services

    one = world.sponsorship()
    batch = world.sent(one)
    services.take_answer(batch=batch, source=answers.numbered({one.nik: "01234567890"}), name="c.xlsx")
    people.withdraw_consent(person=one.person)
    services.end_sponsorship(sponsorship=one, reason="died", effective_on=date(2027, 1, 9))
    stop = _prepare(world, kind="stop")
    line = stop.batch.lines.get()
    assert (line.effective_on, line.last_payable_month, line.end_reason) == (date(2027, 1, 9), date(2027, 1, 1), "died")
    services.send_batch(batch=stop.batch)
    with pytest.raises(errors.NothingReady):
        _prepare(world, kind="stop")


@pytest.mark.django_db
def test_an_ended_sponsorship_leaves_its_draft_and_needs_no_stop(world):
    from sertakan.sponsorship import errors, services

    one, two = world.sponsorship(), world.sponsorship()
    batch = _prepare(world, one, two).batch
    services.end_sponsorship(sponsorship=one, reason="donor_stopped", effective_on=date(2026, 11, 23))
    assert batch.lines.count() == 1
    with pytest.raises(errors.NothingReady, match="nothing_to_stop: 1"):
        _prepare(world, one, kind="stop")
    with pytest.raises(errors.AlreadyEnded):
        services.end_sponsorship(sponsorship=one, reason="moved", effective_on=date(2026, 11, 24))


@pytest.mark.django_db
def test_a_member_whose_data_changed_goes_into_a_batch_of_changes(world, answers):
    from sertakan.sponsorship import services

    one = world.sponsorship()
    batch = world.sent(one)
    services.take_answer(batch=batch, source=answers.numbered({one.nik: "01234567890"}), name="c.xlsx")
    change = services.send_batch(batch=_prepare(world, one, kind="change").batch)
    services.take_answer(batch=change, source=answers.accepted(one.nik, code=""), name="a.xlsx")
    one.refresh_from_db()
    change.refresh_from_db()
    assert (one.state, change.state) == ("member", "closed")


@pytest.mark.django_db
def test_the_offices_load_again_without_a_change(world):
    from sertakan.sponsorship import services
    from sertakan.sponsorship.models import BpjsOffice

    assert services.load_offices().is_quiet
    assert BpjsOffice.objects.get(code="kcp-rejang-lebong").parent == world.office


@pytest.mark.django_db
def test_an_office_with_an_unknown_parent_is_refused_by_its_row(world, tmp_path):
    from sertakan.core.reference import ReferenceTargetUnknown
    from sertakan.sponsorship import services

    path = tmp_path / "kantor.csv"
    path.write_text("code,kind,name,area_code,parent\nkcp-x,kcp,KCP X,17,kc-tidak-ada\n")
    with pytest.raises(ReferenceTargetUnknown, match="baris 2"):
        services.load_offices(path)


@pytest.mark.without_scope
def test_of_two_who_prepare_at_once_one_wins_and_the_other_is_told(committed_db, make_world):
    from sertakan.sponsorship import errors, services
    from sertakan.sponsorship.models import Batch, BatchLine

    with acting(SYSTEM):
        world = make_world()
        sponsorships = [world.sponsorship() for _ in range(5)]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def prepare():
        try:
            start.wait()
            with acting(SYSTEM):
                prepared = services.prepare_batch(
                    agency=world.agency, kind="new", office=world.office, sponsorships=[one.pk for one in sponsorships]
                )
                outcomes.append(f"prepared {prepared.lines}")
        except errors.NothingReady as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=prepare) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting(SYSTEM):
        assert sorted(outcomes) == ["nothing_ready", "prepared 5"]
        assert (Batch.objects.count(), BatchLine.objects.count()) == (1, 5)
    connection.close()
