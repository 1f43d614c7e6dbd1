"""A bank's table into lines, by a layout: columns in, columns out. What is no movement is told apart; what may be one is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from sertakan.banking import errors
from sertakan.banking.reading.amounts import decimal_mark, read_amounts
from sertakan.banking.reading.balances import check_balances
from sertakan.banking.reading.days import read_day, read_days
from sertakan.banking.reading.layouts import Layout, fitting, plain
from sertakan.banking.reading.model import LINE_COLUMNS, FileFinding, Statement, StatementBook, line_schema

if TYPE_CHECKING:
    from sertakan.intake.reading.rawsheet import RawSheet

DEEPEST_HEADING = 60
_ACCOUNT = re.compile(
    r"(?:no(?:mor)?\.?\s*rek(?:ening)?|rekening|account\s*(?:no|number|nr)?|acc(?:t)?\.?\s*no)\.?\b", re.IGNORECASE
)
_DIGITS = re.compile(r"[0-9][0-9 .\-]{4,30}[0-9]")
_PERIOD = re.compile(r"(\d{1,2}[-/ .](?:\d{1,2}|[A-Za-z]{3,9})[-/ .]\d{2,4})")
_OPENING = r"(?i)^\W*(?:saldo\s+awal|opening\s+balance|beginning\s+balance|saldo\s+sebelumnya|previous\s+balance|balance\s+brought)"
_CLOSING = r"(?i)^\W*(?:saldo\s+akhir|closing\s+balance|ending\s+balance|balance\s+carried)"
_SUMS = (
    r"(?i)^\W*(?:(?:total|jumlah|sub\s*total|grand\s+total)\b|mutasi\s+(?:debet|debit|kredit|db|cr)|(?:debet|debit|kredit|credit)\s*[:=]?\s*[\d.,]*$"
    r"|halaman\b|page\b|dicetak\b|printed\b|catatan\b|periode\b|no\.?\s*of\b)"
)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A sheet from its heading row on: headings in plain form, texts and kinds of the rows below, their row numbers (1-based)."""

    headings: tuple[str, ...]
    texts: pl.DataFrame
    kinds: pl.DataFrame
    rows: pl.Series
    above: list[list[str]]


def read_tables(sheets: list[RawSheet], form: str, layouts: tuple[Layout, ...], *, today: date) -> StatementBook:
    """The lines of every sheet with a known heading. Raises LayoutUnknown, LayoutsCompete, NoStatementLines."""
    found: list[tuple[Layout, _Grid]] = []
    for sheet in sheets:
        one = _find(sheet, layouts)
        if one is not None:
            found.append(one)
    if not found:
        raise errors.LayoutUnknown(headings=_shown(sheets), sheets=len(sheets))
    keys = {layout.key for layout, _ in found}
    if len(keys) > 1:
        raise errors.LayoutsCompete(layouts=", ".join(sorted(layout.name for layout, _ in found)))
    statements: list[Statement] = []
    frames: list[pl.DataFrame] = []
    findings: list[FileFinding] = []
    for layout, grid in found:
        heads, lines, told = _read_grid(grid, layout, len(statements), today)
        statements += heads
        frames.append(lines)
        findings += told
    lines = pl.concat(frames)
    if lines.is_empty():
        raise errors.NoStatementLines()
    return StatementBook(form, found[0][0].key, tuple(statements), lines, tuple(findings))


def _find(sheet: RawSheet, layouts: tuple[Layout, ...]) -> tuple[Layout, _Grid] | None:
    for at, row in enumerate(sheet.texts.head(DEEPEST_HEADING).iter_rows()):
        if sum(cell is not None for cell in row) < 3:
            continue
        fit = fitting(row, layouts)
        if len(fit) > 1:
            fit = [layout for layout in fit if layout.taught] or fit
        if len(fit) > 1:
            raise errors.LayoutsCompete(layouts=", ".join(sorted(layout.name for layout in fit)))
        if fit:
            return fit[0], grid_of(sheet, at)
    return None


def grid_of(sheet: RawSheet, at: int) -> _Grid:
    """The part of a sheet below its heading in row `at` (0-based)."""
    above = [[cell or "" for cell in row] for row in sheet.texts.head(at).iter_rows()]
    texts, kinds = sheet.texts.slice(at + 1), sheet.kinds.slice(at + 1)
    numbers = pl.int_range(
        sheet.head.first_row + at + 2, sheet.head.first_row + at + 2 + texts.height, eager=True, dtype=pl.Int64
    )
    return _Grid(tuple(plain(cell) for cell in sheet.texts.row(at)), texts, kinds, numbers, above)


