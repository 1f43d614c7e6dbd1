"""What a movement on an account belongs to. Pure: frames in, decisions out; no database, no clock.

A decision is only taken where evidence and amount agree and nothing else fits; everything else stays open, with candidates.
"""

from sertakan.banking.matching.model import Book, Decision, Due, Left, OpenCode, Outcome
from sertakan.banking.matching.run import match_lines

__all__ = ["Book", "Decision", "Due", "Left", "OpenCode", "Outcome", "match_lines"]
