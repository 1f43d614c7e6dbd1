"""What changes coverage: counting a month, loading what it is counted against."""

from sertakan.coverage.services.counting import Built, build, build_due, write_extract
from sertakan.coverage.services.loading import Loaded, estimate, load

__all__ = ["Built", "Loaded", "build", "build_due", "estimate", "load", "write_extract"]
