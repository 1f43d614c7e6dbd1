"""One small line by regency, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from sertakan.coverage.figures import Cell
from sertakan.coverage.queries.over_time import regencies_over_time
from sertakan.rules.reasons import month_in_words
from sertakan.web.coverage_pictures import Column, Picture, drawing
from sertakan.web.templatetags.sertakan_format import number
from sertakan.web.views.coverage import building, words
from sertakan.web.views.coverage.common import View, is_place, query_of
from sertakan.web.views.coverage.words import percent


def multiples(view: View, *, months: int = 12) -> Picture | None:
    """One small line by regency, all on one scale; None while there are fewer than two counts."""
    kept = [one for one in reversed(view.every) if one.month <= view.snapshot.month][-months:]
    if len(kept) < 2:
        return None
    by_month = [{cell.code: cell for cell in cells} for cells in regencies_over_time(kept, open_rows=view.open_rows)]
    last = [cell for cell in by_month[-1].values() if is_place(cell)]
    shares = building.has_shares(last)
    values = {
        cell.code: [building.value_of(one[cell.code], shares=shares) if cell.code in one else None for one in by_month]
        for cell in last
    }
    upper = drawing.rounded_up(
        max((value for line in values.values() for value in line if value is not None), default=0)
    )
    rows, panels = [], []
    for cell in sorted(last, key=lambda one: -(building.value_of(one, shares=shares) or 0)):
        line = values[cell.code]
        shown = (
            (percent(line[-1]) if shares else number(int(line[-1]))) if line[-1] is not None else words.count_of(cell)
        )
        panels.append({"name": words.name_of(cell), "shown": shown, **drawing.small(line, upper=upper)})
        for one, value in zip(kept, line, strict=True):
            shown_value = "–" if value is None else percent(value) if shares else number(int(value))
            rows.append({"code": cell.code, "name": words.name_of(cell), "month": str(one.month),
                         "month_shown": month_in_words(one.month), "value": value, "value_shown": shown_value})  # fmt: skip
    facts = {"first": month_in_words(kept[0].month), "last": month_in_words(kept[-1].month)}
    return Picture(
        name="kabupaten", kind="multiples", title=_risen(values, {cell.code: cell for cell in last}),
        about=(_("Bagian yang terlindungi tiap kabupaten/kota, %(first)s sampai %(last)s, semua dengan skala yang sama") if shares
               else _("Pekerja terlindungi tiap kabupaten/kota, %(first)s sampai %(last)s, semua dengan skala yang sama")) % facts,
        source=building.foot(view, last),
        columns=(Column("name", str(words.NAMES["regency"])), Column("month", _("Bulan")),
                 Column("value", _("Persen") if shares else _("Pekerja"), number=True)),
        rows=tuple(rows), drawn={"panels": panels, "upper": percent(upper, 1) if shares else number(int(upper))},
        extra={"upper": upper, "shares": shares}, query=query_of(pada=str(view.snapshot.month)),
    )  # fmt: skip


def _risen(values: Mapping[str, Sequence[float | None]], cells: Mapping[str, Cell]) -> str:
    """Which area rose the most between the first and the last month, as far as both months are shown."""
    known = {code: line[-1] - line[0] for code, line in values.items() if line[0] is not None and line[-1] is not None}
    if not known:
        return _("Tidak dapat dibandingkan: tidak satu pun terbuka pada bulan pertama dan terakhir")
    facts = {"name": words.name_of(cells[max(known, key=lambda code: known[code])])}
    if len(known) < len(values):
        rose = _("Di antara yang terbuka, %(name)s paling banyak bertambah") % facts
        return rose if max(known.values()) > 0 else _("Di antara yang terbuka, tidak ada kabupaten/kota yang bertambah")
    if max(known.values()) <= 0:
        return _("Tidak ada kabupaten/kota yang bertambah")
    return _("%(name)s paling banyak bertambah") % facts
