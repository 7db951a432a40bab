"""Everything an installation can configure, read from ``DAIBAN_*`` environment variables when first asked for."""

from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: A secret is named, never told: the variable or the file that has it.
_REFERENCE: Final = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$"


class Settings(BaseSettings):
    """The configuration of one installation; an empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="DAIBAN_", env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    environment: Literal["production", "local"] = Field(
        default="production", description="`local` permits what must never happen in an office: an accelerated clock."
    )
    data_dir: Path = Field(
        default=Path(".daiban"), description="Folder of the local stack: database, logs, secrets, `stack.json`."
    )
    secrets_dir: Path = Field(
        default_factory=lambda values: values["data_dir"] / "secrets",
        description="Folder of secrets: `departments/<CODE>` holds that department's signing secrets (`whsec_…`, one "
        "per line, the first signs), `office/check-codes` the secrets of the check codes on documents and "
        "`office/file-links` those of the links to files (the same form), "
        "`api-token` the token of the local agent. Default: `secrets` in the data folder.",
    )

    database_url: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL of our tables, `postgresql+asyncpg://user:password@host/daiban`. Not set: the local "
        "stack starts its own.",
    )
    database_pool_size: int = Field(default=10, ge=1, description="Connections each process keeps open.")
    prefect_database_url: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL of Prefect, used by the local stack. Not set: database `prefect` on our server.",
    )

    portal_host: str = Field(default="127.0.0.1", description="Address on which the portal listens.")
    portal_port: int = Field(default=8400, ge=0, le=65535, description="Port on which the portal listens.")
    portal_url: str = Field(
        default="http://127.0.0.1:8400", description="Address of the portal as departments and browsers reach it."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of the reverse proxies, comma separated, whose `X-Forwarded-For` and "
        "`X-Forwarded-Proto` are believed. Not set: the sender is whoever connects, and all behind a proxy count "
        "as one.",
    )
    prefect_ui_url: str | None = Field(default=None, description="Address of the Prefect UI as managers reach it.")
    department_base_url: str = Field(
        default="http://127.0.0.1:8500", description="Replaces `{departments}` in the endpoints of the catalog."
    )
    city_division: str = Field(
        default="211282", pattern=r"^\d{6}$", description="Division code (GB/T 2260) of the city."
    )

    work_pool: str = Field(default="daiban", description="Prefect work pool that our deployments run in.")
    watch_seconds: int = Field(default=60, ge=1, description="Seconds between two rounds of the deadline watch.")
    dispatch_timeout_seconds: float = Field(
        default=10.0, gt=0, description="Seconds a department's system may take to answer one request, all of it."
    )
    connect_timeout_seconds: float = Field(
        default=3.0, gt=0, description="Seconds a department's system may take to accept a connection."
    )
    department_at_once: int = Field(
        default=4, ge=1, description="Requests to one department under way at once, over all workers."
    )
    park_after_hours: float = Field(
        default=72.0,
        gt=0,
        description="Hours of office time for which a message is tried before it is parked; a parked message is kept "
        "for a person, or for the day the department is back.",
    )
    failover_minutes: float = Field(
        default=60.0,
        gt=0,
        description="Minutes of real time that a department's system may be away before its assignments also stand in "
        "the department's inbox.",
    )
    poll_seconds: float = Field(
        default=60.0, gt=0, description="Seconds between two questions for news to a department of channel `poll`."
    )
    department_networks: str = Field(
        default="",
        description="Networks, separated by commas, in which departments may be besides public addresses, such as "
        "`10.20.0.0/16`. Private, link-local and metadata addresses are refused without it, loopback too unless "
        "`DAIBAN_ENVIRONMENT` is `local`.",
    )

    files_url: str | None = Field(
        default=None,
        description="Where materials and result documents are kept, as a URL of fsspec: `s3://bucket/daiban` (with the "
        "extra `s3`), `file:///srv/daiban/files`. Not set: `files` in the data folder.",
    )
    file_bytes: int = Field(
        default=50 * 1024 * 1024, ge=1024, description="Bytes that one file may have at most, 50 MiB by default."
    )
    file_kinds: str = Field(
        default="pdf,png,jpeg,ofd",
        pattern=r"^(pdf|png|jpeg|tiff|ofd|zip)(,(pdf|png|jpeg|tiff|ofd|zip))*$",
        description="Kinds of files taken in, told by their content: `pdf`, `png`, `jpeg`, `tiff`, `ofd`, `zip`.",
    )
    file_link_minutes: int = Field(
        default=60, ge=1, le=10080, description="Minutes for which a link to a file works that a department is given."
    )
    scanner: str | None = Field(
        default=None,
        pattern=r"^(clamd://[^/\s]+:\d+|clamd:/[^\s]+|command:.+)$",
        description="Looks for viruses in each file: `clamd://host:port` or `clamd:/path/of/socket` (ClamAV), or "
        "`command:` and a command that reads the file from its input and ends with 0 (clean) or 1 (infected). Files "
        "it could not look at stay in quarantine. Not set: files are not scanned.",
    )

    notify_webhook: str | None = Field(
        default=None,
        repr=False,
        description="Address told of overdue assignments, refusals and unreachable departments, as JSON "
        "`{title, text}`. Not set: nobody is told outside the system.",
    )

    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:|/|$))",
        description="Issuer of an OpenID Connect provider by which people may sign in, as it calls itself. Its return "
        "address here is `/sign-in/oidc/callback`. Not set: by password only.",
    )
    oidc_client_id: str = Field(default="daiban", min_length=1, description="What the provider calls this portal.")
    oidc_client_secret: str | None = Field(
        default=None,
        pattern=_REFERENCE,
        description="Where the secret agreed with it is: `env:NAME` or `file:/path`. Not set: a public client.",
    )
    oidc_scope: str = Field(default="openid profile email", pattern=r"\bopenid\b", description="What it is asked for.")
    oidc_claim: str = Field(
        default="preferred_username",
        description="Claim that holds somebody's account in this office; choose one that people cannot change at the "
        "provider. An account that the office does not have lets nobody in; `email` counts only if verified.",
    )
    oidc_applicants: bool = Field(
        default=False,
        description="Whether whom the provider names and the office does not know may sign in as an applicant: they "
        "see the applications of the enterprise that a verified claim names, which is registered as an applicant. "
        "It never makes anybody staff.",
    )
    oidc_applicant_claim: str = Field(
        default="credit_code",
        description="Claim that holds the unified social credit code of an enterprise for which somebody may act; it "
        "counts only beside a claim of the same name with `_verified`, which is true.",
    )
    oidc_label: str = Field(default="统一身份认证", description="What the way in by the provider is called.")
    oidc_networks: str = Field(
        default="",
        description="Networks, separated by commas, in which the provider may be besides public addresses.",
    )

    mail_server: str | None = Field(
        default=None,
        pattern=r"^[^\s:]+:\d+$",
        description="SMTP server by which people of the office and applicants are written to, `host:port`, with "
        "STARTTLS unless it is this machine. Not set: nobody gets e-mail.",
    )
    mail_from: str = Field(default="daiban@localhost", description="Sender of e-mail.")
    mail_user: str | None = Field(default=None, description="User of the SMTP server, where it asks for one.")
    mail_password: str | None = Field(
        default=None, pattern=_REFERENCE, description="Where its password is: `env:NAME` or `file:/path`."
    )
    sms_webhook: str | None = Field(
        default=None,
        repr=False,
        pattern=r"^https?://",
        description="Address of a gateway that sends text messages to applicants: it is posted JSON `{mobile, text}` "
        "and answers with any 2xx once it has taken it. Not set: nobody gets text messages.",
    )
    notify_networks: str = Field(
        default="",
        description="Networks, separated by commas, in which the webhooks of people and the gateway for text messages "
        "may be besides public addresses.",
    )

    clock: str | None = Field(
        default=None,
        description="Clock for demonstrations and tests, `START@RATE`: `2026-02-09T09:00+08:00@3600` lets an hour pass "
        "each second, `2026-02-09T09:00+08:00@hand` runs on real time and is put forward with `daiban clock`. Refused "
        "in production.",
    )
    clock_anchor: float | None = Field(
        default=None, description="Unix seconds of the real instant at which the accelerated clock showed its start."
    )

    log_format: Literal["console", "json"] | None = Field(
        default=None, description="Form of the log. Not set: `json` in production, `console` locally."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")

    @field_validator("department_networks", "notify_networks", "oidc_networks")
    @classmethod
    def _read_networks(cls, text: str) -> str:
        for each in text.split(","):
            if each.strip():
                ip_network(each.strip())
        return text

    @model_validator(mode="after")
    def _refuse_accelerated_production(self) -> Self:
        if self.clock is not None and self.environment == "production":
            message = (
                f"DAIBAN_CLOCK={self.clock} is refused in production: legal time limits run on real time. "
                "Unset it, or set DAIBAN_ENVIRONMENT=local for a demonstration."
            )
            raise ValueError(message)
        return self


@cache
def settings() -> Settings:
    """Read the environment once; ``settings.cache_clear()`` makes the next call read it again."""
    return Settings()


def away_since(wall: datetime) -> datetime:
    """Tell since when, at the latest, a department's system must be away to count as failed over (real time)."""
    return wall - timedelta(minutes=settings().failover_minutes)


def settings_table() -> str:
    """Write every setting as a Markdown table: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        known = field.default is not None and field.default_factory is None
        default = f"`{field.default}`" if known else ""
        rows.append(f"| `DAIBAN_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"
