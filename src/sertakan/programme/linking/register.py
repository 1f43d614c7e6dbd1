"""The prepared register and the trained model, as the runs need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sertakan.linkage import queries
from sertakan.linkage.errors import RegisterEmpty

if TYPE_CHECKING:
    import polars as pl

    from sertakan.linkage.engine import TrainedModel
    from sertakan.linkage.prepared import Prepared


def trained_model() -> TrainedModel:
    """The model that comes with the product."""
    from sertakan.linkage.engine import shipped_model

    return shipped_model()


def prepared_register(*, members: bool = False) -> Prepared:
    """Everybody who stands for themselves, ready to compare; with `members` only who has a membership number.

    Made when somebody changed since the last time, else read from its sealed file. Raises RegisterEmpty.
    """
    from sertakan.linkage import register

    place = register.place("members" if members else "people")
    return register.ensure(place, queries.people_mark(), lambda: _records(members=members))


def _records(*, members: bool) -> pl.DataFrame:
    from sertakan.linkage.normalise import prepare

    records = queries.person_records()
    chosen = records.filter(records["kpj"].is_not_null()) if members else records
    if chosen.is_empty():
        raise RegisterEmpty()
    return prepare(chosen)