def _shown(sheets: list[RawSheet]) -> str:
    """The row that looks most like a heading, to name in a refusal: the first among the widest without figures in it."""
    rows = [
        [cell for cell in row if cell]
        for sheet in sheets
        for row in sheet.texts.head(DEEPEST_HEADING).iter_rows()
        if all(not cell or not re.search(r"\d{3}", cell) for cell in row)
    ]
    widest = max(rows, key=len, default=[])
    return ", ".join(" ".join(cell.split())[:30] for cell in widest[:10]) or "-"


def _read_grid(
    grid: _Grid, layout: Layout, offset: int, today: date
) -> tuple[list[Statement], pl.DataFrame, list[FileFinding]]:
    findings: list[FileFinding] = []
    cells = _cells(grid, layout)
    period = _period(grid.above, layout)
    booked, assumed = read_days(cells["booked_on"], cells["booked_on_kind"], layout.dates, period=period, today=today)
    if assumed:
        findings.append(FileFinding("year_assumed"))
    value, _ = read_days(cells["value_on"], cells["value_on_kind"], layout.dates, period=period, today=today)
    frame = cells.with_columns(booked=booked, value=value)
    frame = pl.concat([frame, _amounts(cells, layout)], how="horizontal")
    frame, opening, closing, left_out = _movements(frame, layout)
    if left_out:
        findings.append(FileFinding("rows_left_out", {"count": left_out}))
    account = _account(grid.above)
    frame = frame.with_columns(
        account=pl.coalesce(pl.col("account").str.strip_chars().replace("", None), pl.lit(account))
    )
    accounts = frame["account"].unique(maintain_order=True).to_list()
    places = {name: offset + at for at, name in enumerate(accounts)}
    lines = _lines(frame.with_columns(statement=pl.col("account").replace_strict(places, return_dtype=pl.Int64)))
    heads: list[Statement] = []
    for name in accounts:
        own = lines.filter(pl.col("statement") == places[name])
        first = frame.filter(pl.col("account") == name)["balance_before"].drop_nulls()
        begin = opening if len(accounts) == 1 else None
        if begin is None and len(first) and frame["balance_before"].null_count() == 0:
            begin = first[0]
        checked = check_balances(own, begin, closing if len(accounts) == 1 else None)
        findings += checked.findings
        currency = frame.filter(pl.col("account") == name)["currency"].drop_nulls()
        heads.append(
            Statement(
                account=name,
                currency=currency[0] if len(currency) else "IDR",
                opening=checked.opening,
                closing=checked.closing,
                opening_on=own["booked_on"].min(),  # type: ignore[arg-type]
                closing_on=own["booked_on"].max(),  # type: ignore[arg-type]
            )
        )
    return heads, lines, findings


_PLAIN_COLUMNS = ("account", "reference", "counterparty", "currency", "direction")
_KIND_COLUMNS = ("booked_on", "value_on", "debit", "credit", "amount", "balance", "balance_before")


def _cells(grid: _Grid, layout: Layout) -> pl.DataFrame:
    """One column per role that a layout knows, null where it has none; dates and amounts also with the kind of their cells."""
    place = {heading: at for at, heading in reversed(list(enumerate(grid.headings))) if heading}
    names = grid.texts.columns
    blank = pl.Series([None] * grid.texts.height, dtype=pl.String)
    out: dict[str, pl.Series] = {"number": grid.rows}
    for role in (*_PLAIN_COLUMNS, *_KIND_COLUMNS):
        at = place.get(layout.columns.get(role, ""))
        out[role] = grid.texts[names[at]] if at is not None else blank
        if role in _KIND_COLUMNS:
            out[f"{role}_kind"] = grid.kinds[names[at]] if at is not None else blank
    texts = [grid.texts[names[place[heading]]] for heading in layout.text if heading in place]
    out["text"] = (
        pl.DataFrame([one.alias(str(at)) for at, one in enumerate(texts)])
        .select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True))
        .to_series()
        if texts
        else blank
    )
    amount_at = place.get(layout.columns.get("amount", ""))
    beside = blank
    if (
        layout.rule == "suffix"
        and amount_at is not None
        and amount_at + 1 < len(grid.headings)
        and not grid.headings[amount_at + 1]
    ):
        beside = grid.texts[names[amount_at + 1]]
    out["beside"] = beside
    out["first"] = grid.texts.select(pl.coalesce(pl.all())).to_series() if grid.texts.width else blank
    out["last"] = (
        grid.texts.select(pl.coalesce([pl.col(name) for name in reversed(names)])).to_series() if names else blank
    )
    out["filled"] = grid.texts.select(pl.sum_horizontal(pl.all().is_not_null())).to_series().cast(pl.Int64)
    return pl.DataFrame({name: series.alias(name) for name, series in out.items()})


