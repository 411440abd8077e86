"""Read the deployment's settings, which are environment variables.

A frozen dataclass and not a pydantic model: importing pydantic and building one model costs a third of the cold start
budget of `track_events`, for a dozen strings that only the template writes.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from uuid import UUID

from crm.domain.consent_fields import CONSENT_NAME_PATTERN

T = TypeVar("T")

MAX_CONSENT_KEYS = 30
_CONSENT_KEY = re.compile(f"{CONSENT_NAME_PATTERN}(?::{CONSENT_NAME_PATTERN})?")
MAX_LINK_DAYS = 365
MAX_THREADS = 64
LEAST_WIDTH = 1000
_MAX_SHARDS = 256


class SettingsError(ValueError):
    """An environment variable is missing or invalid; the message names it and the valid values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that the template passes to every function. Times in days, addresses without a trailing slash.

    `projection_threads`: people of a batch that are projected in parallel.
    `due_width`: maximum number of due profiles that are handed out and not yet evaluated.
    `profile_shards`, `group_shards`, `due_shards`: partitions of the indexes (`crm.storage.shards`). Limits are off by
    default; the template sets them all. `default_source_rate` is in events per second, `form_visitor_rate` in
    submissions per minute.
    `dead_letter_queues`: (name in the template, URL) of each, for the function that reports on them.
    """

    table_name: str
    region: str
    identity_namespace: UUID
    spill_queue_url: str
    failure_queue_url: str
    unpublished_queue_url: str
    job_queue_url: str
    webhook_queue_url: str
    due_queue_url: str
    dead_letter_queues: tuple[tuple[str, str], ...]
    event_bus_name: str
    import_bucket: str
    endpoint_url: str
    time_zone: str
    retention_days: int
    processing_consent_required: bool
    processing_consent_by_pages: bool
    consent_keys: frozenset[str]
    store_ip: bool
    drop_bots: bool
    public_joins_closed: bool
    double_opt_in: bool
    confirmation_days: int
    sender_name: str
    allowed_origins: tuple[str, ...]
    custom_identity_types: tuple[str, ...]
    phone_region: str | None
    placeholder_ids: frozenset[str]
    public_url: str
    demo_page: bool
    webhook_targets: str
    default_source_rate: float
    default_source_burst: int
    form_visitor_rate: int
    rejected_megabytes_per_day: int | None
    projection_threads: int
    due_width: int
    profile_shards: int
    group_shards: int
    due_shards: int
    log_level: str
    service: str

    @property
    def bucket_origin(self) -> str:
        """Return the origin of links to files of the bucket. `endpoint_url`: of a local stack, else empty."""
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return self.endpoint_url or f"https://{self.import_bucket}.s3.{self.region}.{domain}"


@cache
def settings() -> Settings:
    """Read the environment once per container; `settings.cache_clear()` forces a new read."""
    return read_settings(os.environ)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from variables. Raises SettingsError for the first invalid one."""

    def read(name: str, parse: Callable[[str], T], default: str = "") -> T:
        value = (environment.get(name) or default).strip()
        try:
            return parse(value)
        except ValueError as error:
            raise SettingsError(f"{name}: {error}") from None

    return Settings(
        table_name=read("TABLE_NAME", _present),
        region=read("AWS_REGION", str, environment.get("AWS_DEFAULT_REGION") or "us-east-1"),
        identity_namespace=read("IDENTITY_NAMESPACE", _uuid),
        spill_queue_url=read("SPILL_QUEUE_URL", str),
        failure_queue_url=read("FAILURE_QUEUE_URL", str),
        unpublished_queue_url=read("UNPUBLISHED_QUEUE_URL", str),
        job_queue_url=read("JOB_QUEUE_URL", str),
        webhook_queue_url=read("WEBHOOK_QUEUE_URL", str),
        due_queue_url=read("DUE_QUEUE_URL", str),
        dead_letter_queues=read("DEAD_LETTER_QUEUES", _name_url_pairs),
        event_bus_name=read("EVENT_BUS_NAME", str, "default"),
        import_bucket=read("IMPORT_BUCKET", str),
        endpoint_url=read("AWS_ENDPOINT_URL", str),
        time_zone=read("TIME_ZONE", str, "UTC"),
        retention_days=read("RETENTION_DAYS", _days, "0"),
        processing_consent_required=read("PROCESSING_CONSENT_REQUIRED", _switch, "false"),
        processing_consent_by_pages=read("PROCESSING_CONSENT_BY_PAGES", _switch, "false"),
        consent_keys=read("CONSENT_KEYS", _consent_keys),
        store_ip=read("STORE_IP", _switch, "false"),
        drop_bots=read("BOT_EVENTS", _bot_events, "keep"),
        public_joins_closed=read("PUBLIC_JOINS", _joins, "open"),
        double_opt_in=read("DOUBLE_OPT_IN", _double_opt_in, "off"),
        confirmation_days=read("CONFIRMATION_LINK_DAYS", _days_of_a_link, "7"),
        sender_name=read("SENDER_NAME", str),
        allowed_origins=read("ALLOWED_ORIGINS", _split, "*"),
        custom_identity_types=read("CUSTOM_IDENTITY_TYPES", _identity_types),
        phone_region=read("PHONE_REGION", _country),
        placeholder_ids=read("PLACEHOLDER_IDS", _placeholders),
        public_url=read("PUBLIC_URL", lambda value: value.rstrip("/")),
        demo_page=read("DEMO_PAGE", _switch, "off"),
        webhook_targets=read("WEBHOOK_TARGETS", _targets, "public"),
        default_source_rate=read("DEFAULT_SOURCE_RATE", _rate, "0"),
        default_source_burst=read("DEFAULT_SOURCE_BURST", _whole, "1"),
        form_visitor_rate=read("FORM_VISITOR_RATE", _whole, "0"),
        rejected_megabytes_per_day=read("REJECTED_MEGABYTES_PER_DAY", lambda v: _whole(v) if v else None),
        projection_threads=read("PROJECTION_THREADS", _threads, "1"),
        due_width=read("DUE_WIDTH", _width, "100000"),
        profile_shards=read("PROFILE_SHARDS", _shards, "4"),
        group_shards=read("GROUP_SHARDS", _shards, "4"),
        due_shards=read("DUE_SHARDS", _shards, "8"),
        log_level=read("POWERTOOLS_LOG_LEVEL", str.upper, environment.get("LOG_LEVEL") or "INFO"),
        service=read("POWERTOOLS_SERVICE_NAME", str, "crm"),
    )


