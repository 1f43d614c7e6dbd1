"""Whom to protect where, from which money, month by month: the best plan for a budget, or the cheapest one for a target.

`make` solves; `docs/explanation/planner.md` has the programme with numbers worked by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, gcd

from sertakan.core.money import Rupiah, format_number, format_rupiah
from sertakan.core.month import Month
from sertakan.planning import errors, placing
from sertakan.planning.conditions import SLACK, Terms, programme
from sertakan.planning.facts import CLASSES, LAST_MONTH, Province, Wish
from sertakan.planning.solving import NEAR, Answer, Programme, solve
from sertakan.planning.spreading import Whole
from sertakan.planning.words import percent
from sertakan.rules import RuleSet, load_rules
from sertakan.rules.reasons import day_in_words, month_in_words

MORE = 1_000_000
"""What one more is told for: a million rupiah."""
TRIES = 6
"""So often a plan is made again whose floors were not met in every place."""
FEW = 50_000
"""Plans with fewer months of cover than this are calmed in whole workers."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan: workers by class, funding and month (`totals`), by cell, funding and month (`people`), and what it costs.

    `bound`: the most worker-months (without a budget the least rupiah) that any plan could have.
    """

    terms: Terms
    totals: dict[tuple[str, str, int], int]
    people: dict[tuple[int, str], Whole]
    bound: int

    @property
    def cost(self) -> Rupiah:
        return sum(count * self.terms.rates[key] for key, count in self.totals.items())

    @property
    def worker_months(self) -> int:
        return sum(self.totals.values())

    def protected(self, step: int) -> int:
        """Workers whom the plan protects in a month."""
        return sum(count for key, count in self.totals.items() if key[2] == step)

    def cost_of(self, step: int) -> Rupiah:
        return sum(count * self.terms.rates[key] for key, count in self.totals.items() if key[2] == step)

    def staying(self, step: int) -> int:
        """Workers of the month before who are expected to be protected still."""
        stays = self.terms.province.stays
        return floor(sum(count * stays(key[1]) for key, count in self.totals.items() if key[2] == step - 1) + SLACK)

    def beginning(self, step: int) -> int:
        """Workers who must be found for a month: more than before, and those who replace the lapsed."""
        return self.protected(step) - self.staying(step)

    def of_funding(self, funding: str) -> tuple[int, Rupiah]:
        """Worker-months and rupiah from one source of money."""
        keys = [key for key in self.totals if key[1] == funding]
        return sum(self.totals[key] for key in keys), sum(self.totals[key] * self.terms.rates[key] for key in keys)


def make(wish: Wish, province: Province, rules: RuleSet | None = None) -> Made:
    """The best plan for a wish. Raises a refusal that says what cannot be met and what would."""
    law = rules or load_rules()
    check_months(wish, law)
    terms = Terms(wish, province, law)
    _check_asked(terms)
    made = _placed(terms)
    if wish.budget is not None and not made.worker_months:
        raise _nobody(terms, wish.budget)
    return made


def _placed(terms: Terms) -> Made:
    """The best plan with everybody in a place. Who stays, stays where he is: the floors may need a few more than their sum."""
    bound, totals = _totals(terms)
    for _again in range(TRIES):
        people = placing.spread(terms, totals)
        lacking = placing.short(terms, people)
        if not lacking:
            return Made(terms, totals, people, bound)
        terms = replace(terms, reserve=placing.reserve(terms, people))
        found = whole_answer(terms)
        if found is None:
            break
        totals = _counts(terms, found[0])
    area = next(cell.area_name for cell in terms.province.cells if cell.area in lacking)
    raise errors.FloorLost(floor=percent(terms.wish.floor), area=area)


def _nobody(terms: Terms, budget: Rupiah) -> errors.DomainError:
    """Why a budget protects nobody: too little for one, or other limits that leave no room."""
    from django.utils.translation import gettext as _

    least = _one_worker(terms)
    if budget < least:
        return errors.BudgetBuysNobody(budget=format_rupiah(budget), **_ends(terms.wish), least=format_rupiah(least))
    room = sum(terms.room[kind, terms.last] for kind in CLASSES)
    why = _why_money(terms) if room else _("semua pekerja yang diketahui sudah terlindungi")
    return errors.LimitsLeaveNobody(why=why or _("uangnya tidak cukup untuk satu pekerja sampai bulan terakhir"))


def check_months(wish: Wish, law: RuleSet) -> None:
    """Refuses a plan that ends before it begins, or goes on when the rules are not known any more."""
    if wish.last < wish.first:
        raise errors.PlanEndsBeforeStart(**_ends(wish))
    known = rules_known_until(law)
    if wish.last > known:
        facts = {"confirmed": month_in_words(law.last_confirmed_month), "as_of": day_in_words(law.as_of)}
        raise errors.PlanTooFar(last=month_in_words(known), **facts)


def rules_known_until(law: RuleSet) -> Month:
    """The last month for which a plan can be made: where the law ends, and never after `LAST_MONTH`."""
    ends = [regime.month_to for regime in law.regimes]
    if not ends or any(end is None for end in ends):
        return LAST_MONTH
    return min(LAST_MONTH, max(end for end in ends if end is not None))


def _check_asked(terms: Terms) -> None:
    """What no money can buy."""
    wish, province = terms.wish, terms.province
    if not any(cell.eligible for cell in province.cells):
        raise errors.WorkersUnknown()
    if (wish.budget is None and wish.target is None) or (wish.target is not None and wish.target <= 0):
        raise errors.NothingAsked()
    if wish.budget is not None and wish.budget <= 0:
        raise errors.BudgetNotPositive()
    if not wish.fundings:
        raise errors.NoMoneyChosen()
    if wish.target is not None and province.base is None:
        raise errors.TargetBaseUnknown()
    room = sum(terms.room[kind, terms.last] for kind in CLASSES)
    if terms.target > room and province.base is not None and wish.target is not None:
        most = (room + province.base.outside + terms.own[-1]) / province.base.eligible
        facts = {"needed": format_number(terms.target), "room": format_number(room)}
        raise errors.TargetBeyondPeople(target=percent(wish.target), most=percent(most), **facts)
    for area, need in terms.floors.items():
        room = sum(terms.room_of_area(area, kind) for kind in CLASSES)
        if need > room:
            raise _floor_refusal(terms, area, room)


def _floor_refusal(terms: Terms, area: str, room: int) -> errors.FloorBeyondPeople:
    cells = [cell for cell in terms.province.cells if cell.area == area]
    own = sum(terms.province.own_after(cell, terms.months_ahead(terms.last)) for cell in cells)
    most = (room + own) / max(1, sum(cell.eligible for cell in cells))
    return errors.FloorBeyondPeople(floor=percent(terms.wish.floor), area=cells[0].area_name, most=percent(most))


def _totals(terms: Terms) -> tuple[int, dict[tuple[str, str, int], int]]:
    """Workers by class, funding and month, and the bound: the most worker-months for a budget, without one the fewest rupiah."""
    found = whole_answer(terms)
    if found is None:
        raise why_not(terms)
    answer, bound = found
    return bound, _counts(terms, answer)


def _counts(terms: Terms, answer: Answer) -> dict[tuple[str, str, int], int]:
    return {key: round(answer.values[column]) for key, column in terms.place.items()}


def whole_answer(terms: Terms, budget: Rupiah | None = None, *, free: bool = False) -> tuple[Answer, int] | None:
    """The best answer in whole workers and the bound it cannot pass; None when the conditions contradict each other.

    First without whole numbers; among equally good answers the calmest; then whole ones near it; from the whole field only when these
    do not reach the bound. `free`: with no budget, whatever the wish says.
    """
    money = None if free else budget if budget is not None else terms.wish.budget
    most = money is not None
    values = [1.0] * len(terms.keys) if most else _prices(terms)
    rows = programme(terms, budget=money)
    relaxed = solve(rows, values, most=most, whole=False)
    if relaxed is None:
        return None
    limit = floor(relaxed.best + 1e-6) if most else -floor(1e-6 - relaxed.best)
    calm = _calmest(terms, money, relaxed, values)
    near = _try(rows, values, most=most, around=calm, seconds=3.0)
    if near is None or abs(near.best - limit) > max(0.9, NEAR * abs(limit)):
        anywhere = _try(rows, values, most=most, start=near, seconds=2.5)
        if anywhere is None:
            return None
        limit = min(limit, floor(anywhere.bound + 1e-6)) if most else max(limit, -floor(1e-6 - anywhere.bound))
        # A plan that is better by less than one in ten thousand is not worth numbers that jump about.
        if near is None or abs(anywhere.best - near.best) > 1e-4 * abs(near.best):
            near = _calmed(terms, money, anywhere, values, None)
    if sum(near.values) < FEW:
        near = _calmed(terms, money, near, values, calm)
    return near, limit if most else limit * gcd(*terms.rates.values())


def _try(
    rows: Programme,
    values: list[float],
    *,
    most: bool,
    seconds: float,
    around: Answer | None = None,
    start: Answer | None = None,
) -> Answer | None:
    """A whole answer, None when there is none, or none was found near in time."""
    try:
        return solve(rows, values, most=most, gap=0.9, seconds=seconds, around=around, start=start)
    except errors.SolverFailed:
        if around is None:
            raise
        return None


def _calmest(terms: Terms, budget: Rupiah | None, relaxed: Answer, values: list[float]) -> Answer:
    """Of equally good answers the one that begins early and uses money in the order of the law, so that numbers do not jump about."""
    rows = programme(terms, budget=budget)
    slack = NEAR * max(1.0, abs(relaxed.best))
    low, high = (relaxed.best - slack, None) if budget is not None else (None, relaxed.best + slack)
    rows.add("as good", dict(enumerate(values)), low=low, high=high)
    return solve(rows, _late(terms), most=False, whole=False) or relaxed


def _late(terms: Terms) -> list[float]:
    """What is begun late or paid from a source further down counts more."""
    order = terms.wish.fundings
    return [step + 0.5 * order.index(funding) / len(order) for _kind, funding, step in terms.keys]


def _calmed(terms: Terms, budget: Rupiah | None, found: Answer, values: list[float], calm: Answer | None) -> Answer:
    """A small plan as good as the one found, with numbers that do not jump about: a dozen workers are much in it."""
    rows = programme(terms, budget=budget)
    reached = round(sum(value * round(count) for value, count in zip(values, found.values, strict=True)))
    rows.add(
        "as good",
        dict(enumerate(values)),
        low=None if budget is None else reached,
        high=reached if budget is None else None,
    )
    try:
        whole = solve(rows, _late(terms), most=False, near=1e-4, seconds=1.5, around=calm, start=found)
    except errors.SolverFailed:
        return found
    return found if whole is None else Answer(whole.values, found.best, found.bound)


def _prices(terms: Terms) -> list[float]:
    unit = gcd(*terms.rates.values())
    return [terms.rates[key] / unit for key in terms.keys]


def cheapest_cost(terms: Terms) -> Rupiah | None:
    """The fewest rupiah that meet the demands; None when no money can."""
    found = whole_answer(terms, free=True)
    if found is None:
        return None
    return sum(round(found[0].values[column]) * terms.rates[key] for key, column in terms.place.items())


def why_not(terms: Terms) -> errors.DomainError:
    """The refusal for conditions that contradict each other: which demand, and what would meet it."""
    wish = terms.wish
    cost = cheapest_cost(terms)
    if cost is not None and wish.budget is not None:
        money = {
            "budget": format_rupiah(wish.budget),
            "least": format_rupiah(cost),
            "short": format_rupiah(cost - wish.budget),
        }
        return errors.BudgetTooSmall(demand=_demand(terms), last=month_in_words(wish.last), **money)
    reached = _most_at_end(terms)
    if wish.new_per_month is not None:
        free = Terms(_without_limit(wish), terms.province, terms.law)
        if cheapest_cost(free) is not None:
            facts = {"new": format_number(wish.new_per_month), "last": month_in_words(wish.last)}
            return errors.TargetBeyondGrowth(
                needed=format_number(terms.needed), reached=format_number(reached), **facts
            )
    return errors.MoneyCannotReach(
        needed=format_number(terms.needed), reached=format_number(reached), why=_why_money(terms)
    )


def _most_at_end(terms: Terms) -> int:
    values = [1.0 if key[2] == terms.last else 0.0 for key in terms.keys]
    found = solve(programme(terms, budget=None, demands=False), values, most=True, gap=0.9)
    return 0 if found is None else round(found.best)


def _without_limit(wish: Wish) -> Wish:
    return replace(wish, new_per_month=None)


def _why_money(terms: Terms) -> str:
    """Which sources end where, in words."""
    from django.utils.translation import gettext as _

    from sertakan.rules.reasons import funding_in_words

    said = []
    for funding in terms.wish.fundings:
        limit = terms.wish.limits[funding]
        if funding == "private" and not any(one.count for one in terms.province.staff):
            said.append(_("jumlah pegawai belum dimuat"))
        elif funding == "private":
            facts = {"share": percent(terms.wish.uptake), "count": format_number(terms.staff_room(terms.last))}
            said.append(_("pegawai paling banyak %(share)s, yaitu %(count)s pekerja") % facts)
        if limit is not None:
            said.append(
                _("%(funding)s paling banyak %(limit)s")
                % {"funding": funding_in_words(funding), "limit": format_rupiah(limit)}
            )
    return "; ".join(said)


def _demand(terms: Terms) -> str:
    """What is asked for, in words."""
    from django.utils.translation import gettext as _

    said = []
    if terms.wish.target is not None and terms.target:
        facts = {"share": percent(terms.wish.target), "count": format_number(terms.target)}
        said.append(_("target %(share)s (%(count)s pekerja dari rencana ini)") % facts)
    if any(terms.floors.values()):
        facts = {"share": percent(terms.wish.floor), "count": format_number(sum(terms.floors.values()))}
        said.append(_("batas bawah %(share)s di setiap kabupaten dan kota (%(count)s pekerja)") % facts)
    return _(" dan ").join(said)


def _one_worker(terms: Terms) -> Rupiah:
    """The contributions of one worker for the whole plan, from the cheapest source."""
    pairs = {(kind, funding) for kind, funding, _step in terms.keys}
    return min(sum(terms.rates[kind, funding, step] for step in range(terms.last + 1)) for kind, funding in pairs)


def _ends(wish: Wish) -> dict[str, str]:
    return {"first": month_in_words(wish.first), "last": month_in_words(wish.last)}
