"""What tests of pages and of the API need besides the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    """WhiteNoise warns of a missing directory; a served installation has one."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