def _present(value: str) -> str:
    if not value:
        raise ValueError("must be set")
    return value


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise ValueError("must be a UUID, for example the output of `uuidgen`") from None


def _days(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("must be a whole number of days; 0 keeps everything")
    return int(value)


def _days_of_a_link(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MAX_LINK_DAYS:
        raise ValueError(f"must be a whole number of days, 1 to {MAX_LINK_DAYS}")
    return int(value)


def _double_opt_in(value: str) -> bool:
    if value not in {"off", "email"}:
        raise ValueError("must be off or email")
    return value == "email"


def _whole(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("must be a whole number")
    return int(value)


def _threads(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MAX_THREADS:
        raise ValueError(f"must be a whole number, 1 to {MAX_THREADS}")
    return int(value)


def _width(value: str) -> int:
    if not value.isdecimal() or int(value) < LEAST_WIDTH:
        raise ValueError(f"must be a whole number, {LEAST_WIDTH} or more")
    return int(value)


def _shards(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= _MAX_SHARDS:
        raise ValueError(f"must be a whole number, 1 to {_MAX_SHARDS}")
    return int(value)


def _rate(value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = -1
    if not 0 <= rate <= 1_000_000:  # noqa: PLR2004 - what a bucket can count
        raise ValueError("must be 0 to 1000000 events per second; 0 means no limit")
    return rate


def _switch(value: str) -> bool:
    if value.lower() not in {"true", "on", "false", "off"}:
        raise ValueError("must be one of true, on, false, off")
    return value.lower() in {"true", "on"}


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _placeholders(value: str) -> frozenset[str]:
    """Normalise placeholders to lower case; international phone numbers also in the form of identities."""
    values = frozenset(_split(value.lower()))
    return values | {re.sub(r"[\s()./-]", "", each) for each in values if each.startswith("+")}


def _name_url_pairs(value: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple(part.partition("=") for part in _split(value))
    if not all(name and url for name, _, url in pairs):
        raise ValueError("must be name=URL, comma-separated")
    return tuple((name, url) for name, _, url in pairs)


def _identity_types(value: str) -> tuple[str, ...]:
    types = _split(value)
    if unusable := [name for name in types if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)]:
        raise ValueError(
            f"{', '.join(unusable)}: a type must consist of lower-case letters, digits and underscores"
        )
    return types


def _consent_keys(value: str) -> frozenset[str]:
    keys = _split(value)
    if len(keys) > MAX_CONSENT_KEYS:
        raise ValueError(f"must be at most {MAX_CONSENT_KEYS} keys")
    if unusable := [key for key in keys if not _CONSENT_KEY.fullmatch(key) or key == "processing"]:
        raise ValueError(
            f"{', '.join(unusable)}: a key must be a channel or channel:purpose, each of 1 to 64 "
            "letters, digits, spaces, - and _; the consent to processing is set by "
            "PROCESSING_CONSENT_BY_PAGES"
        )
    return frozenset(key.removesuffix(":marketing") for key in keys)


def _joins(value: str) -> bool:
    if value not in {"open", "closed"}:
        raise ValueError("must be open or closed")
    return value == "closed"


def _bot_events(value: str) -> bool:
    if value not in {"keep", "drop"}:
        raise ValueError("must be keep or drop")
    return value == "drop"


def _targets(value: str) -> str:
    if value not in {"public", "any"}:
        raise ValueError("must be public or any")
    return value


def _country(value: str) -> str | None:
    if value and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError("must be a two-letter ISO 3166 country, or empty")
    return value.upper() or None
