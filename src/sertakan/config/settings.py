"""Django's settings. Everything an operator may change comes from `environment`; the database from the data directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pghistory

from sertakan.config.environment import environment
from sertakan.core import postgres

ENV = environment()
SERTAKAN_DATA = str(ENV.data)
SERTAKAN_DEMO = ENV.demo
SERTAKAN_FILE_LIMIT_MB = ENV.file_limit_mb
SERTAKAN_CELL_LIMIT = ENV.cell_limit
SERTAKAN_EVIDENCE_LIMIT_MB = ENV.evidence_limit_mb
SERTAKAN_SMALL_CELL = ENV.small_cell
SERTAKAN_SCAN_COMMAND, SERTAKAN_SCAN_SECONDS = ENV.scan_command, ENV.scan_seconds
PACKAGE = Path(__file__).resolve().parent.parent


def _secret_key() -> str:
    path = Path(SERTAKAN_DATA) / "secrets" / "django.key"
    if path.exists():
        return path.read_text()
    if not path.parent.exists():
        return secrets.token_urlsafe(48)  # no data directory yet: a key for this process only
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    fresh.replace(path)
    return path.read_text()


def _databases() -> dict[str, dict[str, Any]]:
    known = postgres.saved(Path(SERTAKAN_DATA))
    if known is None:  # commands that need no database (checks, messages)
        empty = {"ENGINE": "django.db.backends.postgresql", "NAME": "sertakan"}
        return {"default": empty, "owner": dict(empty)}
    databases = {"default": known.app.django(), "owner": known.owner.django()}
    for entry in databases.values():
        entry["CONN_MAX_AGE"] = 60
        entry["CONN_HEALTH_CHECKS"] = True
        if ENV.test_database:
            entry["NAME"] = ENV.test_database
    return databases


SECRET_KEY = _secret_key()
DEBUG = ENV.debug
ALLOWED_HOSTS = [host.strip() for host in ENV.hosts.split(",") if host.strip()]
DATABASES = _databases()
DATABASE_ROUTERS = ["sertakan.config.routers.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_filters",
    "django_cotton.apps.SimpleAppConfig",
    "heroicons",
    "csp",
    "ninja",
    "sertakan.core.apps.CoreConfig",
    "sertakan.areas.apps.AreasConfig",
    "sertakan.classification.apps.ClassificationConfig",
    "sertakan.agencies.apps.AgenciesConfig",
    "sertakan.access.apps.AccessConfig",
    "sertakan.letters.apps.LettersConfig",
    "sertakan.evidence.apps.EvidenceConfig",
    "sertakan.people.apps.PeopleConfig",
    "sertakan.notices.apps.NoticesConfig",
    "sertakan.intake.apps.IntakeConfig",
    "sertakan.linkage.apps.LinkageConfig",
    "sertakan.sponsorship.apps.SponsorshipConfig",
    "sertakan.contributions.apps.ContributionsConfig",
    "sertakan.banking.apps.BankingConfig",
    "sertakan.protection.apps.ProtectionConfig",
    "sertakan.claims.apps.ClaimsConfig",
    "sertakan.coverage.apps.CoverageConfig",
    "sertakan.planning.apps.PlanningConfig",
    "sertakan.followup.apps.FollowupConfig",
    "sertakan.meetings.apps.MeetingsConfig",
    "sertakan.programme.apps.ProgrammeConfig",
    "sertakan.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sertakan.web.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sertakan.access.middleware.ScopeMiddleware",
    "sertakan.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "sertakan.config.urls"
WSGI_APPLICATION = "sertakan.config.wsgi.application"
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "sertakan.access.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(PACKAGE / "web" / "templates")],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "sertakan.web.context.shell",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "heroicons.templatetags.heroicons"],
        },
    }
]
COTTON_DIR = "components"

LANGUAGE_CODE = ENV.language
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [str(PACKAGE / "locale")]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["sertakan.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = str(Path(SERTAKAN_DATA) / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# Uploads pass through the closed part of the data directory, not through the machine's open one.
FILE_UPLOAD_TEMP_DIR = str(Path(SERTAKAN_DATA) / "secrets" / "uploads") if postgres.saved(Path(SERTAKAN_DATA)) else None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Mail: without a server e-mails wait, and the page of notices says so.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = ENV.smtp_host, ENV.smtp_port, ENV.smtp_timeout
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.smtp_user, ENV.smtp_password.get_secret_value()
EMAIL_USE_TLS, EMAIL_USE_SSL = ENV.smtp_security == "starttls", ENV.smtp_security == "tls"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.smtp_from
SERTAKAN_PUBLIC_URL = ENV.public_url
SERTAKAN_QUIET_FROM, SERTAKAN_QUIET_TO = ENV.quiet_from.isoformat(), ENV.quiet_to.isoformat()
SERTAKAN_QUIET_SUNDAYS, SERTAKAN_QUIET_HOLIDAYS = ENV.quiet_sundays, ENV.quiet_holidays
SERTAKAN_WARN_DAYS = {
    "due": ENV.warn_due_days,
    "lapse": ENV.warn_lapse_days,
    "prepayment": ENV.warn_prepayment_days,
    "budget": ENV.warn_budget_days,
    "code": ENV.warn_code_days,
    "outcome": ENV.warn_outcome_days,
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "sertakan.core.queue.on_app_ready"
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True
# History is found by the row it belongs to; an index on every copied key would cost more than the history itself.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
SILENCED_SYSTEM_CHECKS = ["models.W042"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": "sertakan.core.logs.MaskingFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
}
