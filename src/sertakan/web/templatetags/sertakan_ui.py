"""Tags that components need: icons, states, addresses of a sorted or paged list, geometry of pictures."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from sertakan.web import pictures
from sertakan.web.guards import may_open
from sertakan.web.states import State, state_of

register = template.Library()
SORT, PAGE = "urut", "halaman"


@register.simple_tag
def icon(name: str, size: int = 20) -> str:
    """An icon that decorates a word; screen readers skip it."""
    draw = heroicon_outline if size >= 24 else heroicon_mini
    return draw(str(name), size=size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})


@register.simple_tag(takes_context=True)
def door(context: template.Context, name: str, query: str = "") -> str:
    """The address of the page `name` with `query`, or nothing when it is closed to who asks."""
    address = reverse(name)
    if not may_open(context["request"].actor, resolve(address).func):
        return ""
    return f"{address}?{query}" if query else address


@register.simple_tag
def state(code: str) -> State:
    """How the state `code` is shown."""
    return state_of(str(code))


@register.simple_tag(takes_context=True)
def sort_state(context: template.Context, key: str) -> dict[str, str]:
    """Where a click on a heading leads, and how the list is sorted now (`ascending`, `descending`, `none`)."""
    query = _query(context)
    now = query.get(SORT, "")
    direction = {str(key): "ascending", f"-{key}": "descending"}.get(now, "none")
    query[SORT] = f"-{key}" if direction == "ascending" else str(key)
    query.pop(PAGE, None)
    return {"href": f"?{query.urlencode()}", "direction": direction}


@register.simple_tag(takes_context=True)
def page_links(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Addresses of the neighbouring pages and a short row of page numbers."""
    query = _query(context)

    def address(target: int) -> str:
        query[PAGE] = str(target)
        return f"?{query.urlencode()}"

    numbers = [
        {"number": entry, "href": address(entry), "current": entry == page.number}
        if isinstance(entry, int)
        else {"number": None, "href": "", "current": False}
        for entry in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "numbers": numbers,
    }


@register.simple_tag
def account_parts(account: dict[str, int]) -> dict[str, Any]:
    """The parts of "rows in", each with its word; says whether they add up."""
    order = (
        ("accepted", "accepted"),
        ("held", "held"),
        ("duplicate", "duplicates"),
        ("known", "known"),
        ("withdrawn", "withdrawn"),
    )
    parts: list[dict[str, Any]] = [
        {"code": code, "state": state_of(code), "value": account.get(key, account.get(code, 0)) or 0}
        for code, key in order
    ]
    return {
        "parts": parts,
        "bar": pictures.stacked(parts),
        "rows": account["rows"],
        "adds_up": account["rows"] == sum(part["value"] for part in parts),
    }


@register.simple_tag
def bar_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """See `pictures.bars`."""
    return pictures.bars(rows)


@register.simple_tag
def fall(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """See `pictures.waterfall`."""
    return pictures.waterfall(steps)


@register.simple_tag
def curve_of(points: list[dict[str, float]], chosen: dict[str, float]) -> dict[str, Any]:
    """See `pictures.curve`."""
    return pictures.curve(points, chosen)


@register.simple_tag
def survival_of(steps: list[dict[str, Any]], beside: list[dict[str, Any]]) -> dict[str, Any]:
    """See `pictures.survival`."""
    return pictures.survival(steps, beside or ())


@register.simple_tag
def tile_map(areas: list[dict[str, Any]], upper: float | str | None = None) -> dict[str, Any]:
    """See `pictures.tiles`."""
    return pictures.tiles(areas, upper=float(upper) if upper else None)


@register.simple_tag
def sparkline(values: list[float]) -> dict[str, str]:
    """See `pictures.sparkline`."""
    return pictures.sparkline(values)


@register.filter
def plain(value: Any) -> str:
    """A number for an attribute, without separators in any language."""
    return "" if value is None else str(value)


@register.filter
def tone_icon(tone: str) -> str:
    """The icon of a notice."""
    return {
        "good": "check-circle",
        "warm": "exclamation-triangle",
        "danger": "x-circle",
    }.get(str(tone), "information-circle")


@register.filter
def tone_word(tone: str) -> Any:
    """The word a screen reader hears before a notice."""
    return {"good": _("Selesai"), "warm": _("Perlu tindakan"), "danger": _("Masalah")}.get(str(tone), _("Keterangan"))


@register.filter
def message_tone(tags: str) -> str:
    """Django's message level as a tone."""
    words = str(tags).split()
    return next((tone for word, tone in _LEVELS.items() if word in words), "quiet")


_LEVELS = {"success": "good", "warning": "warm", "error": "danger"}


def _query(context: template.Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)
