"""The transition tables are complete, and the page drawn from them is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from sertakan.sponsorship import catalogue, states
from sertakan.sponsorship.answers.facts import SENTENCES
from sertakan.sponsorship.errors import DataMalformed, MoveNotAllowed
from sertakan.sponsorship.models import Batch, Sponsorship

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_page_is_what_the_table_says():
    assert (DOCS / "reference" / "sponsorship-states.md").read_text("utf-8") == states.page()


@pytest.mark.parametrize(
    ("table", "labels", "model"),
    [(states.SPONSORSHIP, states.SPONSORSHIP_LABELS, Sponsorship), (states.BATCH, states.BATCH_LABELS, Batch)],
)
def test_the_table_knows_every_state_of_the_model(table, labels, model):
    assert labels == {str(value): str(label) for value, label in model.State.choices}
    named = {state for step in table for state in (*step.before, step.after)}
    assert named == set(labels)


def test_no_way_leads_out_of_the_end():
    assert not any(states.can_move("ended", after) for after in states.SPONSORSHIP_LABELS)
    assert states.can_move("refused", "checked")
    with pytest.raises(MoveNotAllowed, match="Peserta"):
        states.check_move("member", "checked")


def test_every_finding_tells_what_and_what_to_do():
    for sentence, remedy in SENTENCES.values():
        assert sentence.endswith((".", ")."))
        assert remedy.endswith(".")


def test_every_reason_has_a_remedy_and_no_phrase_stands_for_two_reasons():
    reasons = catalogue.reasons().values()
    assert {reason.code for reason in reasons} == {
        "age", "nik_invalid", "already_active_member", "other_payer", "incomplete", "other",
    }  # fmt: skip
    phrases = [catalogue.plain(phrase) for reason in reasons for phrase in reason.phrases]
    assert len(phrases) == len(set(phrases))
    assert all(reason.remedy and reason.label for reason in reasons)
    for reason in reasons:
        for phrase in reason.phrases:
            assert catalogue.reason_for(phrase) == reason.code, phrase


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("umur > 65", "age"),
        ("Usia 67 th", "age"),
        ("NIK sudah terdaftar aktif", "already_active_member"),
        ("sudah terdaftar PU", "other_payer"),
        ("ALREADY_ACTIVE_MEMBER", "already_active_member"),
        ("orang tua", None),
        ("NIK tidak sesuai dan umur 66", None),
        ("", None),
    ],
)
def test_a_refusal_in_the_officers_own_words_finds_its_code(text, code):
    assert catalogue.reason_for(text) == code


def test_no_heading_stands_for_two_columns():
    import yaml

    path = Path(catalogue.__file__).parent / "data" / "headings.yaml"
    words = [catalogue.plain(word) for words in yaml.safe_load(path.read_text("utf-8")).values() for word in words]
    assert len(words) == len(set(words))


def test_a_malformed_layout_names_the_file_and_the_key(tmp_path):
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "x.yaml").write_text("id: x\ncolumns: []\n")
    with pytest.raises(DataMalformed, match=r"x\.yaml.*title"):
        catalogue.layouts(tmp_path)
