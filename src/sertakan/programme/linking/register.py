"""The prepared register and the trained model, as the runs need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sertakan.linkage import queries
from sertakan.linkage.errors import RegisterEmpty

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel


def trained_model() -> TrainedModel:
    """The model that comes with the product."""
    from sertakan.linkage import engine

    try:
        return engine.shipped_model()
    except FileNotFoundError:
        return engine.untrained()


def prepared_register(*, members: bool = False) -> pl.DataFrame:
    """Everybody who stands for themselves, ready to compare; with `members` only who has a membership number. Raises RegisterEmpty."""
    from sertakan.linkage.normalise import prepare

    records = queries.person_records()
    chosen = records.filter(records["kpj"].is_not_null()) if members else records
    if chosen.is_empty():
        raise RegisterEmpty()
    return prepare(chosen)
