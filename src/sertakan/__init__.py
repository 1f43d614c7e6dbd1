"""Sertakan: from a donor's promise to a worker who is protected this month."""

__version__ = "0.1.0"
