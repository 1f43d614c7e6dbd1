"""Which column of anybody's list is what: by its heading, by what stands in it, or as somebody says (``--map our=theirs``).

A column that means nothing to us is kept as it is and compared as plain text, number or code (`generic`), so that lists of other things
than people can be linked too. Columns of the truth, of groups and of running numbers are never compared.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, Final

import polars as pl
import yaml

from sertakan.core.errors import DomainError
from sertakan.intake.columns.content import profile
from sertakan.intake.columns.headings import synonyms
from sertakan.intake.vocabulary import word_key

CANONICAL: Final = (
    "nik", "name", "mother_name", "birth_date", "birth_place", "sex", "area_code", "address", "phone", "email", "kpj", "postcode",
)  # fmt: skip
GROUP_PREFIX: Final = "group_"
NOTHING: Final = ("", "NA", "N/A", "NULL", "null", "None", "none", "nan", "NaN", "-", "?")
"""Texts that stand for a missing value."""

SOURCE: Final = "source"
_PERSONAL: Final = frozenset({"nik", "mother_name", "birth_date", "birth_place", "sex", "kpj"})
_IGNORE: Final = frozenset({"ignore", "abaikan", "none"})
_BY_CONTENT: Final = ("nik", "kpj", "phone", "email", "birth_date", "sex")
_SHARE_FILLED: Final = 0.02


class EmptyList(DomainError):
    code = "list_empty"
    message = "Berkas %(file)s tidak berisi satu baris pun. Periksa apakah berkasnya benar."


class UnreadableList(DomainError):
    code = "list_unreadable"
    message = "Berkas %(file)s tidak terbaca sebagai CSV: baris pertama harus berisi nama kolom. Simpan ulang sebagai CSV (UTF-8)."


class UnknownListColumn(DomainError):
    code = "dataset_column_unknown"
    message = "Kolom %(column)s tidak ada di berkas ini. Yang ada: %(known)s."


class NoUsableColumn(DomainError):
    code = "no_usable_column"
    message = (
        "Tidak ada kolom yang dapat dibandingkan di berkas ini. Sebutkan artinya dengan --map, misalnya --map name=KOLOM. "
        "Yang ada: %(known)s."
    )


class DuplicateIds(DomainError):
    code = "ids_not_unique"
    message = "Kolom %(column)s tidak unik: %(count)s nilai muncul lebih dari sekali. Pilih kolom lain dengan --id."


class WrongMapping(DomainError):
    code = "wrong_mapping"
    message = "Pasangan kolom “%(given)s” tidak terbaca. Tulis --map KOLOM_KITA=KOLOM_BERKAS, misalnya --map name=nama_lengkap."


@dataclass(frozen=True)
class ListMapping:
    """What was recognised: canonical column -> their columns (joined by a space), and columns compared as they are."""

    canonical: dict[str, tuple[str, ...]]
    generic: tuple[str, ...] = ()
    ignored: dict[str, str] = field(default_factory=dict)
    id: str | None = None
    source: str | None = None

    @property
    def people(self) -> bool:
        """Whether the list is about persons."""
        return bool(_PERSONAL & set(self.canonical)) or len(self.canonical.get("name", ())) > 1

    def as_dict(self) -> dict[str, Any]:
        """For the answer of the command."""
        return {
            "columns": {ours: " + ".join(theirs) for ours, theirs in self.canonical.items()},
            "as_text": list(self.generic),
            "ignored": dict(self.ignored),
            "id": self.id,
            "source": self.source,
        }

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """[record_id, canonical columns, x_0 .. x_n for the generic ones, source where there is one], rows in their order."""
        made = [self._record_ids(frame)]
        made += [_joined(ours, theirs, frame) for ours, theirs in self.canonical.items()]
        made += [frame[theirs].alias(f"x_{at}") for at, theirs in enumerate(self.generic)]
        if self.source:
            made.append(frame[self.source].fill_null("").alias(SOURCE))
        return pl.DataFrame(made)

    def _record_ids(self, frame: pl.DataFrame) -> pl.Series:
        if self.id is None:
            return pl.int_range(1, frame.height + 1, eager=True).cast(pl.String).alias("record_id")
        ids = frame[self.id].alias("record_id")
        if self.source is None or ids.is_unique().all():
            return ids
        return frame.select(record_id=pl.concat_str(self.source, self.id, separator=":", ignore_nulls=True)).to_series()


def _joined(ours: str, theirs: tuple[str, ...], frame: pl.DataFrame) -> pl.Series:
    """One canonical column from one or more of theirs; year, month and day become an ISO date."""
    if ours == "birth_date" and len(theirs) == 3:
        year, month, day = (pl.col(name) for name in theirs)
        whole = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
        return frame.select(pl.coalesce(whole, year).alias(ours)).to_series()
    if ours == "birth_date":
        text = pl.col(theirs[0])
        eight = text.str.contains(r"^(?:18|19|20)\d{6}$")
        iso = pl.concat_str(text.str.slice(0, 4), text.str.slice(4, 2), text.str.slice(6, 2), separator="-")
        return frame.select(pl.when(eight).then(iso).otherwise(text).alias(ours)).to_series()
    text = pl.concat_str(*(pl.col(name) for name in theirs), separator=" ", ignore_nulls=True)
    return frame.select(pl.when(text != "").then(text).alias(ours)).to_series()


# --- reading ---------------------------------------------------------------------------------------------------------------------------


def read_list(path: Path) -> pl.DataFrame:
    """A CSV with any usual separator and encoding as texts; blanks and words for "nothing" are null."""
    raw = path.read_bytes()
    text = _decoded(raw)
    if not text.strip():
        raise EmptyList(file=path.name)
    separator = _separator(text)
    try:
        frame = pl.read_csv(
            text.encode(),
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=True,
            null_values=list(NOTHING),
        )
    except pl.exceptions.PolarsError as fault:
        raise UnreadableList(file=path.name) from fault
    if "\x00" in text[:4000]:
        raise UnreadableList(file=path.name)
    if frame.height == 0:
        raise EmptyList(file=path.name)
    names = _clean_headings(frame.columns)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    stripped = frame.with_columns(pl.all().str.strip_chars())
    return stripped.with_columns(
        pl.when(pl.col(name).is_in(list(NOTHING))).then(None).otherwise(pl.col(name)).alias(name) for name in names
    )


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _separator(text: str) -> str:
    """The sign that cuts the first lines into most equal parts."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, most = ",", 0
    for sign in (",", ";", "\t", "|"):
        widths = {len(row) for row in csv.reader(StringIO("\n".join(lines[:1])), delimiter=sign)}
        width = max(widths, default=1)
        if width > most:
            best, most = sign, width
    return best


