"""Reads of sectors and occupations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from sertakan.classification.models import Occupation, SectorCategory

if TYPE_CHECKING:
    import polars as pl


def sectors(edition: str) -> QuerySet[SectorCategory]:
    """The lettered categories of one KBLI edition, for example "KBLI 2025"."""
    return SectorCategory.objects.filter(edition=edition).order_by("code")


def occupations() -> QuerySet[Occupation]:
    """All kinds of work, by their field name."""
    return Occupation.objects.order_by("sort_key")


def search_occupations(text: str) -> QuerySet[Occupation]:
    """Kinds of work whose name or one of whose synonyms is or contains `text`; an ambiguous word finds all it may mean."""
    word = text.strip()
    return occupations().filter(
        Q(term__icontains=word) | Q(synonyms__icontains=word) | Q(ambiguous_words__icontains=word)
    )


def occupation_frame() -> pl.DataFrame:
    """[code, term, synonyms: List, ambiguous_words: List, kbji, kbli2020, kbli2025, transport: Boolean, household: Boolean].

    `transport` is null where the setting `private_driver_is_transport` decides. A word in `ambiguous_words` of several rows may mean any
    of them and has to be asked.
    """
    import polars as pl

    words = pl.List(pl.String)
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "code": pl.String, "term": pl.String, "synonyms": words, "ambiguous_words": words, "kbji": pl.String,
        "kbli2020": pl.String, "kbli2025": pl.String, "transport": pl.Boolean, "household": pl.Boolean,
    }  # fmt: skip
    rows = list(Occupation.objects.order_by("code").values_list(*schema))
    return pl.DataFrame(rows, schema=schema, orient="row")
