"""How long a month of bank lines takes to reconcile, and whether what was matched is right.

    python benchmarks/reconcile.py [--lines 100000] [--data DIR] [--pure]

Invents an agency with donors, issued bills and payment codes inside an own database (nobody in it exists), and a statement of
which is known line by line whose money each is: NIPs whole and broken, names in other spelling and with titles, several months at
once, wrong amounts, names that two donors bear, strangers, fees. First a tenth of the lines, then all; committed and with fsync on.
Also the same file again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 10.0
LEAST_MATCHED = 0.98
DECIDING = ("read", "keep", "claim lines", "load dues", "decide")
"""The phases until every line is kept and decided; what follows posts the decisions to the ledger."""
HEADINGS = "ID,NOREK,TGL_TRAN,TGL_EFEKTIF,JAM_TRAN,SEQ,DESK_TRAN,SALDO_AWAL_MUTASI,MUTASI_DEBIT,MUTASI_KREDIT,SALDO_AKHIR_MUTASI"
MONTHS = ("2026-10", "2026-11", "2026-12")
VARIANTS = {"Muhammad": "Mochamad", "Siti": "Sitti", "Abdul": "Abd", "Yusuf": "Jusuf", "Fitri": "Pitri", "Eka": "Eka"}


@dataclass
class World:
    """The invented agency and what is known of its donors: name, NIP, number of workers."""

    account: Any
    number: str
    agency: Any
    donors: dict[int, tuple[str, str]] = field(default_factory=dict)
    dues: dict[int, dict[str, int]] = field(default_factory=dict)
    codes: list[tuple[int, str, int]] = field(default_factory=list)


@dataclass
class Truth:
    """By row of the statement: the donor or code whose money it is, None where nobody can know; and the kind of line."""

    owners: list[tuple[str, int] | None] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def main() -> int:
    """Invent, time, compare with the truth; exit code 1 when a limit is passed or a match is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="an own data directory; a temporary one when left out")
    wanted = parser.parse_args()
    own = Path(tempfile.mkdtemp(prefix="sertakan-reconcile-")) if wanted.data is None else None
    data = wanted.data or own
    assert data is not None
    _set_up(data)
    try:
        return _measure(wanted.lines)
    finally:
        if own is not None:
            from sertakan.core import postgres

            postgres.stop(own)
            shutil.rmtree(own, ignore_errors=True)