def _clean_headings(headings: Iterable[str]) -> list[str]:
    names: list[str] = []
    for heading in headings:
        plain = heading.strip().strip('"').strip() or "kolom"
        name, again = plain, 2
        while name in names:
            name, again = f"{plain}_{again}", again + 1
        names.append(name)
    return names


def parse_map(given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """``our=theirs`` (or ``our=first+second``) as they come from the command line."""
    said: dict[str, tuple[str, ...]] = {}
    for one in given:
        ours, sign, theirs = one.partition("=")
        columns = tuple(part.strip() for part in theirs.split("+") if part.strip())
        if not sign or not ours.strip() or not columns:
            raise WrongMapping(given=one)
        key = ours.strip()
        said[key] = (*said.get(key, ()), *columns) if key in _IGNORE else columns
    return said


# --- recognising -----------------------------------------------------------------------------------------------------------------------


@cache
def _known() -> dict[str, Any]:
    loaded = yaml.safe_load(files("sertakan.linkage").joinpath("data/columns.yaml").read_text("utf-8"))
    return {
        "ids": [word_key(one) for one in loaded["ids"]],
        "source": [word_key(one) for one in loaded["source"]],
        "left_out": {word_key(one) for one in loaded["left_out"]},
        "whole": {word_key(one): ours for ours, names in loaded["whole"].items() for one in names},
        "parts": {
            ours: [{word_key(one) for one in names} for names in places] for ours, places in loaded["parts"].items()
        },
    }


def key_of(heading: str) -> str:
    """A heading in comparable form; ``dateOfBirth`` and ``date_of_birth`` are one."""
    return word_key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))


def map_list(
    frame: pl.DataFrame,
    *,
    given: Mapping[str, tuple[str, ...]] | None = None,
    id_column: str | None = None,
    source_column: str | None = None,
    never: Collection[str] = (),
) -> ListMapping:
    """Recognise the columns of `frame` (texts). `never`: columns that must not be looked at, such as the truth."""
    said = dict(given or {})
    named = [*([id_column] if id_column else []), *([source_column] if source_column else [])]
    for column in (*named, *(one for theirs in said.values() for one in theirs)):
        if column not in frame.columns:
            raise UnknownListColumn(column=column, known=", ".join(frame.columns))
    taken: dict[str, str] = dict.fromkeys(never, "kebenaran")
    taken |= {one: "diabaikan atas permintaan" for key in said if key in _IGNORE for one in said[key]}
    known_id = id_column or _recognised_id(frame, taken)
    source = source_column or _recognised_source(frame, taken)
    if id_column:
        refuse_repeated(frame, id_column, source)
    taken |= {one: "nomor baris" for one in (known_id,) if one} | {one: "sumber" for one in (source,) if one}
    canonical = {ours: theirs for ours, theirs in said.items() if ours in CANONICAL}
    generic = [one for ours, theirs in said.items() if ours not in CANONICAL and ours not in _IGNORE for one in theirs]
    taken |= {one: "dipetakan" for theirs in canonical.values() for one in theirs} | dict.fromkeys(generic, "dipetakan")
    free = [one for one in frame.columns if one not in taken]
    ignored = {one: why for one in free if (why := _why_not(one, frame[one]))}
    free = [one for one in free if one not in ignored]
    _recognise(frame, free, canonical)
    return _finished(frame, canonical, [*generic, *_left(free, canonical)], ignored, known_id, source)


