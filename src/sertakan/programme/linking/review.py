"""One pair before who decides: both records side by side, why the machine thinks so, what each answer changes; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sertakan.core import encryption, scope
from sertakan.core.money import Rupiah, format_rupiah
from sertakan.linkage import policies, queries, services, words
from sertakan.linkage.errors import NothingToUndo, NotYourDecision, NumberInUse
from sertakan.linkage.models import Pair, Run
from sertakan.people import queries as people
from sertakan.people.errors import NumberTaken
from sertakan.people.models import Identifier, Person
from sertakan.people.services import is_number
from sertakan.programme.linking import stakes
from sertakan.sponsorship.errors import OtherNumberKnown
from sertakan.sponsorship.services import forget_existing, in_use, register_existing_many

READERS = ("coordinator", "operator", "system", "auditor")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the two records. `name` is the comparison it belongs to, where there is one; numbers are masked."""

    name: str
    label: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Weight:
    """One step of the picture: positive speaks for one person, negative for two. log2 of the Bayes factor."""

    name: str
    label: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer means, in sentences: for cover, for money, for claims."""

    answer: str
    label: str
    cover: str
    money: str
    claims: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the review page shows of a pair. `weights`: the strongest first, without the prior."""

    pair: int
    kind: str
    state: str
    state_label: str
    probability: float
    cost: Rupiah
    left_title: str
    right_title: str
    left_person: int
    right_person: int | None
    fields: tuple[Field, ...]
    weights: tuple[Weight, ...]
    weight: float
    reasons: tuple[str, ...]
    risks: tuple[str, ...]
    changes: tuple[Change, ...]
    steps: tuple[queries.Step, ...]
    may_decide: bool
    second_needed: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A part of the queue, and how many wait in all."""

    rows: tuple[queries.QueueRow, ...]
    total: int


def queue(actor: scope.Actor, *, most: int = 50, start: int = 0) -> QueuePage:
    """Pairs that wait for a decision, the most costly mistake first. Raises NotYourDecision."""
    _check_reader(actor)
    found = queries.waiting()
    return QueuePage(tuple(queries.queue_rows(list(found[start : start + most]))), found.count())


def review(pair_id: int) -> Review:
    """One pair with all that is needed to decide. Raises NotYourDecision, PairUnknown."""
    actor = scope.current()
    _check_reader(actor)
    pair = queries.get_pair(pair_id)
    hanging = _hanging(pair)
    mine = hanging.get(pair.person_id, stakes.NOTHING)
    theirs = hanging.get(pair.other_id or 0, stakes.NOTHING)
    steps = queries.steps_of(pair)
    waits = pair.state == Pair.State.WAITING
    return Review(
        pair=pair.pk,
        kind="person" if pair.other_id else "record",
        state=pair.state,
        state_label=str(pair.get_state_display()),
        probability=pair.probability,
        cost=pair.cost,
        left_title=_("Orang nomor %(number)s") % {"number": pair.person_id},
        right_title=_right_title(pair),
        left_person=pair.person_id,
        right_person=pair.other_id,
        fields=_fields(pair),
        weights=_weights(pair),
        weight=pair.weight,
        reasons=tuple(words.reason(code) for code in pair.reasons),
        risks=tuple(words.risk(code) for code in pair.risks),
        changes=_changes(pair, mine, theirs),
        steps=tuple(steps),
        may_decide=policies.can_decide(actor) and pair.state in (Pair.State.OPEN, Pair.State.WAITING),
        second_needed=bool(pair.risks) and not waits,
    )


@transaction.atomic
def decide(*, pair: int, answer: str, reason: str) -> services.Decided:
    """Decide about a pair, with its risks as they are now; a membership number of a list goes to its person.

    Raises what `linkage.services.decide` raises, NumberTaken, OtherNumberKnown.
    """
    policies.check_can_decide(scope.current())
    found = queries.get_pair(pair)
    hanging = _hanging(found)
    risks, keep = None, None
    if found.other_id is not None:
        mine, theirs = (hanging.get(one, stakes.NOTHING) for one in (found.person_id, found.other_id))
        risks = stakes.risks_of(mine, theirs, other_number=stakes.NUMBERS_DIFFER in found.risks)
        keep, _gone = stakes.prefer(found.person_id, found.other_id, hanging)
    done = services.decide(pair=pair, answer=answer, reason=reason, risks=risks, keep=keep)
    if done.final and answer == "same" and found.other_id is None:
        _attach(done.pair)
    return done


def undo(*, number: int, reason: str) -> list[Pair]:
    """Take back a pair, or all that the machine linked in a run, by its number; the pairs that fell apart or are open again.

    Membership numbers that came with them go too. Of a run, pairs whose number BPJS has confirmed since are left as they are.
    Raises NotYourDecision, NothingToUndo, NotDecided, ReasonMissing, NumberInUse.
    """
    policies.check_can_decide(scope.current())
    with transaction.atomic():
        run = Run.objects.filter(pk=number).first()
        if run is not None:
            came = run.pairs.filter(identifier_id__isnull=False).values_list("identifier_id", flat=True)
            kept = in_use(identifiers=[number for number in came if number is not None])
            pairs = services.take_back_run(run=run, reason=reason, but=kept)
        elif Pair.objects.filter(pk=number).exists():
            pairs = [services.take_back(pair=number, reason=reason)]
        else:
            raise NothingToUndo(number=number)
        _detach(pairs)
        return pairs


def _check_reader(actor: scope.Actor) -> None:
    if not actor.has(*READERS):
        raise NotYourDecision()


def _hanging(pair: Pair) -> dict[int, stakes.Stake]:
    return stakes.stakes([one for one in (pair.person_id, pair.other_id) if one is not None])


def _right_title(pair: Pair) -> str:
    if pair.other_id:
        return _("Orang nomor %(number)s") % {"number": pair.other_id}
    name = pair.run.name or (pair.record.get_list_display() if pair.record else "")
    return _("Daftar %(name)s, baris %(row)s") % {"name": name, "row": pair.row}


def _fields(pair: Pair) -> tuple[Field, ...]:
    numbers = {
        kind: people.identifiers(persons=[one for one in (pair.person_id, pair.other_id) if one], kind=kind)
        for kind in ("nik", "kpj")
    }

    def masked(person: int, kind: str) -> str:
        found = numbers[kind].get(person)
        return "*" * ((16 if kind == "nik" else 11) - 4) + found.last_four if found else ""

    left = _of_person(pair.person, masked(pair.person_id, "nik"), masked(pair.person_id, "kpj"))
    if pair.other is not None:
        right = _of_person(pair.other, masked(pair.other.pk, "nik"), masked(pair.other.pk, "kpj"))
    else:
        right = _of_record(queries.open_record(pair))
    labels = {**words.COMPARISONS, "birth_place": _("Tempat lahir")}
    order = ("name", "nik", "birth", "birth_place", "sex", "mother", "area", "address", "phone", "email", "kpj")
    return tuple(
        Field(name, str(labels[name]), left.get(name, ""), right.get(name, ""))
        for name in order
        if left.get(name) or right.get(name)
    )


def _of_person(person: Person, nik: str, kpj: str) -> dict[str, str]:
    return {
        "name": person.name,
        "nik": nik,
        "birth": person.birth_date.isoformat() if person.birth_date else "",
        "birth_place": person.birth_place,
        "sex": person.sex,
        "mother": person.mother_name,
        "area": person.area.name if person.area else "",
        "address": person.address,
        "phone": encryption.mask(person.phone),
        "email": person.email,
        "kpj": kpj,
    }


def _of_record(said: Mapping[str, str]) -> dict[str, str]:
    names = {"birth": "birth_date", "mother": "mother_name", "area": "area_code"}
    keys = ("name", "nik", "birth", "birth_place", "sex", "mother", "area", "address", "phone", "email", "kpj")
    shown = {name: said.get(names.get(name, name)) or "" for name in keys}
    return {**shown, **{name: encryption.mask(shown[name]) for name in ("nik", "kpj", "phone")}}


def _weights(pair: Pair) -> tuple[Weight, ...]:
    steps = [
        Weight(name, words.comparison(name), words.level(pair.levels.get(name, "")), float(weight))
        for name, weight in pair.weights.items()
        if abs(float(weight)) >= 0.005
    ]
    return tuple(sorted(steps, key=lambda step: -abs(step.weight)))


def _changes(pair: Pair, mine: stakes.Stake, theirs: stakes.Stake) -> tuple[Change, ...]:
    both = mine.covered + theirs.covered
    benefit = format_rupiah(stakes.death_benefit())
    twice = min(mine.monthly, theirs.monthly)
    months = min(mine.months, theirs.months)
    money = (
        ngettext(
            "Iuran %(amount)s sebulan dibayar dua kali selama %(count)s bulan lagi; penanggung diberi tahu pada tagihan berikutnya.",
            "Iuran %(amount)s sebulan dibayar dua kali selama %(count)s bulan lagi; penanggung diberi tahu pada tagihan berikutnya.",
            months,
        )
        % {"amount": format_rupiah(twice), "count": months}
        if twice and months
        else _("Tidak ada iuran yang dibayar dua kali.")
    )
    same_cover = (
        _("Keduanya punya perlindungan sendiri. Bila keliru, satu keluarga dapat kehilangan santunan %(benefit)s.")
        if both > 1
        else _("Satu catatan punya perlindungan. Bila keliru, orang yang lain dianggap terlindungi padahal tidak.")
        if both
        else _("Tidak ada perlindungan yang berubah sekarang.")
    ) % {"benefit": benefit}
    same_claims = (
        _("Dua nomor peserta untuk satu orang: hanya satu santunan yang dapat diklaim.")
        if mine.member and theirs.member
        else _("Tidak ada klaim yang berubah.")
    )
    if pair.other_id is None:
        money, same_claims = (
            _("Tidak ada iuran yang berubah."),
            _("Nomor peserta dari daftar itu dicatat pada orang ini."),
        )
        if not queries.open_record(pair).get("kpj"):
            same_claims = _("Tidak ada klaim yang berubah.")
    stays = _("Keduanya tetap terpisah, dengan perlindungan masing-masing.")
    alone = (
        _("Bila keliru, iuran yang sama tetap dibayar dua kali.")
        if twice and months
        else _("Tidak ada iuran yang berubah.")
    )
    never = _("Pasangan ini tidak ditanyakan lagi.")
    back = _("Tidak ada baris yang berpindah; keputusan ini dapat dibatalkan kapan saja.")
    return (
        Change(
            "same", str(_("Orang yang sama")), same_cover, money, same_claims, (same_cover, money, same_claims, back)
        ),
        Change(
            "different",
            str(_("Orang yang berbeda")),
            stays,
            alone,
            _("Tidak ada klaim yang berubah."),
            (stays, alone, never),
        ),
    )


def _attach(pair: Pair) -> None:
    """The number that the list names for the person; one that contradicts what is known is refused, and the decision with it."""
    import polars as pl

    kpj = queries.open_record(pair).get("kpj", "")
    if not is_number(kpj):
        return
    mine = Identifier.objects.filter(kind="kpj", person_id=pair.person_id)
    before = set(mine.values_list("pk", flat=True))
    done = register_existing_many(frame=pl.DataFrame({"person_id": [pair.person_id], "kpj": [kpj]}))
    code = done.refused.get(pair.person_id)
    if code is not None:
        raise OtherNumberKnown() if code == OtherNumberKnown.code else NumberTaken()
    fresh = mine.exclude(pk__in=before).first()
    if fresh is not None:
        services.note_number(pair=pair, identifier=fresh.pk)


def _detach(pairs: list[Pair]) -> None:
    """The numbers that came with pairs go again. Raises NumberInUse where an answer of BPJS stands on one."""
    came = {pair.identifier_id: pair.pk for pair in pairs if pair.identifier_id is not None}
    kept = in_use(identifiers=came)
    if kept:
        raise NumberInUse(pair=came[min(kept)])
    forget_existing(identifiers=came)
    services.forget_numbers(pairs=came.values())