def _set_up(data: Path) -> None:
    os.environ["SERTAKAN_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sertakan.config.settings"
    os.environ["SERTAKAN_TODAY"] = "2026-12-31"
    from sertakan.core import postgres

    postgres.ensure(data)
    import django

    django.setup()
    from sertakan.core import provision

    provision.migrate()


def _measure(lines: int) -> int:
    print("command:", " ".join(["python", *sys.argv]))
    print(
        "machine:", platform.processor() or platform.machine(), "·", os.cpu_count(), "cores · Python", platform.python_version()
    )  # fmt: skip
    good, seconds, decided = True, {}, {}
    for at, size in enumerate((lines // 10, lines)):
        started = time.perf_counter()
        world = _invent(at, size)
        path, truth = _statement(world, size, random.Random(size))
        print(
            f"invented {len(world.donors):,} donors and {size:,} lines in {time.perf_counter() - started:.1f} s (not measured)"
        )
        seconds[size], decided[size], right = _run(world, path, truth, size)
        good = good and right
        path.unlink()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"growth: 10 times the lines take {seconds[lines] / seconds[lines // 10]:.1f} times as long; memory of this process {memory:.0f} MB"
    )
    within = decided[lines] <= LIMIT_SECONDS
    print(f"read, kept and decided in {decided[lines]:.2f} s, posted to the ledger as well in {seconds[lines]:.2f} s")
    good = good and within
    print(
        f"{'within' if good else 'OVER'} the limits ({LIMIT_SECONDS:.0f} s until decided, no wrong match, {LEAST_MATCHED:.0%})"
    )
    return 0 if good else 1


def _run(world: World, path: Path, truth: Truth, size: int) -> tuple[float, float, bool]:
    """Seconds of all, seconds until every line is decided, and whether all is right."""
    from sertakan.banking import services
    from sertakan.core.scope import SYSTEM

    phases = _phases()
    started = time.perf_counter()
    result = services.reconcile(source=path, actor=SYSTEM)
    took = time.perf_counter() - started
    phases_of = dict(phases)
    right, facts = _compare(world, truth)
    print(json.dumps({
        "what": "reconcile", "n": size, "seconds": round(took, 2), "lines_per_second": round(size / took),
        "phases": {name: round(value, 2) for name, value in phases.items()}, "matched": result.matched, "open": result.open,
        "ignored": result.ignored, "unreadable": result.unreadable, **facts,
    }))  # fmt: skip
    started = time.perf_counter()
    again = services.reconcile(source=path, actor=SYSTEM)
    print(
        json.dumps(
            {
                "what": "the same file again",
                "n": size,
                "seconds": round(time.perf_counter() - started, 2),
                "unchanged": again.unchanged,
            }
        )
    )
    until_decided = sum(phases_of.get(name, 0.0) for name in DECIDING)
    return took, until_decided, right and again.unchanged


def _phases() -> dict[str, float]:
    """Time spent in the parts of the work, by wrapping them."""
    from sertakan.banking.services import matching, taking

    spent: dict[str, float] = {}

    def wrap(module: Any, name: str, phase: str) -> None:
        real = getattr(getattr(module, name), "real", getattr(module, name))

        def timed(*args: Any, **more: Any) -> Any:
            started = time.perf_counter()
            try:
                return real(*args, **more)
            finally:
                spent[phase] = spent.get(phase, 0.0) + time.perf_counter() - started

        timed.real = real  # type: ignore[attr-defined]
        setattr(module, name, timed)

    for module, name, phase in (
        (taking, "_read", "read"), (taking, "_keep", "keep"), (matching, "book_of", "load dues"), (matching, "_claim", "claim lines"),
        (matching, "match_lines", "decide"), (matching, "collect_many", "ledger"), (matching, "remit", "ledger: codes"),
        (matching, "_insert_matches", "matches"), (matching, "_set_lines", "states"),
    ):  # fmt: skip
        wrap(module, name, phase)
    return spent


def _compare(world: World, truth: Truth) -> tuple[bool, dict[str, Any]]:
    from sertakan.banking.models import Match, StatementLine
    from sertakan.core.scope import SYSTEM, acting

    with acting(SYSTEM):
        matched = {
            number: (kind, parts)
            for number, kind, parts in Match.objects.filter(
                line__account=world.account, undone_at__isnull=True
            ).values_list("line__number", "kind", "parts")
        }
        seen = StatementLine.objects.filter(account=world.account).count()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for at, owner in enumerate(truth.owners):
        found = matched.get(at + 2)
        if found is None:
            missed[truth.kinds[at]] += owner is not None
            continue
        kind, parts = found
        owners = {("code", part["code"]) if kind == "code" else ("donor", part["donor"]) for part in parts}
        if owner is None or owners != {owner}:
            wrong[truth.kinds[at]] += 1
    matchable = sum(owner is not None for owner in truth.owners)
    share = (len(matched) - sum(wrong.values())) / matchable
    facts = {
        "matchable": matchable, "share_matched": round(share, 4), "wrong": sum(wrong.values()), "wrong_by_kind": dict(wrong),
        "missed_by_kind": {kind: count for kind, count in missed.items() if count}, "kept": seen,
    }  # fmt: skip
    return not wrong and share >= LEAST_MATCHED and seen == len(truth.owners), facts


def _invent(at: int, size: int) -> World:
    from django.db import connection, connections

    from sertakan.agencies.models import Agency
    from sertakan.areas.models import Area
    from sertakan.banking import services
    from sertakan.contributions import services as contributions
    from sertakan.core.month import Month
    from sertakan.core.scope import SYSTEM, acting

    number = f"00340100012{at:04d}"
    with acting(SYSTEM, reason="benchmark"):
        province, _ = Area.objects.get_or_create(
            code="99", level="province", valid_from="2020-01-01",
            defaults={"kind": "provinsi", "name": "Provinsi Contoh", "edition": "contoh", "sort_key": "provinsi contoh"},
        )  # fmt: skip
        agency = Agency.objects.create(
            province=province, code=f"CONTOH-{at:02d}", name=f"Dinas Contoh {at}", short_name=f"DC{at}", kind="dinas",
            valid_from="2020-01-01", sort_key=f"dinas contoh {at:02d}",
        )  # fmt: skip
        account = services.open_account(agency=agency, bank="Bank BRI", number=number, purpose="collection")
        world = World(account, number, agency)
        _people(world, at, int(size * 0.8))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE people_person, sponsorship_donor, sponsorship_sponsorship")
    for text in MONTHS:
        with acting(SYSTEM, reason="benchmark"):
            contributions.confirm_month(Month.parse(text))
            contributions.issue_bill(contributions.make_bills(Month.parse(text), agency).bills[0].bill)
    from sertakan.contributions.queries.money import open_dues

    with acting(SYSTEM, reason="benchmark"):
        for donor, month, amount in open_dues(agency.pk).select("donor_id", "month", "open").iter_rows():
            world.dues.setdefault(donor, {})[str(Month.of(month))] = amount
        _codes(world, max(10, size // 500))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE contributions_transfer, contributions_account, banking_statementline")
    connection.close()
    return world


def _people(world: World, at: int, count: int) -> None:
    """Donors with names of the province, one to three workers each; every fourth begins a month later."""
    from django.db import connection

    names = _names(count, at)
    nips = [
        f"19{70 + n % 30:02d}{1 + n % 12:02d}{1 + n % 28:02d}20{5 + n % 15:02d}{1 + n % 12:02d}1{n // 360 % 1000:03d}"
        for n in range(count)
    ]
    nips = [nip if first else "" for nip, first in zip(nips, _first_seen(nips), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sponsorship_donor (agency_id, name, sort_key, nip, created_at)"
            " SELECT %s, name, 'donatur ' || ord, nip, now() FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY t (name, nip, ord)"
            " RETURNING id, name, nip",
            [world.agency.pk, names, nips],
        )
        world.donors = {donor: (name, nip) for donor, name, nip in cursor.fetchall()}
        cursor.execute(
            "INSERT INTO people_person (name, sort_key, titles, sex, birth_place, birth_date, mother_name, phone, email, address,"
            " created_at) SELECT 'Pekerja ' || n, 'pekerja ' || %s || lpad(n::text, 8, '0'), '', 'L', '',"
            " DATE '1970-01-01' + n %% 10000, '', '', '', '', now()"
            " FROM generate_series(0, %s) n",
            [f"{at}-", count - 1],
        )
        cursor.execute(
            "INSERT INTO sponsorship_sponsorship (agency_id, person_id, donor_id, programmes, dasar, funding, sector, work_place,"
            " work_hours, start_month, months, state, end_reason, created_at)"
            " SELECT d.agency_id, p.id, d.id, CASE WHEN n %% 5 = 0 THEN '{jkk,jkm,jht}'::varchar[] ELSE '{jkk,jkm}'::varchar[] END,"
            " (ARRAY[1000000, 1200000, 2000000])[1 + n %% 3], 'private', CASE WHEN n %% 4 = 0 THEN 'transport' ELSE 'other' END, '', '',"
            " CASE WHEN n %% 4 = 0 THEN DATE '2026-11-01' WHEN n %% 4 = 1 THEN DATE '2026-12-01' ELSE DATE '2026-10-01' END, 12,"
            " 'checked', '', now()"
            " FROM generate_series(0, %s) n JOIN people_person p ON p.sort_key = 'pekerja ' || %s || lpad(n::text, 8, '0')"
            " JOIN sponsorship_donor d ON d.agency_id = %s AND d.sort_key = 'donatur ' || (n + 1)",
            [count - 1, f"{at}-", world.agency.pk],
        )


def _first_seen(values: list[str]) -> list[bool]:
    seen: set[str] = set()
    return [not (value in seen or seen.add(value)) for value in values]  # type: ignore[func-returns-value]


def _names(count: int, at: int) -> list[str]:
    import polars as pl

    from sertakan.synthetic.dice import Dice
    from sertakan.synthetic.names import name_column

    people = pl.DataFrame(
        {
            "sex": ["L", "P"] * (count // 2 + 1),
            "birth_date": [date(1960 + n % 40, 1, 1) for n in range(2 * (count // 2 + 1))],
        }
    ).head(count)
    return name_column(people, Dice(4_000 + at)).to_list()


def _codes(world: World, count: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_paymentcode (agency_id, code, kind, amount, months, state, explanation, explained_label, created_at)"
            " SELECT %s, '26' || lpad((%s * 1000000 + n * 37)::text, 10, '0'), 'batch', 100000 + n * 16800, 1, 'open', '', '', now()"
            " FROM generate_series(1, %s) n RETURNING id, code, amount",
            [world.agency.pk, world.agency.pk, count],
        )
        world.codes = [(pk, code, int(amount)) for pk, code, amount in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO contributions_paymentcodeline (code_id, agency_id, sponsorship_id, person_id, month, jkk, jkm, jht, total)"
            " SELECT c.id, c.agency_id, s.id, s.person_id, DATE '2026-12-01', c.amount, 0, 0, c.amount FROM contributions_paymentcode c"
            " JOIN LATERAL (SELECT id, person_id FROM sponsorship_sponsorship WHERE agency_id = c.agency_id ORDER BY id LIMIT 1) s ON true"
            " WHERE c.agency_id = %s",
            [world.agency.pk],
        )


def _statement(world: World, size: int, dice: random.Random) -> tuple[Path, Truth]:
    """A month of lines in the order of days, in the form of Bank BRI, with what is true of each."""
    maker = _Maker(world, dice)
    made = [maker.line() for _ in range(size)]
    truth = Truth([owner for _, _, _, owner, _ in made], [kind for _, _, _, _, kind in made])
    rows, balance = [HEADINGS], 10**9
    for at, (text, amount, side, _, _) in enumerate(made):
        day = f"2026-12-{1 + at * 31 // size:02d} 00:00:00"
        after = balance + (amount if side == "in" else -amount)
        out, into = (0, amount) if side == "in" else (amount, 0)
        rows.append(
            f"{at + 1},{world.number},{day},{day},{80_000 + at % 40_000},{at + 1},{text},{balance}.00,{out}.00,{into}.00,{after}.00"
        )
        balance = after
    path = Path(tempfile.mkstemp(suffix=".csv")[1])
    path.write_text("\n".join(rows))
    return path, truth


class _Maker:
    """Invents lines; knows which donors have not paid yet, and whose name is theirs alone."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.unpaid = [donor for donor in world.donors if donor in world.dues]
        dice.shuffle(self.unpaid)
        self.paid: list[int] = []
        counts = Counter(self._key(name) for name, _ in world.donors.values())
        self.own = {donor for donor, (name, _) in world.donors.items() if counts[self._key(name)] == 1 and " " in name}
        self.shared = [donor for donor, (name, _) in world.donors.items() if counts[self._key(name)] > 1]
        self.codes = list(world.codes)
        self.strangers = _names(20_000, 77)
        self.known = {self._key(name) for name, _ in world.donors.values()}

    @staticmethod
    def _key(name: str) -> str:
        """The name in the usual spelling of its words: whoever bears it in another spelling bears the same name."""
        from sertakan.linkage.normalise import standard

        return " ".join(standard(word) for word in name.upper().split())

    def line(self) -> tuple[str, int, str, tuple[str, int] | None, str]:
        draw = self.dice.random()
        if draw < 0.80 and self.unpaid:
            return self._paying(draw / 0.80)
        if draw < 0.83 and self.codes:
            pk, code, amount = self.codes.pop()
            return f"PEMBAYARAN BPJS TK {code} KODE IURAN", amount, "out", ("code", pk), "code"
        return self._unknowable(self.dice.random())

    def _paying(self, draw: float) -> tuple[str, int, str, tuple[str, int] | None, str]:
        donor = self.unpaid.pop()
        self.paid.append(donor)
        (name, nip), dues = self.world.donors[donor], sorted(self.world.dues[donor].items())
        count = self.dice.choice([1, 1, 1, 2, len(dues)])
        amount = sum(value for _, value in dues[:count])
        owner: tuple[str, int] | None = ("donor", donor)
        ways = {
            tuple(sorted(value for at, (_, value) in enumerate(dues) if mask >> at & 1))
            for mask in range(1, 2 ** len(dues))
            if sum(value for at, (_, value) in enumerate(dues) if mask >> at & 1) == amount
        }
        if len(ways) > 1:  # nobody can say which months these are
            self.paid.pop()
            return f"TRF {nip or name.upper()}", amount, "in", None, "several sums"
        if nip and (draw < 0.6 or donor not in self.own):
            shown = self.dice.choice([nip, nip, f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}", f"88100{nip}"])
            return f"TRF {shown} {self.dice.choice(['IURAN', 'SERTAKAN', 'BPJS', ''])}", amount, "in", owner, "nip"
        if donor not in self.own:
            return f"TRF {name.upper()}", amount, "in", None, "shared name"
        if draw < 0.9:
            return (
                f"TRSF E-BANKING {self._heard(name)} {self.dice.choice(['IURAN', 'BPJS KETENAGAKERJAAN', 'POTONGAN', ''])}",
                amount,
                "in",
                owner,
                "name",
            )
        return f"BIFAST {name.upper()} 0212 FTSCY", amount, "in", owner, "name"

    def _heard(self, name: str) -> str:
        """The name in another spelling now and then, or with a title."""
        if self.dice.random() < 0.2:
            name = " ".join(VARIANTS.get(word, word) for word in name.split())
        return f"{self.dice.choice(['', '', 'DRS ', 'H ', 'HJ '])}{name.upper()}"

    def _unknowable(self, draw: float) -> tuple[str, int, str, tuple[str, int] | None, str]:
        usual = self.dice.choice([9_000, 10_080, 16_800, 25_200, 33_600])
        if draw < 0.25:
            stranger = self.dice.choice(self.strangers)
            while self._key(stranger) in self.known:
                stranger = self.dice.choice(self.strangers)
            return f"TRF {stranger.upper()}", usual, "in", None, "stranger"
        if draw < 0.4:
            return "SETOR TUNAI TELLER", usual, "in", None, "cash"
        if draw < 0.5 and self.unpaid:
            name, nip = self.world.donors[self.dice.choice(self.unpaid)]
            return f"TRF {nip or name.upper()}", 12_345, "in", None, "other amount"
        if draw < 0.6 and self.shared:
            return (
                f"TRF {self.world.donors[self.dice.choice(self.shared)][0].upper()}",
                usual,
                "in",
                None,
                "shared name",
            )
        if draw < 0.7 and len(self.unpaid) > 1:
            one, other = self.dice.sample(self.unpaid, 2)
            names = " ".join(self.world.donors[donor][0].upper() for donor in (one, other))
            return f"TITIP {names}", usual, "in", None, "two donors"
        if draw < 0.8:
            return "BIAYA ADM BULANAN", 15_000, "out", None, "fee"
        if draw < 0.9:
            return f"TRF 1969010120050110{self.dice.randrange(100):02d} IURAN", usual, "in", None, "unknown nip"
        return f"TARIK TUNAI {self.dice.randrange(10**6)}", 1_000_000, "out", None, "cash out"


if __name__ == "__main__":
    sys.exit(main())
