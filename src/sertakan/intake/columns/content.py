"""What a column holds by its content, looked at in a sample of its filled cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from sertakan.intake.vocabulary import meanings, word_key, words

SAMPLE: Final = 400
_DATE = r"^\s*(\d{1,2}\s*[-/. ]\s*(\d{1,2}|[A-Za-z]{3,9})\s*[-/. ,]\s*'?(\d{4}|\d{2})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})([ T].*)?\s*$"
_PLACE_AND_DATE = r"^\s*\p{L}[\p{L}\s.'’-]*[\s,/.:;-]+\d{1,2}\s*[-/. ]\s*(\d{1,2}|\p{L}{3,9})\s*[-/. ,]\s*'?\d{2,4}\s*$"
_WORK_WORDS: Final = (
    "tukang", "buruh", "petani", "pedagang", "nelayan", "ojek", "sopir", "supir", "kuli", "peternak", "pekebun",
    "penjahit", "pemulung", "warung", "asisten", "art", "prt", "marbot", "guru ngaji", "serabutan", "kernet", "kurir",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0 to 1) of the filled cells that look like something; `filled` is their number in the sample."""

    filled: int
    shares: dict[str, float]

    def share(self, kind: str) -> float:
        return self.shares.get(kind, 0.0)

    def best(self) -> tuple[str, float] | None:
        """The one canonical column this content speaks for, if it does so clearly."""
        for kind in (
            "nik",
            "donor_nip",
            "kpj",
            "phone",
            "email",
            "birth_place_date",
            "birth_date",
            "sex",
            "programmes",
        ):
            if self.share(kind) >= 0.8:
                return kind, self.share(kind)
        if self.share("occupation") >= 0.5:
            return "occupation", self.share("occupation")
        return None


def profile(cells: pl.Series, kinds: pl.Series) -> Profile:
    """Look at the first filled cells of a column."""
    frame = pl.DataFrame({"text": cells.cast(pl.String), "kind": kinds.cast(pl.String)})
    sample = frame.filter(pl.col("text").is_not_null()).head(SAMPLE)
    if sample.is_empty():
        return Profile(0, {})
    text, digits = pl.col("text"), pl.col("text").str.replace_all(r"[\s.'’`+-]", "")
    shares = sample.select(
        nik=digits.str.contains(r"^\d{15,17}$") | text.str.contains(r"^\d[.,]\d+[eE]\+?15$"),
        donor_nip=digits.str.contains(r"^(19|20)\d{16}$"),
        kpj=digits.str.contains(r"^\d{11}$") & ~digits.str.contains(r"^(0?8|62)"),
        phone=digits.str.contains(r"^(0|62)?8\d{8,11}$") & (pl.col("kind") != "d"),
        email=text.str.contains(r"^\S+@\S+\.\S+$"),
        birth_place_date=text.str.contains(_PLACE_AND_DATE),
        birth_date=(pl.col("kind") == "d") | text.str.contains(_DATE),
        month=text.str.contains(r"(?i)^\s*(\p{L}{3,9}\s*'?\d{2,4}|\d{4}-\d{2}|\d{1,2}/\d{4})\s*$"),
        small=text.str.contains(r"^\s*\d{1,2}(\.0+)?\s*$"),
        text=text.str.contains(r"^\P{Nd}*\p{L}\P{Nd}*$"),
    ).mean()
    found = {name: float(shares[name].item() or 0.0) for name in shares.columns}
    return Profile(sample.height, found | _word_shares(sample["text"]))


def _word_shares(text: pl.Series) -> dict[str, float]:
    keys = [word_key(value) for value in text.to_list()]
    sexes, programmes = meanings("sex"), ("jkk", "jkm", "jht")
    programme_words = {word for name in ("two", "three") for word in words("programmes")[name] if len(word) > 3}
    return {
        "sex": sum(key in sexes for key in keys) / len(keys),
        "programmes": sum(any(p in key for p in programmes) or key in programme_words for key in keys) / len(keys),
        "occupation": sum(f"{key} ".startswith(tuple(f"{word} " for word in _WORK_WORDS)) for key in keys) / len(keys),
    }
