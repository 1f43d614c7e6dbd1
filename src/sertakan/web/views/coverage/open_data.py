"""Open data without sign-in: the catalogue, its files, and a picture that other sites may frame. Published counts only."""

from __future__ import annotations

import json
from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from sertakan.coverage import queries
from sertakan.coverage.figures import SnapshotRow
from sertakan.web import open_datasets
from sertakan.web.coverage_pictures import Picture
from sertakan.web.open_datasets import BY_SLUG, CATALOGUE, DATASETS, ENDINGS, LICENCE, LICENCE_NAME
from sertakan.web.views.coverage import building, shading
from sertakan.web.views.coverage.common import View, definition
from sertakan.web.views.coverage.series import picture_of

KEPT = "public, max-age=3600, stale-while-revalidate=86400"
JSONLD = "application/ld+json; charset=utf-8"


@require_safe
def open_data(request: HttpRequest) -> HttpResponseBase:
    """What there is, under which licence and at which address."""
    snapshot = queries.snapshot_of()
    context = {
        "snapshot": snapshot,
        "datasets": [
            {
                "slug": one.slug,
                "title": one.title,
                "about": one.about,
                "files": [(ending, reverse("open_data_file", args=[one.slug, ending])) for ending in ENDINGS],
                "embed": reverse("open_embed", args=[one.slug]),
                "embed_address": request.build_absolute_uri(reverse("open_embed", args=[one.slug])),
            }
            for one in DATASETS
        ],
        "catalogue": reverse("open_data_file", args=[CATALOGUE, "jsonld"]),
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "definition": definition(),
    }
    return TemplateResponse(request, "coverage/open_data.html", context)


@require_safe
def open_data_file(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    """A collection as a file, or the catalogue as JSON-LD (``katalog.jsonld``). Kept copies are asked for only when something changed."""
    snapshot = queries.snapshot_of()
    catalogue = (slug, ending) == (CATALOGUE, "jsonld")
    if not catalogue and (slug not in BY_SLUG or ending not in ENDINGS):
        raise Http404
    if catalogue:
        root = request.build_absolute_uri(reverse("open_data"))
        body = json.dumps(open_datasets.catalogue(snapshot, root=root), ensure_ascii=False, indent=1).encode()
        return _kept(request, HttpResponse(body, content_type=JSONLD))
    address = request.build_absolute_uri(request.path)
    data = open_datasets.file_of(BY_SLUG[slug], snapshot, ending, address=address)
    response = HttpResponse(data, content_type=ENDINGS[ending])
    response["Content-Disposition"] = f'inline; filename="{slug}.{ending}"'
    return _kept(request, response)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its types know no arguments of an address
@require_safe
def open_embed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One collection as a picture that any site may frame: no sign-in, no scripts, nothing to press but a link."""
    if slug not in BY_SLUG:
        raise Http404
    snapshot = queries.snapshot_of()
    pictures = _pictures(slug, snapshot)
    context: dict[str, Any] = {
        "pictures": pictures,
        "title": str(BY_SLUG[slug].title),
        "home": reverse("open_data"),
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
    }
    response = TemplateResponse(request, "coverage/embed.html", context).render()
    patch_vary_headers(response, ["Accept-Language"])
    return _kept(request, response)


def _pictures(slug: str, snapshot: SnapshotRow | None) -> list[Picture]:
    dataset = BY_SLUG[slug]
    if not dataset.by:
        return [picture_of(one) for one in queries.series() if one.kind == "official" and len(one.points) > 1]
    if snapshot is None:
        return []
    view = View(snapshot, None, (snapshot,), open_rows=False)
    if dataset.by in ("regency", "district") and (drawn := shading.area_map(view, dataset.by)) is not None:
        return [drawn]
    return [building.level(view, dataset.by)]


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with its stamp, for copies to be kept; without its content where the asker's copy still is the same."""
    tag = f'"{open_datasets.stamp(response.content)}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    same = "*" in known or tag in known or f"W/{tag}" in known
    answer = HttpResponseNotModified() if same else response
    if same and response.has_header("Vary"):
        answer["Vary"] = response["Vary"]
    answer["ETag"] = tag
    answer["Cache-Control"] = KEPT
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
