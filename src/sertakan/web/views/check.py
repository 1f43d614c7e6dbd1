"""The public check of a slip: no account, not found by search engines, and only so often from one place."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sertakan.contributions.receipts import token
from sertakan.contributions.receipts.errors import SlipUnreadable
from sertakan.core import clock, signing
from sertakan.core.errors import DomainError
from sertakan.programme import proofs

RATES = {"slip": "30/m/ip,300/d/ip"}


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Scan or type; what was typed is sent on to the address of the slip."""
    fault = ""
    if request.method == "POST":
        code = token.clean(request.POST.get("kode", "").replace("\0", "")[:300])
        if token.may_be_code(code):
            return redirect("check_slip", code)
        fault = str(SlipUnreadable()) if code else _("Ketik kodenya dahulu.")
    return _quiet(TemplateResponse(request, "check/check.html", {"fault": fault}))


@require_GET
def check_slip(request: HttpRequest, text: str) -> HttpResponse:
    """What the slip proves, and how it is today."""
    if not ratelimit.consume(request, app="sertakan", action="slip", config=RATES, limit_get=True):
        context: dict[str, Any] = {
            "title": _("Terlalu sering memeriksa"),
            "said": _("Tunggu satu menit, lalu coba lagi. Slip Anda tidak berubah."),
        }
        return _quiet(TemplateResponse(request, "check/refused.html", context, status=429))
    try:
        found = proofs.check_slip(text)
    except DomainError as refusal:
        titles = {
            "slip_forged": _("Jangan dipercaya"),
            "slip_withdrawn": _("Slip sudah ditarik"),
        }
        context = {"title": titles.get(refusal.code, _("Kode tidak dikenal")), "said": str(refusal)}
        return _quiet(TemplateResponse(request, "check/refused.html", context, status=refusal.status))
    return _quiet(TemplateResponse(request, "check/slip.html", {"found": found, "now": clock.now()}))


@require_GET
def check_keys(request: HttpRequest) -> HttpResponse:
    """The public keys, as a page or, with ``?format=json``, for programs."""
    keys = signing.public_keys()
    if request.GET.get("format") == "json":
        entries = [
            {
                "id": key.id,
                "algorithm": "Ed25519",
                "public_key": key.hex,
                "made_on": key.made_on.isoformat(),
                "retired_on": key.retired_on.isoformat() if key.retired_on else None,
                "withdrawn": key.withdrawn,
            }
            for key in keys
        ]
        return JsonResponse({"purpose": token.PURPOSE, "keys": entries})
    return TemplateResponse(request, "check/keys.html", {"keys": keys})


def _quiet(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, listed nowhere, told to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
