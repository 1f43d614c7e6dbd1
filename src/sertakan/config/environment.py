"""What the operator can set, read from the environment. A bad value stops the start and names the variable.

Documented in docs/reference/settings.md.
"""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
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
    small_cell: int = Field(default=5, ge=2, le=100)
    evidence_limit_mb: int = Field(default=15, ge=1, le=200)
    scan_command: str = ""
    scan_seconds: int = Field(default=60, ge=1, le=600)
    test_database: str = ""
    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_from: str = ""
    smtp_timeout: int = Field(default=20, ge=1, le=120)
    quiet_from: time = time(20)
    quiet_to: time = time(7)
    quiet_sundays: bool = True
    quiet_holidays: bool = True
    warn_due_days: int = Field(default=5, ge=0, le=31)
    warn_lapse_days: int = Field(default=7, ge=0, le=31)
    warn_prepayment_days: int = Field(default=30, ge=0, le=92)
    warn_budget_days: int = Field(default=90, ge=0, le=183)
    warn_code_days: int = Field(default=2, ge=0, le=14)
    warn_outcome_days: int = Field(default=14, ge=1, le=92)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The settings of this process. Raises SettingWrong."""
    try:
        return Environment()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = "SERTAKAN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingWrong(name=name, why=str(first["msg"])) from None
