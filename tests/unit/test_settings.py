"""The environment, read once: errors name missing and invalid variables, with a correct value."""

import uuid

import pytest

from crm.settings import SettingsError, read_settings

NAMESPACE = "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11"
LEAST = {"TABLE_NAME": "crm", "IDENTITY_NAMESPACE": NAMESPACE}


def test_a_table_and_a_namespace_are_enough() -> None:
    found = read_settings(LEAST)
    assert found.identity_namespace == uuid.UUID(NAMESPACE)
    assert found.time_zone == "UTC"
    assert found.retention_days == 0
    assert found.allowed_origins == ("*",)
    assert found.phone_region is None
    assert found.webhook_targets == "public"
    assert [found.processing_consent_required, found.store_ip, found.demo_page] == [False] * 3
    assert (found.double_opt_in, found.confirmation_days, found.sender_name) == (False, 7, "")


def test_every_setting_is_read() -> None:
    found = read_settings(
        LEAST
        | {
            "RETENTION_DAYS": "30",
            "STORE_IP": "true",
            "BOT_EVENTS": "drop",
            "DOUBLE_OPT_IN": "email",
            "CONFIRMATION_LINK_DAYS": "2",
            "SENDER_NAME": " Müller & Söhne ",
            "DEMO_PAGE": "on",
            "ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "CUSTOM_IDENTITY_TYPES": "card_number,loyalty_id",
            "PHONE_REGION": "de",
            "PLACEHOLDER_IDS": "KUNDE-0, kein@shop.example, +49 (30) 123-4567",
            "PUBLIC_URL": "https://api.example/",
            "AWS_REGION": "eu-west-1",
            "POWERTOOLS_LOG_LEVEL": "debug",
        }
    )
    assert found.retention_days == 30
    assert found.store_ip
    assert found.drop_bots
    assert (found.double_opt_in, found.confirmation_days, found.sender_name) == (True, 2, "Müller & Söhne")
    assert found.demo_page
    assert found.allowed_origins == ("https://a.example", "https://b.example")
    assert found.custom_identity_types == ("card_number", "loyalty_id")
    assert found.phone_region == "DE"
    assert found.placeholder_ids == {"kunde-0", "kein@shop.example", "+49 (30) 123-4567", "+49301234567"}
    assert found.public_url == "https://api.example"
    assert found.region == "eu-west-1"
    assert found.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("TABLE_NAME", "", "must be set"),
        ("IDENTITY_NAMESPACE", "", "must be a UUID"),
        ("IDENTITY_NAMESPACE", "crm", "must be a UUID"),
        ("RETENTION_DAYS", "-1", "whole number of days"),
        ("RETENTION_DAYS", "a year", "whole number of days"),
        ("STORE_IP", "yes", "true, on, false, off"),
        ("DOUBLE_OPT_IN", "true", "off or email"),
        ("CONFIRMATION_LINK_DAYS", "0", "1 to 365"),
        ("CONFIRMATION_LINK_DAYS", "a week", "whole number of days"),
        ("CUSTOM_IDENTITY_TYPES", "Card Number", "lower-case"),
        ("PHONE_REGION", "DEU", "two-letter"),
        ("WEBHOOK_TARGETS", "everybody", "public or any"),
        ("PROJECTION_THREADS", "0", "1 to 64"),
    ],
)
def test_an_invalid_setting_is_refused_with_its_name(name: str, value: str, right: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: .*{right}"):
        read_settings(LEAST | {name: value})
