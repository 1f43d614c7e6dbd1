"""How good the matching is, as last measured on invented people whose truth is known.

The measurement is made by ``python tools/quality.py`` with the model that is shipped, and kept beside it in `data/evaluation.json`:
`made_on` (ISO day), `model_hash`, `engine`, `set` (records, people, half, seed, errors) and `result`, which is what
``sertakan link evaluate --json`` prints.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sertakan.programme.linking.kinds import KINDS

FILE: Final = "data/evaluation.json"
WITHOUT_ERROR: Final = "tanpa galat"
MOST_POINTS: Final = 24
_Z: Final = 1.959964

FIELDS: dict[str, str | Promise] = {
    WITHOUT_ERROR: _("Tanpa galat"),
    "nik": _("NIK"),
    "name": _("Nama"),
    "date": _("Tanggal lahir"),
    "mother": _("Nama ibu kandung"),
    "phone": _("No. HP"),
    "area": _("Wilayah"),
    "address": _("Alamat"),
    "sex": _("Jenis kelamin"),
    "place": _("Tempat lahir"),
}
GROUPS: dict[str, str | Promise] = {
    "sex": _("Jenis kelamin"),
    "single_named": _("Nama satu kata"),
    "age": _("Tahun lahir"),
}
VALUES: dict[str, dict[str, str | Promise]] = {
    "sex": {"L": _("Laki-laki"), "P": _("Perempuan")},
    "single_named": {
        "yes": _("Satu kata"),
        "no": _("Dua kata atau lebih"),
        "true": _("Satu kata"),
        "false": _("Dua kata atau lebih"),
    },
    "age": {"sampai 1965": _("Sampai 1965"), "1996 ke atas": _("1996 ke atas")},
}


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent with its interval, of how many."""

    label: str
    value: float
    low: float
    high: float
    found: int
    of: int


@dataclass(frozen=True)
class Quality:
    """The last measurement as the page shows it; shares in per cent. `current`: the model has not changed since."""

    made_on: date
    model_hash: str
    engine: str
    current: bool
    made_with: dict[str, Any]
    records: int
    pairs: int
    right: int
    true_pairs: int
    threshold: float
    precision: Share
    recall: Share
    f1: Share
    seconds: float
    fields: tuple[Share, ...]
    groups: tuple[tuple[str, tuple[Share, ...]], ...]
    kinds: tuple[Share, ...]
    curve: tuple[dict[str, float], ...]
    chosen: dict[str, float]

    @property
    def error_percent(self) -> float:
        """How many records of a hundred were spoilt."""
        return 100 * float(self.made_with["errors"])

    @property
    def wrong(self) -> int:
        """Pairs that were linked and are two people."""
        return self.pairs - self.right

    @property
    def missed(self) -> int:
        """Pairs that are one person and were not linked without asking."""
        return self.true_pairs - self.right


def shown() -> Quality | None:
    """The last measurement; None when there is none."""
    path = resources.files("sertakan.linkage").joinpath(FILE)
    return _read(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def model_hash() -> str:
    """What the model that is shipped is known by."""
    from sertakan.programme.linking.register import trained_model

    return trained_model().hash


def _read(raw: dict[str, Any]) -> Quality:
    result = raw["result"]
    kinds = result.get("by_kind", [])
    groups = result.get("by_group", {})
    return Quality(
        made_on=date.fromisoformat(raw["made_on"]),
        model_hash=raw["model_hash"],
        engine=raw["engine"],
        current=raw["model_hash"] == model_hash(),
        made_with=raw["set"],
        records=result["records"],
        pairs=result["pairs"],
        right=result["right"],
        true_pairs=result["true_pairs"],
        threshold=result["threshold"],
        precision=_share(result, "precision", result["right"], result["pairs"]),
        recall=_share(result, "recall", result["right"], result["true_pairs"]),
        f1=_share(result, "f1", result["right"], result["true_pairs"]),
        seconds=result["seconds"],
        fields=_by_field(kinds),
        groups=tuple((str(said), _values(name, groups[name])) for name, said in GROUPS.items() if groups.get(name)),
        kinds=tuple(sorted((_part(_kind(one["name"]), one) for one in kinds), key=lambda share: share.value)),
        curve=tuple(_thinned(result.get("curve", []))),
        chosen={"precision": result["precision"], "recall": result["recall"]},
    )


def _share(result: dict[str, Any], name: str, found: int, of: int) -> Share:
    low, high = result["intervals"][name]
    return Share(name, 100 * result[name], 100 * low, 100 * high, found, of)


def _part(label: str, part: dict[str, Any]) -> Share:
    low, high = part["recall_interval"]
    return Share(label, 100 * part["recall"], 100 * low, 100 * high, part["found"], part["true_pairs"])


def _kind(name: str) -> str:
    return str(KINDS.get(name) or FIELDS.get(name, name))


def _values(name: str, parts: Iterable[dict[str, Any]]) -> tuple[Share, ...]:
    words = VALUES.get(name, {})
    parts = sorted(parts, key=lambda part: part["name"].replace("sampai ", "0"))
    return tuple(_part(str(words.get(part["name"], part["name"])), part) for part in parts)


def _by_field(kinds: Iterable[dict[str, Any]]) -> tuple[Share, ...]:
    """Kinds of error by the field that they spoil; what was found of all pairs that they touch."""
    sums: dict[str, list[int]] = {}
    for part in kinds:
        name = part["name"]
        field = name if name == WITHOUT_ERROR else name.split("_")[0]
        found, of = sums.setdefault(field if field in FIELDS else name, [0, 0])
        sums[field if field in FIELDS else name] = [found + part["found"], of + part["true_pairs"]]
    shares = [_wilson(str(FIELDS.get(field, field)), found, of) for field, (found, of) in sums.items() if of]
    return tuple(sorted(shares, key=lambda share: -share.value))


def _wilson(label: str, found: int, of: int) -> Share:
    share, square = found / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Share(label, 100 * share, 100 * max(0.0, middle - half), 100 * min(1.0, middle + half), found, of)


def _thinned(curve: list[dict[str, float]]) -> Iterable[dict[str, float]]:
    step = max(1, len(curve) // MOST_POINTS)
    for at, point in enumerate(curve):
        if at % step == 0 or at == len(curve) - 1:
            yield {
                **point,
                "precision_percent": 100 * point["precision"],
                "recall_percent": 100 * point["recall"],
            }
