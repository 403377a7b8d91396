"""Settings, read once from the environment. `.env.example` describes each of them.

Outside the sandbox every secret must be set: `Settings.from_env()` raises `MissingSettings` naming all at once.
"""

from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

#: What the sandbox may go without and production may not.
REQUIRED = (
    "SECRET_KEY",
    "SECURITY_PASSWORD_SALT",
    "TOTP_SECRETS",
    "BANK_DETAILS_KEYS",
    "BASE_URL",
    "DATABASE_URL",
    "S3_ENDPOINT",
    "S3_ACCESS_KEY",
    "S3_SECRET_KEY",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "SMTP_HOST",
    "MAIL_FROM",
)
_TOO_SHORT = 32  # characters; a shorter signing key can be guessed


class MissingSettings(SystemExit):
    """The portal can't start; the message names every setting that is missing or unsafe."""


class Settings(BaseSettings):
    """One attribute per environment variable of the same name."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    SANDBOX: bool = False
    SECRET_KEY: str = ""
    SECURITY_PASSWORD_SALT: str = ""
    TOTP_SECRETS: str = ""  # comma-separated; the first encrypts, all decrypt
    BANK_DETAILS_KEYS: str = ""  # comma-separated; the first encrypts, all decrypt
    BASE_URL: str = ""  # the origin that links in mail use, without a trailing slash

    DATABASE_URL: str = ""
    MIGRATION_DATABASE_URL: str = ""  # the owner's login; DATABASE_URL's when empty
    DATABASE_POOL: int = 5  # connections per process and engine

    S3_ENDPOINT: str = ""
    S3_REGION: str = "us-east-1"
    S3_ACCESS_KEY: str = ""
    S3_SECRET_KEY: str = ""
    S3_BUCKET_INBOX: str = "xiaodan-inbox"  # browsers write here, nobody is served from here
    S3_BUCKET_FILES: str = "xiaodan-files"  # immutable keys, written by the worker only

    STRIPE_API_BASE: str = "https://api.stripe.com"
    STRIPE_FILES_BASE: str = "https://files.stripe.com"  # where evidence is uploaded
    STRIPE_CHECKOUT_ORIGIN: str = "https://checkout.stripe.com"
    STRIPE_CONNECT_ORIGIN: str = "https://connect.stripe.com"
    STRIPE_SECRET_KEY: str = ""
    STRIPE_WEBHOOK_SECRET: str = ""  # comma-separated while a secret is being rotated

    SMTP_HOST: str = ""
    SMTP_PORT: int = 587
    SMTP_USER: str = ""
    SMTP_PASSWORD: str = ""
    SMTP_SECURITY: str = "starttls"  # starttls | tls | plain
    MAIL_FROM: str = "Xiaodan <no-reply@localhost>"
    MAIL_REPLY_TO: str = ""  # where answers to emails go; they say so when it is set

    RATE_LIMITS: bool = True
    SENTRY_DSN: str = ""
    LOG_LEVEL: str = "INFO"
    PROXIES: int = 0  # reverse proxies in front whose X-Forwarded-* headers are to be believed

    @classmethod
    def from_env(cls, **overrides: Any) -> "Settings":
        """Settings of this process. Raises `MissingSettings` when the portal would not be safe to start."""
        try:
            settings = cls(**overrides)
        except ValidationError as error:
            lines = [f"{e['loc'][0]}: {e['msg']}" for e in error.errors()]
            raise MissingSettings("Settings that cannot be read:\n  " + "\n  ".join(lines)) from None
        wrong = settings.problems()
        if wrong:
            raise MissingSettings("The portal does not start. Set these (see .env.example):\n  " + "\n  ".join(wrong))
        return settings

    def problems(self) -> list[str]:
        """Every reason not to start, one line each; empty when all is well."""
        wrong = [f"{name}: missing" for name in REQUIRED if name not in self.model_fields_set]
        wrong += [f"{name}: empty" for name in REQUIRED if name in self.model_fields_set and not getattr(self, name)]
        if self.SANDBOX:
            return wrong
        for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT"):
            if 0 < len(getattr(self, name)) < _TOO_SHORT:
                wrong.append(f"{name}: shorter than {_TOO_SHORT} characters")
        if any(len(key) < _TOO_SHORT for key in self.bank_details_keys):
            wrong.append(f"BANK_DETAILS_KEYS: one is shorter than {_TOO_SHORT} characters")
        if self.BASE_URL and not self.BASE_URL.startswith("https://"):
            wrong.append("BASE_URL: must start with https://")
        if self.STRIPE_SECRET_KEY.startswith("sk_test_sandbox"):
            wrong.append("STRIPE_SECRET_KEY: that is the sandbox's key")
        return wrong

    @property
    def migration_url(self) -> str:
        return self.MIGRATION_DATABASE_URL or self.DATABASE_URL

    @property
    def webhook_secrets(self) -> list[str]:
        return _listed(self.STRIPE_WEBHOOK_SECRET)

    @property
    def bank_details_keys(self) -> list[str]:
        return _listed(self.BANK_DETAILS_KEYS)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
