"""Pages about who is who: the queue, one pair, the second person, the way back, merged persons, and the measured quality."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from test_pages import text_of

import factories

SignIn = Callable[[str], Client]
REASON = "Dicocokkan dengan KTP atau kartu keluarga"
SAME = {"answer": "same", "reason": REASON}
DIFFERENT = {"answer": "different", "reason": REASON}


@pytest.fixture
def plain(world: Any) -> Any:
    """Two records nobody pays for: one person may decide."""
    one, other = (factories.make_worker(world.agency, f"Siti Rekaan {at}", state="ended") for at in "AB")
    return factories.make_pair(one, other, risks=[], cost=500)


def decide(client: Client, pair: Any, given: dict[str, str] = SAME) -> Any:
    return client.post(reverse("pair_decide", args=[pair.pk]), given, follow=True)


def standing(pair: Any) -> str:
    pair.refresh_from_db()
    return str(pair.state)


def survivor_of(person: int) -> int:
    from sertakan.people.queries import survivors

    return survivors([person])[person]


# A run that somebody asks for


def test_a_run_is_queued_once_and_followed_until_it_is_done(world: Any, sign_in: SignIn) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    client = sign_in("coordinator")
    assert reverse("matching_run") in client.get(reverse("pairs")).content.decode()
    assert "menunggu giliran" in text_of(client.post(reverse("matching_run"), follow=True))
    again = client.post(reverse("matching_run"), follow=True)
    assert "sudah berjalan" in text_of(again)
    assert reverse("matching_run") not in again.content.decode()
    jobs = ProcrastinateJob.objects.filter(task_name="programme.link_register")
    assert [set(job.args) for job in jobs] == [{"user_id"}]
    assert "menunggu giliran" in text_of(client.get(reverse("matching_progress")))


def test_progress_of_no_run_leads_back_to_the_queue(world: Any, sign_in: SignIn) -> None:
    assert sign_in("auditor").get(reverse("matching_progress"))["HX-Redirect"] == reverse("pairs")


def test_who_only_reads_starts_no_run(world: Any, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    assert reverse("matching_run") not in client.get(reverse("pairs")).content.decode()
    assert client.post(reverse("matching_run")).status_code == 403


# The queue


def test_the_queue_is_ordered_by_the_cost_of_a_mistake(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    response = client.get(reverse("pairs"))
    assert [row["pair"].pair for row in response.context["rows"]] == [world.pair.pk, plain.pk]
    shown = text_of(response)
    assert "Rp1.234.567" in shown
    assert "86,5" not in shown
    assert "87,0" in shown
    assert "Kerugian = peluang sama" in shown
    assert "perlu dua orang" in shown
    assert f"{reverse('pair', args=[world.pair.pk])}" in response.content.decode()


def test_no_number_stands_whole_in_the_queue_or_on_a_pair(world: Any, sign_in: SignIn) -> None:
    client = sign_in("operator")
    for where in (reverse("pairs"), reverse("pair", args=[world.pair.pk])):
        html = client.get(where).content.decode()
        assert world.workers[5].nik not in html
        assert world.other_workers[1].nik not in html
        assert not re.search(r"(?<!\d)\d{16}(?!\d)", html)


def test_an_auditor_reads_and_is_offered_nothing(world: Any, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    listed = client.get(reverse("pairs"))
    assert "Mulai memutuskan" not in text_of(listed)
    shown = client.get(reverse("pair", args=[world.pair.pk]))
    assert "Hanya koordinator provinsi atau operator yang memutuskan" in text_of(shown)
    assert b"/putuskan/" not in shown.content


def test_a_queue_of_nothing_says_so(world: Any, sign_in: SignIn) -> None:
    client = sign_in("operator")
    decide(client, world.pair, DIFFERENT)
    assert "Tidak ada pasangan yang menunggu" in text_of(client.get(reverse("pairs")))


def test_the_first_page_opens_the_queue_only_to_who_may(world: Any, sign_in: SignIn) -> None:
    assert "Pasangan yang menunggu keputusan" in text_of(sign_in("coordinator").get(reverse("home")))
    assert "Pasangan yang menunggu keputusan" in text_of(sign_in("auditor").get(reverse("home")))
    for role in ("pic", "bpjs", "leader", "donor"):
        assert reverse("pairs") not in sign_in(role).get(reverse("home")).content.decode()


def test_a_pair_needs_few_statements(
    world: Any, sign_in: SignIn, plain: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("coordinator")
    with django_assert_max_num_queries(26):
        assert client.get(reverse("pair", args=[world.pair.pk])).status_code == 200


# One pair


def test_a_pair_says_why_in_words_and_as_a_table(world: Any, sign_in: SignIn) -> None:
    response = sign_in("operator").get(reverse("pair", args=[world.pair.pk]))
    shown = text_of(response)
    assert "Paling menguatkan: NIK. Paling melemahkan: Mungkin keluarga." in shown
    assert "Ada catatan lain yang lebih cocok." in shown
    assert "berbeda satu salah ketik" in shown
    steps = response.context["steps"]
    assert steps[0]["sum"] and steps[-1]["sum"]
    assert sum(step["value"] for step in steps[:-1]) == pytest.approx(steps[-1]["value"])


def test_differences_are_marked_within_the_text() -> None:
    from sertakan.web.differences import pieces

    left, right = pieces("Yusuf Hidayat", "YOESUF Hidayat")
    assert "".join(text for text, _ in left) == "Yusuf Hidayat"
    assert [text for text, differs in left if differs] == ["u"] or any(differs for _, differs in right)
    assert pieces("Ani", "Budiman") == ([("Ani", True)], [("Budiman", True)])
    assert pieces("1 April 1984", "1 Januari 1984", by_word=True)[1] == [
        ("1 ", False),
        ("Januari ", True),
        ("1984", False),
    ]


def test_a_plain_pair_is_decided_by_one_and_the_next_one_comes(world: Any, sign_in: SignIn, plain: Any) -> None:
    response = decide(sign_in("coordinator"), plain)
    assert standing(plain) == "same"
    assert survivor_of(plain.other_id) == plain.person_id
    assert response.redirect_chain[-1][0] == f"{reverse('pair', args=[world.pair.pk])}?dari={plain.pk}"
    shown = text_of(response)
    assert "dicatat sebagai orang yang sama" in shown
    assert "Batalkan jawaban ini" in shown


def test_an_answer_is_taken_back_at_once(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    decide(client, plain)
    shown = text_of(client.post(reverse("pair_undo", args=[plain.pk]), {"cepat": "1"}, follow=True))
    assert "menunggu jawaban lagi" in shown
    assert standing(plain) == "open"
    assert survivor_of(plain.other_id) == plain.other_id


def test_a_merge_taken_back_can_stay_two_people(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    decide(client, plain)
    given = {"after": "different", "reason": "dua KTP berbeda"}
    shown = text_of(client.post(reverse("pair_undo", args=[plain.pk]), given, follow=True))
    assert "kembali menjadi dua orang" in shown
    assert standing(plain) == "different"
    assert "dua KTP berbeda" in shown


def test_nothing_is_taken_back_without_a_reason(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    decide(client, plain)
    shown = text_of(client.post(reverse("pair_undo", args=[plain.pk]), {"reason": "x"}, follow=True))
    assert "paling sedikit lima huruf" in shown
    assert standing(plain) == "same"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": REASON}, "Pilih salah satu jawaban"),
        ({"answer": "maybe", "reason": REASON}, "Pilih salah satu jawaban"),
        ({"answer": "same"}, "Pilih atau tulis alasannya"),
        ({"answer": "same", "other_reason": "ok"}, "Pilih atau tulis alasannya"),
    ],
)
def test_a_form_that_lacks_something_says_what_and_keeps_the_rest(
    world: Any, sign_in: SignIn, plain: Any, given: dict[str, str], said: str
) -> None:
    response = decide(sign_in("operator"), plain, given)
    assert said in text_of(response)
    assert standing(plain) == "open"
    if given.get("answer") == "same":
        assert re.search(r'value="same"[^>]* checked', response.content.decode())


def test_own_words_go_before_a_usual_reason(world: Any, sign_in: SignIn, plain: Any) -> None:
    decide(sign_in("operator"), plain, {**SAME, "other_reason": "ibu kandungnya ditelepon"})
    assert plain.decisions.get().reason == "ibu kandungnya ditelepon"


# Two people


def test_a_risky_pair_waits_for_somebody_else(world: Any, sign_in: SignIn) -> None:
    first, second = sign_in("coordinator"), sign_in("operator")
    assert "menunggu orang kedua" in text_of(decide(first, world.pair))
    assert standing(world.pair) == "waiting"
    own = first.get(reverse("pair", args=[world.pair.pk]))
    assert "Anda sendiri tidak dapat" in text_of(own)
    assert b"/putuskan/" not in own.content
    assert world.pair.pk not in [
        row["pair"].pair for row in first.get(f"{reverse('pairs')}?bagian=saya").context["rows"]
    ]
    waiting = second.get(reverse("pair", args=[world.pair.pk]))
    assert "sudah menjawab: orang yang sama" in text_of(waiting)
    assert REASON in text_of(waiting)
    decide(second, world.pair)
    assert standing(world.pair) == "same"


def test_the_same_person_cannot_agree_with_itself(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    decide(client, world.pair)
    assert "Keputusan kedua harus dari orang lain" in text_of(decide(client, world.pair))
    assert standing(world.pair) == "waiting"


def test_a_first_answer_can_be_withdrawn(world: Any, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    decide(client, world.pair)
    client.post(reverse("pair_undo", args=[world.pair.pk]), {"reason": "belum yakin benar"})
    assert standing(world.pair) == "open"


def test_whoever_comes_second_is_told_who_was_quicker_and_what_was_said(
    world: Any, sign_in: SignIn, plain: Any
) -> None:
    quick, slow = sign_in("coordinator"), sign_in("operator")
    decide(quick, plain, DIFFERENT)
    shown = text_of(decide(slow, plain))
    assert "sudah diputuskan oleh Uji coordinator: orang yang berbeda" in shown
    assert "Keputusan Anda tidak dicatat" in shown
    assert standing(plain) == "different"


# Merged persons


def test_an_old_address_leads_to_the_one_who_stays(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    decide(client, plain)
    response = client.get(reverse("person", args=[plain.other_id]), follow=True)
    assert response.redirect_chain == [(reverse("person", args=[plain.person_id]), 302)]
    shown = text_of(response)
    assert f"Catatan nomor {plain.other_id} sudah disatukan" in shown
    assert "Disatukan dari beberapa catatan" in shown
    assert REASON in shown


def test_a_merge_is_undone_from_the_persons_page(world: Any, sign_in: SignIn, plain: Any) -> None:
    client = sign_in("coordinator")
    decide(client, plain)
    plain.refresh_from_db()
    where = reverse("person_split", args=[plain.merge_id])
    assert "Tidak ada yang berubah" in text_of(client.post(where, {"reason": "x"}, follow=True))
    shown = text_of(client.post(where, {"reason": "ternyata dua bersaudara"}, follow=True))
    assert "kembali menjadi dua orang" in shown
    assert standing(plain) == "different"
    assert survivor_of(plain.other_id) == plain.other_id
    assert client.post(where, {"reason": "sekali lagi"}).status_code == 409


def test_a_reader_sees_merges_without_a_way_to_undo_them(world: Any, sign_in: SignIn, plain: Any) -> None:
    decide(sign_in("coordinator"), plain)
    html = sign_in("auditor").get(reverse("person", args=[plain.person_id])).content.decode()
    assert "Disatukan dari beberapa catatan" in html
    assert "/penyatuan/" not in html


# Quality


def test_the_quality_page_shows_what_was_measured(world: Any, sign_in: SignIn) -> None:
    shown = text_of(sign_in("operator").get(reverse("matching_quality")))
    assert "Benar dari yang ditautkan" in shown
    assert "Nama satu kata" in shown
    assert "Ambang yang dipakai" in shown


def test_without_a_measurement_the_page_says_how_to_make_one(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sertakan.programme.linking import quality

    monkeypatch.setattr(quality, "FILE", "data/tidak-ada.json")
    assert "Belum ada pengukuran" in text_of(sign_in("operator").get(reverse("matching_quality")))


def test_a_measurement_of_another_model_says_so(world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from sertakan.programme.linking import quality

    monkeypatch.setattr(quality, "model_hash", lambda: "lain")
    assert "Model sudah berganti" in text_of(sign_in("operator").get(reverse("matching_quality")))


# Pictures


def test_a_waterfall_begins_where_the_step_before_ended() -> None:
    from sertakan.web.pictures import waterfall

    drawn = waterfall([{"value": -10, "sum": True}, {"value": 15}, {"value": -3}, {"value": 2, "sum": True}])
    assert drawn["zero"] == "66.67"
    assert [(step["x"], step["width"], step["side"]) for step in drawn["steps"]] == [
        ("0", "66.67", "sum"),
        ("0", "100", "up"),
        ("80", "20", "down"),
        ("66.67", "13.33", "sum"),
    ]


def test_a_curve_keeps_within_its_box() -> None:
    from sertakan.web.pictures import CURVE_BOX, curve

    drawn = curve(
        [{"precision": 1.0, "recall": 0.5}, {"precision": 0.96, "recall": 0.99}], {"precision": 0.99, "recall": 0.9}
    )
    points = [tuple(map(float, point.split(","))) for point in drawn["points"].split()]
    assert len(points) == 1
    assert all(0 <= x <= CURVE_BOX[0] and 0 <= y <= CURVE_BOX[1] for x, y in points)
