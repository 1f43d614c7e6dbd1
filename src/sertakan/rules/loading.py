"""Reading the parameter files. A file that cannot be trusted stops here, with file, key and reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from sertakan.rules.errors import RulesMalformed
from sertakan.rules.ruleset import (
    Discount,
    DueDay,
    Frozen,
    Identity,
    MonthField,
    Parameter,
    RuleSet,
    SettingNote,
    Settings,
    Source,
    TierTable,
)

T = TypeVar("T")

PARAMETERS = Path(__file__).parent / "parameters"
_PARAMETER_FILES = ("contributions", "discount_rules", "deadlines", "eligibility", "benefits")
_MONTHLY = ("jkm_monthly", "jkk_rate_of_dasar", "jht_rate_of_dasar", "minimum_dasar", "due_jkk_jkm", "due_jht")
_REQUIRED = (*_MONTHLY, "age_must_be_below_at_registration", "max_kinds_of_work")
_FILES = frozenset({"manifest", "discounts", "identity", "settings", *_PARAMETER_FILES})

_REASONS = {
    "missing": "kunci wajib ini tidak ada",
    "extra_forbidden": "kunci ini tidak dikenal",
    "int_type": "harus bilangan bulat tanpa tanda kutip",
    "bool_type": "harus true atau false",
    "string_type": "harus teks",
    "too_short": "tidak boleh kosong",
    "string_too_short": "tidak boleh kosong",
}


class Manifest(Frozen):
    """manifest.yaml: what is known, since when, and the register of sources."""

    schema_version: int
    as_of: date
    last_confirmed_month: MonthField
    first_month: MonthField
    sources: dict[str, Source]


class _Dated(Protocol):
    @property
    def holds_from(self) -> date: ...
    @property
    def holds_to(self) -> date | None: ...


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML in which the same key twice is an error instead of the last one winning."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@cache
def _default() -> RuleSet:
    return _load(PARAMETERS)


def load_rules(directory: Path | None = None) -> RuleSet:
    """The rule set of a folder of parameter files; without one the shipped law, read once.

    Raises RulesMalformed with file, key and reason.
    """
    return _default() if directory is None else _load(directory)


def _load(directory: Path) -> RuleSet:
    unknown = sorted(path.stem for path in directory.glob("*.yaml") if path.stem not in _FILES)
    if unknown:
        raise RulesMalformed(file=f"{unknown[0]}.yaml", key="-", reason="berkas ini tidak dikenal")
    manifest = _parse(directory, "manifest", Manifest)
    if manifest.schema_version != 1:
        raise RulesMalformed(file="manifest.yaml", key="schema_version", reason="hanya versi 1 yang dikenal")

    parameters: dict[str, Parameter] = {}
    for stem in _PARAMETER_FILES:
        raw = _read(directory, stem)
        if stem == "contributions":
            raw.pop("tiers", None)
        for name, parameter in _validate(stem, dict[str, Parameter], raw).items():
            if name in parameters:
                raise RulesMalformed(file=f"{stem}.yaml", key=name, reason="nama ini sudah dipakai di berkas lain")
            _check_parameter(f"{stem}.yaml", name, parameter, manifest)
            parameters[name] = parameter
    for name in _REQUIRED:
        if name not in parameters:
            raise RulesMalformed(file=_home(name), key=name, reason="kunci wajib ini tidak ada")

    tables = _validate("contributions", tuple[TierTable, ...], _read(directory, "contributions").get("tiers"), "tiers")
    _check_tables(tables, parameters, manifest)
    discounts = _parse(directory, "discounts", tuple[Discount, ...])
    _check_discounts(discounts, tables, parameters, manifest)
    identity = _parse(directory, "identity", Identity)
    for name in ("nik", "nip", "kpj", "kk_number"):
        _check_sources("identity.yaml", name, getattr(identity, name).sources, manifest)
    notes = _parse(directory, "settings", dict[str, SettingNote])
    settings = _validate("settings", Settings, {name: note.default for name, note in notes.items()})

    return RuleSet(
        as_of=manifest.as_of,
        last_confirmed_month=manifest.last_confirmed_month,
        first_month=manifest.first_month,
        sources=manifest.sources,
        parameters=parameters,
        tiers=tables,
        discounts=discounts,
        identity=identity,
        settings=settings,
        setting_notes=notes,
    )


def _home(name: str) -> str:
    if name.startswith("due_"):
        return "deadlines.yaml"
    return "contributions.yaml" if name in _MONTHLY else "eligibility.yaml"


def _read(directory: Path, stem: str) -> Any:
    path = directory / f"{stem}.yaml"
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise RulesMalformed(file=path.name, key="-", reason="berkas ini tidak ada") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as fault:
        raise RulesMalformed(file=path.name, key="-", reason=f"bukan YAML yang sah ({_one_line(fault)})") from None
    if stem not in {"discounts"} and not isinstance(content, dict):
        raise RulesMalformed(file=path.name, key="-", reason="isinya harus pasangan kunci dan nilai")
    return content


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())


def _parse(directory: Path, stem: str, kind: type[T]) -> T:
    return _validate(stem, kind, _read(directory, stem))


def _validate(stem: str, kind: type[T], raw: Any, prefix: str = "") -> T:
    try:
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = [str(part) for part in first["loc"]]
        reason = _REASONS.get(first["type"], first["msg"])
        if "value" in place and place[-1] != "value":  # a union: none of its kinds fits
            place = place[: place.index("value") + 1]
            reason = 'harus bilangan bulat, true/false, pecahan sebagai teks ("0.5"), atau hari jatuh tempo'
        key = ".".join([prefix, *place] if prefix else place) or "-"
        raise RulesMalformed(file=f"{stem}.yaml", key=key, reason=reason) from None


def _check_parameter(file: str, name: str, parameter: Parameter, manifest: Manifest) -> None:
    for value in parameter.values:
        if not _fits(parameter.unit, value.value):
            raise RulesMalformed(
                file=file, key=f"{name}.values", reason=f"nilainya tidak cocok dengan satuan {parameter.unit}"
            )
        _check_sources(file, name, value.sources, manifest)
    _check_dates(file, name, parameter.values, monthly=name in _MONTHLY)


def _fits(unit: str, value: object) -> bool:
    if unit == "boolean":
        return isinstance(value, bool)
    if unit == "due_day":
        return isinstance(value, DueDay)
    if unit == "share":
        return isinstance(value, Fraction)
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_sources(file: str, key: str, sources: Sequence[str], manifest: Manifest) -> None:
    for source in sources:
        if source not in manifest.sources:
            raise RulesMalformed(file=file, key=key, reason=f"sumber {source} tidak terdaftar di manifest.yaml")


def _check_dates(file: str, key: str, values: Sequence[_Dated], *, monthly: bool) -> None:
    for value in values:
        if value.holds_to is not None and value.holds_to < value.holds_from:
            raise RulesMalformed(file=file, key=key, reason="holds_to mendahului holds_from")
        if monthly and value.holds_from.day != 1:
            raise RulesMalformed(
                file=file, key=key, reason="holds_from harus tanggal 1, karena bulan iuran yang menentukan"
            )
        if monthly and value.holds_to is not None and (value.holds_to + timedelta(days=1)).day != 1:
            raise RulesMalformed(
                file=file, key=key, reason="holds_to harus hari terakhir bulan, karena bulan iuran yang menentukan"
            )
    for earlier, later in pairwise(values):
        if earlier.holds_to is None or earlier.holds_to >= later.holds_from:
            raise RulesMalformed(file=file, key=key, reason="masa berlaku tumpang tindih atau tidak urut")


def _check_tables(tables: tuple[TierTable, ...], parameters: dict[str, Parameter], manifest: Manifest) -> None:
    file = "contributions.yaml"
    if not tables:
        raise RulesMalformed(file=file, key="tiers", reason="tidak boleh kosong")
    _check_dates(file, "tiers", tables, monthly=True)
    for place, table in enumerate(tables):
        key = f"tiers.{place}.rows"
        _check_sources(file, f"tiers.{place}", table.sources, manifest)
        if [row.tier for row in table.rows] != list(range(1, len(table.rows) + 1)):
            raise RulesMalformed(file=file, key=key, reason="nomor baris harus 1, 2, 3 dan seterusnya")
        if table.rows[0].income_from != 0 or table.rows[-1].income_to is not None:
            raise RulesMalformed(
                file=file, key=key, reason="baris pertama harus mulai dari 0 dan baris terakhir tanpa batas atas"
            )
        for lower, upper in pairwise(table.rows):
            if lower.income_to is None or not lower.income_from <= lower.income_to < upper.income_from:
                raise RulesMalformed(file=file, key=f"{key}.{lower.tier}", reason="batas penghasilan tidak menaik")
            if lower.dasar >= upper.dasar or lower.jkk >= upper.jkk or lower.jht >= upper.jht:
                raise RulesMalformed(file=file, key=f"{key}.{upper.tier}", reason="dasar atau iuran tidak menaik")
        _check_table_against(table, key, parameters)


def _check_table_against(table: TierTable, key: str, parameters: dict[str, Parameter]) -> None:
    """The printed amounts must follow from the rates and the lowest base: a slip of the pen shows here."""
    file = "contributions.yaml"
    lowest = parameters["minimum_dasar"].on(table.holds_from)
    if lowest is not None and table.rows[0].dasar != lowest.value:
        raise RulesMalformed(file=file, key=f"{key}.1", reason="dasar baris pertama bukan minimum_dasar")
    amounts = {
        "jkk_rate_of_dasar": [row.jkk for row in table.rows],
        "jht_rate_of_dasar": [row.jht for row in table.rows],
    }
    for name, column in amounts.items():
        rate = parameters[name].on(table.holds_from)
        if rate is None or not isinstance(rate.value, Fraction):
            continue
        for row, amount in zip(table.rows, column, strict=True):
            if row.dasar * rate.value != amount:
                raise RulesMalformed(
                    file=file, key=f"{key}.{row.tier}", reason=f"iuran tidak sama dengan {name} kali dasar"
                )


def _check_discounts(
    discounts: tuple[Discount, ...], tables: tuple[TierTable, ...], parameters: dict[str, Parameter], manifest: Manifest
) -> None:
    file = "discounts.yaml"
    for place, discount in enumerate(discounts):
        key = discount.id
        _check_sources(file, key, discount.sources, manifest)
        if any(other.id == discount.id for other in discounts[:place]):
            raise RulesMalformed(file=file, key=key, reason="id ini dipakai dua kali")
        if discount.month_to < discount.month_from:
            raise RulesMalformed(file=file, key=key, reason="month_to mendahului month_from")
        if not 0 <= discount.factor < 1:
            raise RulesMalformed(file=file, key=key, reason="factor harus antara 0 dan 1")
        for other in discounts[:place]:
            apart = discount.month_to < other.month_from or other.month_to < discount.month_from
            if discount.sector == other.sector and not apart:
                raise RulesMalformed(file=file, key=key, reason=f"masa berlaku tumpang tindih dengan {other.id}")
        for amount in _discounted_amounts(discount, tables, parameters):
            if (amount * discount.factor).denominator != 1:
                raise RulesMalformed(file=file, key=key, reason=f"iuran {amount} kali factor bukan rupiah bulat")


def _discounted_amounts(
    discount: Discount, tables: tuple[TierTable, ...], parameters: dict[str, Parameter]
) -> list[int]:
    rows = [row for table in tables for row in table.rows]
    amounts: list[int] = []
    if "jkk" in discount.programmes:
        amounts += [row.jkk for row in rows]
    if "jht" in discount.programmes:
        amounts += [row.jht for row in rows]
    if "jkm" in discount.programmes:
        amounts += [value.value for value in parameters["jkm_monthly"].values if isinstance(value.value, int)]
    return amounts
