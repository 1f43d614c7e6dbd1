"""The prepared register and the trained model, as the runs need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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


MOST_CHANGED: Final = 20_000
"""When more persons have changed, making the register anew is the shorter way."""


def current_register() -> Prepared:
    """As `prepared_register`, for a look in between: the sealed file with what has changed since laid upon it.

    How frequent names are comes from the file; the nightly run makes it anew. Raises RegisterEmpty.
    """
    from sertakan.linkage import prepared, register
    from sertakan.linkage.model import MODEL
    from sertakan.linkage.normalise import prepare

    found = register.standing(register.place("people"))
    changed = queries.changed_since(found[1]) if found is not None else None
    if found is None or changed is None or len(changed) > MOST_CHANGED:
        return prepared_register()
    base = found[0]
    if not changed:
        return base
    fresh = prepared.build(prepare(queries.person_records(changed)), MODEL, beside=base)
    return prepared.changed(base, changed, fresh)


def _records(*, members: bool) -> pl.DataFrame:
    from sertakan.linkage.normalise import prepare

    records = queries.person_records()
    chosen = records.filter(records["kpj"].is_not_null()) if members else records
    if chosen.is_empty():
        raise RegisterEmpty()
    return prepare(chosen)
