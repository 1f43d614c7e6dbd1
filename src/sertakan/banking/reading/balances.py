"""Do the balances of a statement fit its movements? A wrong amount or a missing line shows here first."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sertakan.banking.reading.model import FileFinding
from sertakan.core.money import format_rupiah


@dataclass(frozen=True, slots=True)
class Checked:
    """Balances before the first and after the last movement as far as they are known, and what was found about them."""

    opening: int | None
    closing: int | None
    findings: tuple[FileFinding, ...]


def check_balances(lines: pl.DataFrame, opening: int | None, closing: int | None) -> Checked:
    """Check `lines` (of one account) against the stated balances and against the running balance, in either order of days."""
    booked = lines.filter(pl.col("problem") != "not_booked")
    signed = booked.select(
        "number",
        "balance",
        moved=pl.when(pl.col("direction") == "out").then(-pl.col("amount")).otherwise(pl.col("amount")),
    )
    findings: list[FileFinding] = []
    stated = opening is not None or signed.height > 1  # one line alone proves nothing about itself
    if signed.height and signed["balance"].null_count() == 0:
        rising, falling = _breaks(signed), _breaks(signed.reverse())
        days = booked["booked_on"].drop_nulls()
        turned = len(falling) < len(rising) and (len(days) == 0 or days[0] >= days[-1])
        broken = falling if turned else rising
        run = signed.reverse() if turned else signed
        if broken:
            findings.append(FileFinding("balance_breaks", {"count": len(broken), "first": min(broken)}))
        first, last = run.row(0, named=True), run.row(-1, named=True)
        if opening is None and first["moved"] is not None:
            opening = first["balance"] - first["moved"]
        closing = last["balance"] if closing is None else closing
    if opening is not None and closing is not None:
        difference = closing - opening - int(signed["moved"].sum() or 0)
        if difference:
            findings.append(FileFinding("balance_differs", {"difference": format_rupiah(difference)}))
        elif not findings and stated:
            findings.append(FileFinding("balance_fits"))
    return Checked(opening, closing, tuple(findings))


def _breaks(run: pl.DataFrame) -> list[int]:
    """Row numbers at which the running balance is not the one before plus what moved."""
    expected = pl.col("balance").shift(1) + pl.col("moved").fill_null(0)
    wrong = run.with_columns(wrong=(pl.col("balance") != expected).fill_null(value=False))
    return [int(number) for number in wrong.filter("wrong")["number"]]
