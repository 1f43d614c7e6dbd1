"""Evidence: what was handed in, shown as pictures that we drew ourselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from sertakan.access.requests import ScopedRequest
from sertakan.evidence import queries, services
from sertakan.evidence.models import Evidence
from sertakan.web.guards import roles_required
from sertakan.web.views.downloads import attachment

READERS = ("pic", "coordinator", "leader", "auditor", "operator")


@roles_required(*READERS)
@require_GET
def evidence(request: ScopedRequest, evidence_id: int) -> HttpResponse:
    """One piece of evidence: its pages, what it is, who kept it."""
    found = queries.get_evidence(evidence_id)
    context = {"evidence": found, "pages": range(1, found.pages + 1), "same": queries.same_file(found)}
    return TemplateResponse(request, "evidence/evidence.html", context)


@roles_required(*READERS)
@require_GET
def evidence_page(request: ScopedRequest, evidence_id: int, page: int) -> HttpResponse:
    """One page as a PNG picture."""
    return _sealed(HttpResponse(services.preview(queries.get_evidence(evidence_id), page), content_type="image/png"))


@roles_required(*READERS)
@require_GET
def evidence_file(request: ScopedRequest, evidence_id: int) -> HttpResponse:
    """What was kept, to save."""
    found: Evidence = queries.get_evidence(evidence_id)
    ending = found.name.rsplit(".", 1)[-1]
    return _sealed(attachment(queries.content(found), f"bukti-{found.pk}.{ending}", found.media_type))


def _sealed(response: HttpResponse) -> HttpResponse:
    """Taken as what it is said to be, run nowhere, kept by nobody."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
