"""The rules explorer: month, income, sector, money; the amount with its reasons."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from sertakan.core import clock
from sertakan.core.errors import DomainError
from sertakan.core.month import Month, months
from sertakan.sponsorship.models import Sponsorship
from sertakan.web.templatetags.sertakan_format import month as month_name
from sertakan.web.templatetags.sertakan_format import rupiah


class RulesForm(forms.Form):
    """What decides an amount."""

    month = forms.CharField(label=_("Bulan iuran"), widget=forms.TextInput(attrs={"type": "month"}))
    income = forms.IntegerField(
        label=_("Penghasilan sebulan (Rp)"), min_value=0, max_value=10**12, required=False, localize=False
    )
    sector = forms.ChoiceField(
        label=_("Sektor"), choices=[("other", _("Bukan transportasi")), ("transport", _("Transportasi"))]
    )
    funding = forms.ChoiceField(label=_("Sumber dana"), choices=Sponsorship.Funding.choices)
    programmes = forms.ChoiceField(
        label=_("Program"), choices=[("jkk,jkm", "JKK + JKM"), ("jkk,jkm,jht", "JKK + JKM + JHT")]
    )


@require_GET
@vary_on_headers("HX-Request")
def rules(request: HttpRequest) -> HttpResponse:
    """Open to everybody: the law is public."""
    start = {
        "month": str(Month.of(clock.today())),
        "income": 1_000_000,
        "sector": "other",
        "funding": "private",
        "programmes": "jkk,jkm",
    }
    form = RulesForm({**start, **request.GET.dict()} if request.GET else start)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context.update(_explained(form.cleaned_data))
    template = "rules/_result.html" if getattr(request, "htmx", False) else "rules/rules.html"
    return TemplateResponse(request, template, context)


def _explained(given: dict[str, Any]) -> dict[str, Any]:
    from sertakan.rules.explaining import explain_json

    try:
        found = explain_json(
            month=given["month"],
            income=given["income"] if given["income"] is not None else 0,
            sector=given["sector"],
            funding=given["funding"],
            programmes=given["programmes"],
        )
    except DomainError as refusal:
        return {"refusal": str(refusal)}
    shown = _around(given, Month.parse(found["month"]))
    return {"found": found, "months": shown, "finding": _finding(shown)}


def _around(given: dict[str, Any], month: Month) -> list[dict[str, Any]]:
    """The same worker in the months around, so that a change of rate is seen."""
    from sertakan.rules.explaining import explain_json

    shown = []
    for each in months(month.previous(3), month.next(8)):
        try:
            found = explain_json(
                month=each,
                income=given["income"] or 0,
                sector=given["sector"],
                funding=given["funding"],
                programmes=given["programmes"],
            )
        except DomainError:
            continue
        shown.append(
            {
                "label": month_name(each),
                "value": found["total"],
                "shown": rupiah(found["total"]),
                "here": each == month,
                "month": each,
            }
        )
    return shown


def _finding(shown: list[dict[str, Any]]) -> str:
    """What the picture of the months says."""
    for before, after in pairwise(shown):
        if before["value"] != after["value"]:
            text = _("Mulai %(month)s iuran berubah dari %(before)s menjadi %(after)s")
            return str(text) % {"month": after["label"], "before": before["shown"], "after": after["shown"]}
    return str(_("Iuran tetap sama sepanjang bulan-bulan ini"))