def refuse_repeated(frame: pl.DataFrame, column: str, source: str | None = None) -> None:
    """Ids must name one record each, in its source where there are two."""
    repeated = frame.group_by(column, *([source] if source else [])).len().filter(pl.col("len") > 1).height
    if repeated or frame[column].null_count():
        raise DuplicateIds(column=column, count=max(repeated, 1))


def _left(free: list[str], canonical: Mapping[str, tuple[str, ...]]) -> list[str]:
    used = {one for theirs in canonical.values() for one in theirs}
    return [one for one in free if one not in used]


def _recognised_id(frame: pl.DataFrame, taken: Mapping[str, str]) -> str | None:
    keys = {key_of(one): one for one in reversed(frame.columns) if one not in taken}
    for wanted in _known()["ids"]:
        if wanted in keys and frame[keys[wanted]].null_count() == 0 and frame[keys[wanted]].is_unique().all():
            return keys[wanted]
    return None


def _recognised_source(frame: pl.DataFrame, taken: Mapping[str, str]) -> str | None:
    """A column that says from which of two lists a record comes."""
    for column in frame.columns:
        if column not in taken and key_of(column) in _known()["source"] and frame[column].n_unique() == 2:
            return column
    return None


def _why_not(column: str, values: pl.Series) -> str | None:
    """Why a column is not compared; None if it may be."""
    filled = values.drop_nulls()
    if column.startswith(GROUP_PREFIX) or key_of(column) in _known()["left_out"]:
        return "keterangan, tidak dibandingkan"
    if filled.len() <= _SHARE_FILLED * values.len():
        return "hampir kosong"
    if filled.n_unique() == 1:
        return "satu nilai saja"
    if key_of(column) in _known()["ids"]:
        return "nomor baris"
    one_word = not filled.head(500).str.contains(r"\s").any()
    if filled.len() > 20 and one_word and filled.is_unique().all() and not _looks_like_content(values):
        return "berbeda di setiap baris"
    return None


def _looks_like_content(values: pl.Series) -> bool:
    best = _content(values)
    return best is not None


def _content(values: pl.Series) -> str | None:
    found = profile(values, pl.repeat("s", values.len(), eager=True)).best()
    return found[0] if found and found[0] in _BY_CONTENT else None


def _recognise(frame: pl.DataFrame, free: list[str], canonical: dict[str, tuple[str, ...]]) -> None:
    """By heading (theirs, then the intake's), by pieces, then by content."""
    known = _known()
    keys = {one: key_of(one) for one in free}
    used: set[str] = set()

    def take(ours: str | None, *theirs: str) -> None:
        if ours in CANONICAL and ours not in canonical and not used & set(theirs):
            canonical[ours] = theirs
            used.update(theirs)

    for column, key in keys.items():
        take(known["whole"].get(key), column)
    for ours, places in known["parts"].items():
        found = [next((one for one in free if keys[one] in names and one not in used), None) for names in places]
        theirs = tuple(one for one in found if one)
        if theirs and (ours != "birth_date" or found[0]) and ours not in canonical:
            take(ours, *(theirs if ours != "birth_date" or len(theirs) == 3 else theirs[:1]))
    for column, key in keys.items():
        take(synonyms().get(key), column)
    for column in free:
        if column not in used and (ours := _content(frame[column])):
            take(ours, column)


def _finished(
    frame: pl.DataFrame,
    canonical: dict[str, tuple[str, ...]],
    generic: list[str],
    ignored: dict[str, str],
    known_id: str | None,
    source: str | None,
) -> ListMapping:
    """Names and addresses are a person's only in a list of persons; elsewhere they are compared as they are."""
    mapping = ListMapping(canonical, tuple(generic), ignored, known_id, source)
    if not mapping.people:
        plain = [one for ours in ("name", "address", "postcode", "area_code") for one in canonical.pop(ours, ())]
        wanted = {*generic, *plain}
        mapping = ListMapping(
            canonical, tuple(one for one in frame.columns if one in wanted), ignored, known_id, source
        )
    if not mapping.canonical and not mapping.generic:
        raise NoUsableColumn(known=", ".join(frame.columns))
    ordered: dict[str, tuple[str, ...]] = {ours: canonical[ours] for ours in CANONICAL if ours in canonical}
    return ListMapping(ordered, mapping.generic, ignored, known_id, source)
