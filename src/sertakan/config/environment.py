"""What the operator can set, read from the environment. A bad value stops the start and names the variable.

Documented in docs/reference/settings.md.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from sertakan.core import postgres
from sertakan.core.errors import DomainError


class SettingWrong(DomainError):
    code = "setting_wrong"
    message = "Pengaturan %(name)s tidak dapat dipakai: %(why)s. Lihat docs/reference/settings.md."


class Environment(BaseSettings):
    """Settings of one installation (prefix ``SERTAKAN_``)."""

    model_config = SettingsConfigDict(env_prefix="SERTAKAN_", extra="ignore")

    data: Path = Field(default_factory=postgres.default_data_dir)
    debug: bool = False
    hosts: str = "localhost,127.0.0.1,[::1]"
    https: bool = False
    demo: bool = False
    language: str = "id"
    log_level: str = "WARNING"
    file_limit_mb: int = 50
    cell_limit: int = 5_000_000
    test_database: str = ""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The settings of this process. Raises SettingWrong."""
    try:
        return Environment()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = "SERTAKAN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingWrong(name=name, why=str(first["msg"])) from None
