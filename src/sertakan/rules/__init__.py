"""The law of contributions as dated data and pure functions; no database, no Django.

One person: `contribution`, `eligibility`, `parse_nik`. A whole file: `sertakan.rules.frame` and
`sertakan.rules.identity_frame`,
which are not imported here because they bring Polars.
"""

from sertakan.rules.contribution import (
    Contribution,
    contribution,
    due_date,
    explain,
    read_programmes,
    tier_of_dasar,
    tier_of_income,
)
from sertakan.rules.eligibility import Refusal, age_on, eligibility
from sertakan.rules.explaining import as_json, explain_json, read_month
from sertakan.rules.identity import (
    NikParts,
    NipParts,
    birth_dates,
    check_kpj,
    likely_birth_date,
    parse_nik,
    parse_nip,
)
from sertakan.rules.loading import load_rules
from sertakan.rules.reasons import REASONS, Reason
from sertakan.rules.ruleset import FUNDINGS, PROGRAMMES, SECTORS, RuleSet, Settings

__all__ = [
    "FUNDINGS",
    "PROGRAMMES",
    "REASONS",
    "SECTORS",
    "Contribution",
    "NikParts",
    "NipParts",
    "Reason",
    "Refusal",
    "RuleSet",
    "Settings",
    "age_on",
    "as_json",
    "birth_dates",
    "check_kpj",
    "contribution",
    "due_date",
    "eligibility",
    "explain",
    "explain_json",
    "likely_birth_date",
    "load_rules",
    "parse_nik",
    "parse_nip",
    "read_month",
    "read_programmes",
    "tier_of_dasar",
    "tier_of_income",
]
