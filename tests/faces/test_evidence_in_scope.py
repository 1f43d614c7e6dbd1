"""Pages of evidence: only in scope, the address of each picture too; nothing that a browser could run."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

import factories
from sertakan.evidence import services
from sertakan.evidence.models import Evidence

SignIn = Callable[[str], Client]


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def pieces(world: Any) -> tuple[Evidence, Evidence]:
    """Evidence of the agency of the PIC who signs in, and of another one; the same file."""
    other = factories.make_agency("Dinas Lain")
    about = ("followup.declaration", 1)
    return (
        services.keep(photo(), name="setor.jpg", agency_id=world.agency.pk, about=about),
        services.keep(photo(), name="rahasia.jpg", agency_id=other.pk, about=about),
    )


def addresses(piece: Evidence) -> list[str]:
    return [
        reverse("evidence", args=[piece.pk]),
        reverse("evidence_page", args=[piece.pk, 1]),
        reverse("evidence_file", args=[piece.pk]),
    ]


def test_evidence_opens_in_scope_only_the_pictures_too(pieces: tuple[Evidence, Evidence], sign_in: SignIn) -> None:
    mine, theirs = pieces
    pic, donor, nobody = sign_in("pic"), sign_in("donor"), sign_in("")
    assert [pic.get(one).status_code for one in addresses(mine)] == [200, 200, 200]
    assert [pic.get(one).status_code for one in addresses(theirs)] == [404, 404, 404]
    for role in ("coordinator", "leader", "auditor", "operator"):
        assert [sign_in(role).get(one).status_code for one in addresses(theirs)] == [200, 200, 200]
    for one in (*addresses(mine), *addresses(theirs)):
        assert donor.get(one).status_code == 403
        assert nobody.get(one).status_code == 302


def test_what_is_handed_out_is_run_nowhere_and_kept_by_nobody(
    pieces: tuple[Evidence, Evidence], sign_in: SignIn
) -> None:
    pic, (_page, picture, file) = sign_in("pic"), addresses(pieces[0])
    for address, kind in ((picture, "image/png"), (file, "image/jpeg")):
        answer = pic.get(address)
        assert answer["Content-Type"] == kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
    assert "attachment" in pic.get(file)["Content-Disposition"]
    assert pic.get(reverse("evidence_page", args=[pieces[0].pk, 2])).status_code == 404


def test_the_same_file_elsewhere_is_told_to_who_may_see_it(pieces: tuple[Evidence, Evidence], sign_in: SignIn) -> None:
    mine, _theirs = pieces
    said = "Berkas yang sama sudah dipakai sebagai bukti lain"
    pic, coordinator = (sign_in(role).get(addresses(mine)[0]).content.decode() for role in ("pic", "coordinator"))
    assert said not in pic
    assert "rahasia" not in pic
    assert said in coordinator
    assert "rahasia.jpg" in coordinator
