"""The lapse guard: every night, who loses cover soon, who is told, and what came of what was told."""

from sertakan.programme.guard.running import PREFIX, Guarded, GuardOnlyToday, run

__all__ = ["PREFIX", "GuardOnlyToday", "Guarded", "run"]
