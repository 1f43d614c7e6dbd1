"""A statement is taken in: read, its lines told from those that are known, the new ones kept. The same twice changes nothing."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from django.db import connection, transaction

from sertakan.banking import errors, policies, queries
from sertakan.banking.models import BankAccount, StatementFile, StatementLine
from sertakan.banking.numbers import candidates_in, index_of, masked
from sertakan.banking.reading import StatementBook, read_statement
from sertakan.banking.reading.model import FileFinding
from sertakan.banking.sealing import SEPARATOR, seal_many
from sertakan.core import audit, clock, copy, files, scope

if TYPE_CHECKING:
    from sertakan.agencies.models import Agency

_UNSAFE = re.compile(r"[^\w .()&+-]")
_STAGE = {
    "number": "integer", "booked_on": "date", "value_on": "date", "direction": "text", "amount": "bigint", "state": "text",
    "why": "text", "checksum": "bytea", "sealed": "bytea",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """One account's part of a file: `line_ids` are all lines it names, also those known before; `fresh` of them are new."""

    account: BankAccount
    file: StatementFile
    new_file: bool
    lines: int
    fresh: int
    findings: tuple[FileFinding, ...] = ()
    line_ids: tuple[int, ...] = field(default=(), repr=False)


@transaction.atomic
def take_statement(
    *, source: Path | bytes, name: str = "", account: BankAccount | None = None, agency: Agency | None = None
) -> list[Taken]:
    """Read a file and keep what is new in it, for each account it is about. `account` or `agency` where the file names none.

    Raises NotYourAccount, AccountUnknown, AccountNotNamed, AccountDiffers, NoStatementLines, and what `banking.reading` raises.
    """
    policies.check_can_bank(account.agency_id if account else agency.pk if agency else None)
    data = source if isinstance(source, bytes) else source.read_bytes()
    label = Path(name or (source.name if isinstance(source, Path) else "rekening-koran")).name
    book = _read(data, label, account.layout if account else "")
    owners = _owners(book, account, agency)
    for owner in owners.values():
        policies.check_can_bank(owner.agency_id)
    content = files.store(data)
    return [
        _keep(owner, book, [at for at, one in owners.items() if one.pk == owner.pk], label, content)
        for owner in {one.pk: one for one in owners.values()}.values()
    ]


def _read(data: bytes, label: str, only: str) -> StatementBook:
    suffix = Path(label).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="statement-") as folder:
        stem = _UNSAFE.sub("_", Path(label).stem)[:80].strip(" .") or "rekening"
        place = Path(folder) / f"{stem}{suffix if len(suffix) <= 6 else ''}"
        place.touch(mode=0o600)
        place.write_bytes(data)
        return read_statement(place, today=clock.today(), taught=queries.taught_layouts(), only=only)


def _owners(book: StatementBook, chosen: BankAccount | None, agency: Agency | None) -> dict[int, BankAccount]:
    """Which account each statement of the file is about. Nothing is guessed: what does not fit refuses the file."""
    owners: dict[int, BankAccount] = {}
    present = set(book.lines["statement"].unique().to_list())
    for at, statement in enumerate(book.statements):
        if at not in present:
            continue
        numbers = candidates_in(statement.account)
        if chosen is not None:
            if numbers and bytes(chosen.index) not in [index_of(number) for number in numbers]:
                raise errors.AccountDiffers(number=masked(statement.account), chosen=f"····{chosen.last_four}")
            owners[at] = chosen
            continue
        found = queries.find_account(statement.account) if numbers else _only_account(agency)
        if found is None or (agency is not None and found.agency_id != agency.pk):
            raise errors.AccountUnknown(number=masked(statement.account)) if numbers else errors.AccountNotNamed()
        owners[at] = found
    return owners


def _only_account(agency: Agency | None) -> BankAccount | None:
    if agency is None:
        return None
    found = list(BankAccount.objects.select_related("agency").filter(agency=agency, closed_at__isnull=True)[:2])
    return found[0] if len(found) == 1 else None