def _amounts(cells: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """[amount, way, raw, problem, balance_read, before_read, stated]: what moved and which way; stated: some cell holds an amount."""
    money = [name for name in ("debit", "credit", "amount", "balance", "balance_before") if name in layout.columns]
    mark = layout.decimal or decimal_mark(
        pl.concat([cells[name] for name in money]), pl.concat([cells[f"{name}_kind"] for name in money])
    )
    read = {
        name: read_amounts(cells[name], cells[f"{name}_kind"], mark)
        for name in ("debit", "credit", "amount", "balance", "balance_before")
    }
    frame = pl.DataFrame(
        [read[name][part].alias(f"{name}_{part}") for name in read for part in ("amount", "problem", "suffix")]
    )
    frame = pl.concat([frame, cells.select("debit", "credit", "amount", "direction", "beside")], how="horizontal")
    made = _by_columns(frame) if layout.rule == "columns" else _by_sign_or_word(frame, layout)
    return pl.concat(
        [made, frame.select(balance_read="balance_amount", before_read="balance_before_amount")], how="horizontal"
    )


def _by_columns(frame: pl.DataFrame) -> pl.DataFrame:
    nothing = {
        name: (pl.col(f"{name}_amount").fill_null(0) == 0) & (pl.col(f"{name}_problem") == "")
        for name in ("debit", "credit")
    }
    both = ~nothing["debit"] & ~nothing["credit"]
    out = ~nothing["debit"]
    side = pl.when(out)
    amount = side.then("debit_amount").otherwise("credit_amount")
    trouble = side.then("debit_problem").otherwise("credit_problem")
    written = ["debit", "credit"]
    stated = pl.any_horizontal([pl.col(name).str.contains(r"\d").fill_null(value=False) for name in written])
    problem = (
        pl.when(both).then(pl.lit("two_amounts"))
        .when(trouble != "").then(trouble)
        .when(nothing["debit"] & nothing["credit"]).then(pl.lit("amount_missing"))
        .when(amount < 0).then(pl.lit("direction_unreadable"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    raw = pl.concat_str([pl.col(name).fill_null("") for name in written], separator=" | ").str.strip_chars(" |")
    return frame.select(
        way=pl.when(problem == "")
        .then(pl.when(out).then(pl.lit("out")).otherwise(pl.lit("in")))
        .otherwise(
            pl.when(both | (problem == "amount_missing"))
            .then(pl.lit(""))
            .when(out)
            .then(pl.lit("out"))
            .otherwise(pl.lit("in"))
        ),
        moved=pl.when(problem == "").then(amount),
        raw=raw,
        problem=problem,
        stated=stated | ~(nothing["debit"] & nothing["credit"]),
    )


def _by_sign_or_word(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    amount = pl.col("amount_amount")
    if layout.rule == "sign":
        up, down = ("in", "out") if layout.positive_is_in else ("out", "in")
        way = pl.when(amount > 0).then(pl.lit(up)).when(amount < 0).then(pl.lit(down)).otherwise(pl.lit(""))
    else:
        said = pl.col("direction").str.strip_chars(" .").str.to_uppercase()
        if layout.rule == "suffix":
            beside = pl.col("beside").str.strip_chars(" .").str.to_uppercase()
            said = pl.when(pl.col("amount_suffix") != "").then("amount_suffix").otherwise(beside)
        way = (
            pl.when(said.is_in(list(layout.incoming))).then(pl.lit("in")).when(said.is_in(list(layout.outgoing))).then(pl.lit("out"))
            .otherwise(pl.lit(""))
        )  # fmt: skip
    stated = pl.col("amount").str.contains(r"\d").fill_null(value=False)
    problem = (
        pl.when(pl.col("amount_problem") != "").then("amount_problem")
        .when(amount.fill_null(0) == 0).then(pl.lit("amount_missing"))
        .when(way == "").then(pl.lit("direction_unreadable"))
        .when((amount < 0) & pl.lit(layout.rule != "sign")).then(pl.lit("direction_unreadable"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    raw = pl.concat_str(
        [pl.col("amount").fill_null(""), pl.col("direction").fill_null(""), pl.col("beside").fill_null("")],
        separator=" ",
    )
    return frame.select(
        way=way,
        moved=pl.when(problem == "").then(amount.abs()),
        raw=raw.str.strip_chars(),
        problem=problem,
        stated=stated,
    )


def _movements(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, int | None, int | None, int]:
    """The rows that are movements, the balances stated before and after them, and how many rows were left out."""
    frame = frame.filter(pl.col("filled") > 0)
    said = pl.coalesce("text", "first").fill_null("")
    labels = {
        name: (
            pl.col("first").fill_null("").str.contains(pattern)
            | (said.str.contains(pattern) & (pl.col("problem") != ""))
        )
        for name, pattern in (("opening", _OPENING), ("closing", _CLOSING), ("sums", _SUMS))
    }
    dated = pl.col("booked").is_not_null()
    pending = pl.lit(value=False)
    if layout.pending:
        pending = pl.col("booked_on").fill_null("").str.to_uppercase().str.strip_chars(" '").is_in(list(layout.pending))
    frame = frame.with_columns(pending=pending, dated=dated, **labels)
    closing_rows = pl.col("opening") | pl.col("closing") | (pl.col("sums") & ~pl.col("dated"))
    # A row that names a balance is one only where it moves nothing; a movement may be called "saldo awal" too.
    label = closing_rows & ~(
        pl.col("dated")
        & (pl.col("problem") == "")
        & ~pl.col("first").fill_null("").str.contains(_OPENING + "|" + _CLOSING)
    )
    frame = frame.with_columns(label=label)
    opening = _stated(frame.filter("opening", "label"))
    closing = _stated(frame.filter("closing", "label"))
    bare = ~pl.col("dated") & ~pl.col("stated") & ~pl.col("pending")
    frame = frame.with_columns(
        role=pl.when("label").then(pl.lit("label")).when(bare).then(pl.lit("bare")).otherwise(pl.lit("line"))
    )
    if layout.continued:
        frame = _join_continued(frame)
    left_out = int((frame["role"] != "line").sum())
    lines = frame.filter(pl.col("role") == "line").with_columns(
        problem=pl.when("pending")
        .then(pl.lit("not_booked"))
        .when((pl.col("problem") == "") & ~pl.col("dated"))
        .then(pl.lit("date_unreadable"))
        .when(
            (pl.col("problem") == "")
            & (pl.col("currency").str.strip_chars().str.to_uppercase().fill_null("IDR").is_in(["IDR", "RP", ""]).not_())
        )
        .then(pl.lit("other_currency"))
        .otherwise("problem"),
        balance_before=pl.col("before_read"),
    )
    return lines, opening, closing, left_out


def _stated(rows: pl.DataFrame) -> int | None:
    """The balance a row states: in its balance column, else in its last cell."""
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    if row["balance_read"] is not None:
        return int(row["balance_read"])
    text = str(row["last"] or "").rsplit(":", 1)[-1]
    found = read_amounts(pl.Series([text]), pl.Series(["s"]))
    value = found["amount"].item()
    if value is None and re.fullmatch(r"\s*0+(?:[.,]0+)?\s*", text):
        return 0
    return int(value) if value is not None else None


def _join_continued(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring the text of rows that only go on with the movement above them to that movement."""
    goes_on = (pl.col("role") == "bare") & pl.col("text").is_not_null()
    frame = frame.with_columns(block=(pl.col("role") == "line").cum_sum(), goes_on=goes_on)
    more = (
        frame.filter(pl.col("goes_on") & (pl.col("block") > 0)).group_by("block").agg(more=pl.col("text").str.join(" "))
    )
    if more.is_empty():
        return frame
    frame = frame.join(more, on="block", how="left", maintain_order="left")
    whole = pl.concat_str([pl.col("text").fill_null(""), pl.col("more").fill_null("")], separator=" ").str.strip_chars()
    return frame.with_columns(
        text=pl.when((pl.col("role") == "line") & pl.col("more").is_not_null()).then(whole).otherwise("text")
    ).filter(~(pl.col("goes_on") & (pl.col("block") > 0)))


def _lines(frame: pl.DataFrame) -> pl.DataFrame:
    schema = line_schema()

    def tidy(name: str) -> pl.Expr:
        return pl.col(name).fill_null("").str.replace_all(r"\s+", " ").str.strip_chars()

    held = pl.col("problem").is_in(["", "not_booked", "date_unreadable"])
    return frame.select(
        statement="statement",
        number="number",
        booked_on="booked",
        value_on="value",
        direction="way",
        amount=pl.when(held).then("moved"),
        balance="balance_read",
        reference=tidy("reference").str.slice(0, 140),
        counterparty=tidy("counterparty").str.slice(0, 140),
        text=tidy("text").str.slice(0, 2000),
        raw=tidy("raw").str.slice(0, 200),
        problem="problem",
    ).select(pl.col(name).cast(schema[name]) for name in LINE_COLUMNS)


def _account(above: list[list[str]]) -> str:
    """The account number that stands above the heading, "" when none does."""
    for row in above:
        joined = "  ".join(cell for cell in row if cell)
        label = _ACCOUNT.search(joined)
        if label and (found := _DIGITS.search(joined, label.end())):
            return re.sub(r"\D", "", found[0])
    return ""


def _period(above: list[list[str]], layout: Layout) -> tuple[date | None, date | None]:
    """The days between which the statement says it lies."""
    for row in above:
        joined = "  ".join(cell for cell in row if cell)
        if re.search(r"(?i)period|tanggal|dari|from", joined):
            days = [day for text in _PERIOD.findall(joined) if (day := read_day(text, layout.dates)) is not None]
            if days:
                return min(days), max(days)
    return None, None
