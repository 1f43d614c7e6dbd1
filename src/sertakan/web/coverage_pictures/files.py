"""Pictures as files: SVG, PNG and PDF drawn by Altair, and the rows as CSV. Libraries are loaded when a file is asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sertakan.web.coverage_pictures.facts import Picture

if TYPE_CHECKING:
    import altair as alt

KINDS: Final[Mapping[str, str]] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
ACTION, QUIET, WARM = "#0b5b66", "#6f9ba2", "#d97b1e"
SHADES: Final = ("#f6ecae", "#d3e08c", "#93cf86", "#4bb48c", "#25788b", "#31558a", "#43307a")
_NUMBERS: Final = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
_WIDE, _LINE = 640, 96
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def made(picture: Picture, ending: str) -> bytes:
    """The picture as a file of one of `KINDS`; a KeyError for any other."""
    if ending == "csv":
        return rows_csv(picture)
    import vl_convert as vl

    spec = chart(picture).to_dict(context={"pre_transform": False})
    if ending == "png":
        return bytes(vl.vegalite_to_png(spec, scale=2, format_locale=_NUMBERS))
    if ending == "pdf":
        return bytes(vl.vegalite_to_pdf(spec, format_locale=_NUMBERS))
    if ending == "svg":
        return str(vl.vegalite_to_svg(spec, format_locale=_NUMBERS)).encode()
    raise KeyError(ending)


def rows_csv(picture: Picture) -> bytes:
    """All rows with plain numbers, under names that stay the same in every language; text that a sheet would run is disarmed."""
    names = [name for name in dict.fromkeys(key for row in picture.rows for key in row) if not _for_pages(name)]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in picture.rows:
        writer.writerow({name: _safe(row.get(name)) for name in names})
    return out.getvalue().encode("utf-8-sig")


def _for_pages(name: str) -> bool:
    return name.endswith("_shown") or name in {"shown", "sum", "note_shown"}


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_BEGINS_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def chart(picture: Picture) -> alt.LayerChart | alt.Chart | alt.FacetChart:
    """The picture as an Altair chart: the finding as title, what and where below it, source and doubt last."""
    import altair as alt

    alt.data_transformers.disable_max_rows()
    drawn = _DRAW[picture.kind](picture, alt)
    return (
        drawn.properties(
            title=alt.TitleParams(
                picture.title, subtitle=[*_wrapped(picture.about), *_wrapped(picture.source)], anchor="start", fontSize=18,
                subtitleFontSize=12, subtitleColor="#476068", color="#10262b", offset=14, subtitlePadding=6,
            )
        )
        .configure(background="white", padding=20)
        .configure_view(stroke=None)
        .configure_axis(
            grid=False, domainColor="#6f888e", tickColor="#6f888e", labelFontSize=12, titleFontSize=12, titleFontWeight="normal"
        )
    )  # fmt: skip


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, _LINE) if text else []


def _bars(picture: Picture, alt: Any) -> Any:
    name = picture.extra["field"]
    shares = picture.extra["shares"]
    rows = [dict(row) for row in picture.rows if row.get(name) is not None]
    base = alt.Chart(alt.Data(values=rows), width=_WIDE)
    rows.sort(key=lambda row: -row[name])
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(labelLimit=280))
    title = "%" if shares else None
    x = alt.X(f"{name}:Q", title=title, axis=alt.Axis(format=".1%" if shares else ",.0f"), scale=alt.Scale(zero=True))
    bars = base.mark_bar(color=ACTION, cornerRadius=2).encode(x=x, y=y)
    said = alt.Text(f"{name}:Q", format=".2%" if shares else ",.0f")
    text = base.mark_text(align="left", dx=4, color="#10262b").encode(x=x, y=y, text=said)
    if not any(row["estimated"] for row in rows) or not shares:
        return bars + text
    beyond = alt.X("share_high:Q")
    text = base.mark_text(align="left", dx=4, color="#10262b").encode(x=beyond, y=y, text=said)
    doubt = base.mark_rule(color="#10262b").encode(x="share_low:Q", x2="share_high:Q", y=y)
    return bars + text + doubt.transform_filter("datum.estimated")


def _funnel(picture: Picture, alt: Any) -> Any:
    rows = [dict(row) for row in picture.rows]
    base = alt.Chart(alt.Data(values=rows), width=_WIDE)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=280))
    x = alt.X("count:Q", title=None, axis=alt.Axis(format=",.0f"), scale=alt.Scale(zero=True))
    bars = base.mark_bar(color=ACTION, cornerRadius=2).encode(x=x, y=y)
    return bars + base.mark_text(align="left", dx=4).encode(x=x, y=y, text=alt.Text("count:Q", format=",.0f"))


def _fall(picture: Picture, alt: Any) -> Any:
    rows: list[dict[str, Any]] = []
    at = 0
    for row in picture.rows:
        start = 0 if row.get("sum") else at
        at = row["value"] if row.get("sum") else at + row["value"]
        side = "sum" if row.get("sum") else "up" if row["value"] >= 0 else "down"
        rows.append(
            {"name": row["name"], "shown": row["shown"], "from": start, "to": at, "side": side, "order": len(rows)}
        )
    base = alt.Chart(alt.Data(values=rows), width=_WIDE)
    y = alt.Y("name:N", sort=alt.SortField("order"), title=None, axis=alt.Axis(labelLimit=280))
    colour = alt.Color(
        "side:N", scale=alt.Scale(domain=["sum", "up", "down"], range=[QUIET, ACTION, WARM]), legend=None
    )
    bars = base.mark_bar().encode(
        x=alt.X("from:Q", title=None, axis=alt.Axis(format=",.0f")), x2="to:Q", y=y, color=colour
    )
    return bars + base.mark_text(align="left", dx=4).encode(x=alt.X("to:Q"), y=y, text="shown:N")


def _lorenz(picture: Picture, alt: Any) -> Any:
    rows = [{"people": row["people"], "covered": row["covered"]} for row in picture.rows]
    share = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True)
    x = alt.X("people:Q", title=picture.columns[0].label, axis=share, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("covered:Q", title=picture.columns[1].label, axis=share, scale=alt.Scale(domain=[0, 1]))
    curve = alt.Chart(alt.Data(values=rows), width=420, height=420).mark_line(color=ACTION, strokeWidth=2.5)
    even = alt.Chart(alt.Data(values=[{"people": 0, "covered": 0}, {"people": 1, "covered": 1}]))
    return even.mark_line(color="#6f888e", strokeDash=[4, 4]).encode(x=x, y=y) + curve.encode(
        x=x, y=y, order=alt.Order("people:Q")
    )


def _series(picture: Picture, alt: Any) -> Any:
    shares = picture.extra["shares"]
    name, form = ("value", ".2%") if shares else ("numerator", ",.0f")
    rows = [dict(row) for row in picture.rows if row.get(name) is not None]
    base = alt.Chart(alt.Data(values=rows), width=_WIDE, height=260)
    x = alt.X("on:T", title=None, axis=alt.Axis(format="%m/%Y", labelOverlap=True))
    upright = alt.Axis(format=".0%" if shares else ",.0f", grid=True)
    y = alt.Y(f"{name}:Q", title=None, axis=upright, scale=alt.Scale(zero=True))
    layers = [
        base.mark_line(color=ACTION).encode(x=x, y=y, detail="stretch:N"),
        base.mark_circle(color=ACTION, size=60, opacity=1).encode(x=x, y=y),
        base.mark_text(dy=-12, fontSize=11).encode(x=x, y=y, text=alt.Text(f"{name}:Q", format=form)),
    ]
    breaks = [{"on": on, "text": text} for on, text in picture.extra["breaks"]]
    if breaks:
        rule = alt.Chart(alt.Data(values=breaks)).mark_rule(strokeDash=[5, 4], color=WARM)
        layers.append(rule.encode(x="on:T"))
    return alt.layer(*layers)


def _multiples(picture: Picture, alt: Any) -> Any:
    rows = [{**row, "on": f"{row['month']}-01"} for row in picture.rows if row["value"] is not None]
    base = alt.Chart(alt.Data(values=rows), width=150, height=70).mark_line(color=ACTION)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, picture.extra["upper"]]), axis=alt.Axis(tickCount=2))
    line = base.encode(x=alt.X("on:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=2)), y=y)
    return line.facet(facet=alt.Facet("name:N", title=None), columns=4)


def _colour(picture: Picture, alt: Any) -> Any:
    top = picture.extra["upper"]
    steps = [top * step / len(SHADES) for step in range(1, len(SHADES))]
    scale = alt.Scale(type="threshold", domain=steps, range=list(SHADES))
    legend = alt.Legend(format=",.0f" if top > 20 else ",.2f")
    shade = alt.Color("value:Q", scale=scale, title="%" if picture.extra["shares"] else None, legend=legend)
    return alt.condition("isValid(datum.value)", shade, alt.value("#dbe4e5"))


def _map(picture: Picture, alt: Any) -> Any:
    from sertakan.web.coverage_pictures.drawing import code_of

    field, times = picture.extra["field"], 100 if picture.extra["shares"] else 1
    values = {row["code"]: None if row[field] is None else row[field] * times for row in picture.rows}
    shapes = [
        {"type": "Feature", "geometry": one["geometry"], "code": code_of(one), "value": values.get(code_of(one))}
        for one in picture.extra["shapes"]["features"]
        if one.get("geometry")
    ]
    base = alt.Chart(alt.Data(values=shapes), width=_WIDE, height=560).mark_geoshape(stroke="white", strokeWidth=0.6)
    return base.encode(color=_colour(picture, alt)).project(type="identity", reflectY=True)


def _tiles(picture: Picture, alt: Any) -> Any:
    rows = [
        {"x": one["column"], "y": one["row"], "value": one["value"], "label": one["label"], "shown": one["shown"]}
        for one in picture.drawn["tiles"]
    ]
    base = alt.Chart(alt.Data(values=rows), width=_WIDE, height=560)
    x, y = alt.X("x:O", axis=None), alt.Y("y:O", axis=None)
    boxes = base.mark_rect(cornerRadius=8, stroke="white", strokeWidth=4).encode(x=x, y=y, color=_colour(picture, alt))
    dark = alt.condition(f"datum.value > {picture.extra['upper'] * 4 / 7}", alt.value("white"), alt.value("#10262b"))
    names = base.mark_text(dy=-12, fontSize=11).encode(x=x, y=y, text="label:N", color=dark)
    return boxes + names + base.mark_text(dy=10, fontSize=15, fontWeight="bold").encode(x=x, y=y, text="shown:N", color=dark)  # fmt: skip


_DRAW: Final[Mapping[str, Any]] = {
    "bars": _bars,
    "funnel": _funnel,
    "fall": _fall,
    "lorenz": _lorenz,
    "series": _series,
    "multiples": _multiples,
    "map": _map,
    "tiles": _tiles,
}