def _keep(account: BankAccount, book: StatementBook, statements: list[int], label: str, content: str) -> Taken:
    own = book.lines.filter(pl.col("statement").is_in(statements))
    with connection.cursor() as cursor:  # two who upload for one account wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('banking.statement'), %s)", [account.pk])
    staged = _staged(own)
    copy.stage("statement_stage", _STAGE)
    copy.copy_frame("statement_stage", staged)
    file = StatementFile.objects.filter(account=account, content=content).first()
    new_file = file is None
    if file is None:
        heads = [book.statements[at] for at in statements]
        file = StatementFile.objects.create(
            account=account,
            agency_id=account.agency_id,
            name=label[:250],
            content=content,
            format=book.format,
            layout=book.layout,
            lines=own.height,
            fresh=_count_fresh(account),
            first_on=own["booked_on"].min(),  # type: ignore[misc]
            last_on=own["booked_on"].max(),  # type: ignore[misc]
            opening=heads[0].opening,
            closing=heads[-1].closing,
            findings=[{"code": one.code, "facts": one.facts} for one in book.findings],
            taken_by=scope.current().user_id,
            taken_label=scope.current().label,
            taken_at=clock.now(),
        )
    fresh = _insert(file)
    ids = _ids(account)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE statement_stage")
    if new_file or fresh:
        audit.record(
            "banking.statement_taken",
            target=file,
            agency_id=account.agency_id,
            facts={
                "account": account.pk,
                "content": content,
                "lines": own.height,
                "fresh": fresh,
                "format": book.format,
            },
        )
    return Taken(account, file, new_file, own.height, fresh, book.findings, ids)


def _staged(lines: pl.DataFrame) -> pl.DataFrame:
    """The columns of the table, with the sealed text, and the checksum that tells the same line again.

    Lines that say the same in everything, also in the running balance, are counted: the second of them is another line.
    """
    said = pl.concat_str(
        [
            pl.col(name).str.replace_all(SEPARATOR, " ", literal=True)
            for name in ("reference", "counterparty", "text", "raw")
        ],
        separator=SEPARATOR,
    )
    what = pl.concat_str(
        [
            pl.col(name).cast(pl.String).fill_null("")
            for name in ("booked_on", "value_on", "direction", "amount", "balance", "reference", "raw")
        ]
        + [pl.col("text").str.replace_all(r"\s+", "").str.to_uppercase(), pl.col("counterparty")],
        separator=SEPARATOR,
    )
    frame = lines.with_columns(said=said, what=what)
    frame = frame.with_columns(again=pl.int_range(pl.len()).over("what"))
    sums = [
        hashlib.sha256(f"{what}{SEPARATOR}{again}".encode()).digest()
        for what, again in frame.select("what", "again").iter_rows()
    ]
    unreadable = ~pl.col("problem").is_in(["", "not_booked"])
    state = (
        pl.when(pl.col("problem") == "not_booked")
        .then(pl.lit(StatementLine.State.IGNORED.value))
        .when(unreadable)
        .then(pl.lit(StatementLine.State.UNREADABLE.value))
        .otherwise(pl.lit(StatementLine.State.OPEN.value))
    )
    return frame.select(
        "number",
        "booked_on",
        "value_on",
        "direction",
        "amount",
        state=state,
        why="problem",
        checksum=pl.Series(sums, dtype=pl.Binary),
        sealed=pl.Series(seal_many(frame["said"].to_list()), dtype=pl.Binary),
    )


_UNKNOWN = (
    "FROM statement_stage s WHERE NOT EXISTS"
    " (SELECT 1 FROM banking_statementline l WHERE l.account_id = %s AND l.checksum = s.checksum)"
)


def _count_fresh(account: BankAccount) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_UNKNOWN}", [account.pk])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _insert(file: StatementFile) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO banking_statementline (file_id, account_id, agency_id, number, booked_on, value_on, direction, amount,"
            " state, why, note, candidates, checksum, sealed)"
            " SELECT %s, %s, %s, s.number, s.booked_on, s.value_on, s.direction, s.amount, s.state, s.why, '', '{}'::jsonb,"
            f" s.checksum, s.sealed {_UNKNOWN} ORDER BY s.booked_on NULLS LAST, s.number",
            [file.pk, file.account_id, file.agency_id, file.account_id],
        )
        return int(cursor.rowcount)


def _ids(account: BankAccount) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id FROM statement_stage s JOIN banking_statementline l ON l.account_id = %s AND l.checksum = s.checksum",
            [account.pk],
        )
        return tuple(int(row[0]) for row in cursor.fetchall())
