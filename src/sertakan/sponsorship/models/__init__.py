"""Who pays for whom, what went to BPJS Ketenagakerjaan, what it answered, and who is a member by number."""

from sertakan.sponsorship.models.answers import AnswerFile, AnswerLine, ConfirmedPayment
from sertakan.sponsorship.models.batches import Batch, BatchLine, BpjsOffice
from sertakan.sponsorship.models.donors import Departure, DonorAccount, DonorPost, Mandate, Succession
from sertakan.sponsorship.models.memberships import Membership
from sertakan.sponsorship.models.sponsorships import Donor, Sponsorship

__all__ = [
    "AnswerFile",
    "AnswerLine",
    "Batch",
    "BatchLine",
    "BpjsOffice",
    "ConfirmedPayment",
    "Departure",
    "Donor",
    "DonorAccount",
    "DonorPost",
    "Mandate",
    "Membership",
    "Sponsorship",
    "Succession",
]
