"""Columns that deny a consent, as other systems export them: opt-outs, block lists, times of unsubscription."""

from __future__ import annotations

import pytest

from crm.domain.delimited.rows import Rows
from crm.domain.imports.mapping import DEFAULT
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import RowReader
from crm.domain.standard_attributes import STANDARD
from tests.support.imported_consents import read, states, states_of


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("HASOPTEDOUTOFEMAIL", "true"),
        ("HasOptedOutOfEmail", "1"),
        ("Email Opt Out", "1"),
        ("Opted out of email: Marketing Information", "true"),
        ("Opted out of email: Our Newsletter", "true"),
        ("Unsubscribed from all email", "true"),
        ("Unsubscribed from Emails", "true"),
        ("Marked email as spam", "true"),
        ("BLACKLIST", "1"),
        ("EMAIL_BLACKLISTED", "Yes"),
        ("emailBlacklisted", "true"),
        ("Blocklisted", "yes"),
        ("Do not contact", "1"),
        ("DNC", "Unsubscribed"),
        ("doNotEmail", "1"),
        ("Email Suppressions", "['UNSUBSCRIBE']"),
        ("Email Suppressions", "USER_SUPPRESSED"),
        ("Unsubscribed Time", "2024-05-06 07:08"),
        ("Unsubscribed Mode", "Unsubscribe link"),
        ("Unsubscribed", "2024-05-06"),
        ("Unsubscribed", "05/06/2024"),
        ("Date Unsubscribed", "1714979289"),
        ("Abgemeldet am", "06.05.2024"),
        ("Newsletter abbestellt", "x"),
        ("Date de désinscription", "06/05/2024"),
        ("Data disiscrizione", "06/05/2024"),
        ("Fecha de desuscripción", "06/05/2024"),
        ("Wypisany z newslettera", "tak"),
        ("Uitgeschreven op", "6-5-2024"),
        ("Descadastrado", "sim"),
        ("Odhlášen", "ano"),
        ("Email Marketing Consent", "UNSUBSCRIBED"),
        ("Person - Marketing status", "Unsubscribed"),
        ("Status", "blocklisted"),
        ("Status", "Unsubscribed"),
        ("State", "Unsubscribed"),
        ("Subscriber status", "spam complaint"),
        ("Email Consent", "no"),
        ("Newsletter", "odhlášen"),
        ("Mailing gesperrt", "ja"),
        ("No emails please", "\u2714"),
        ("Newsletter", "nein danke"),
        ("Newsletter", "Non, merci"),
        ("Newsletter unerwünscht", "x"),
        ("Werbung nicht erlaubt", "ja"),
        ("Publicité interdite", "oui"),
        ("Publicidad prohibida", "sí"),
        ("Reclame verboden", "ja"),
        ("Email blocked", "true"),
        ("Подписка", "нет"),
        ("Рассылка", "Отписан"),
        ("Отписался", "да"),
        ("メルマガ", "希望しない"),
        ("メールマガジン", "不要"),
        ("配信停止", "1"),
        ("수신동의", "거부"),
        ("이메일 수신거부", "Y"),
        ("邮件订阅", "已退订"),
        ("電子報", "不同意"),
        ("E-Bülten", "HAYIR"),
        ("Hírlevél", "leiratkozott"),
        ("Abonare newsletter", "nu"),
        ("Ενημερωτικό δελτίο", "όχι"),
    ],
)
def test_opt_out_columns_are_denied(column: str, cell: str) -> None:
    assert states_of(column, cell) == ["denied"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Accepts Email Marketing", "no"),
        ("Accepts Marketing", "FALSE"),
        ("Accepts SMS Marketing", "no"),
        ("Email Marketing Consent", "NEVER_SUBSCRIBED"),
        ("Email marketing status", "Not subscribed"),
        ("Person - Marketing status", "No consent"),
        ("HASOPTEDOUTOFEMAIL", "false"),
        ("Opted out of email: Marketing Information", ""),
        ("Email Suppressions", "[]"),
        ("Unsubscribed Time", ""),
        ("Unsubscribed", "0000-00-00 00:00:00"),
        ("BLACKLIST", "0"),
        ("Status", "enabled"),
        ("Status", "Unconfirmed"),
    ],
)
def test_an_empty_opt_in_leaves_the_consent_unchanged(column: str, cell: str) -> None:
    result = read([column], [cell])
    assert states(result) == [{}]
    assert result.warnings == {}


def test_a_no_to_an_opt_in_is_no_denial() -> None:
    assert states_of("Accepts Email Marketing", "yes", "no", "unsubscribed") == ["granted", None, "denied"]


@pytest.mark.parametrize(
    ("columns", "cells", "state"),
    [
        (["Newsletter", "Unsubscribed"], ["yes", "yes"], "denied"),
        (["Newsletter", "Unsubscribed"], ["yes", "no"], "granted"),
        (["Status", "Email Marketing Consent"], ["cleaned", "SUBSCRIBED"], "denied"),
        (
            ["Opted out of email: Marketing Information", "Opted out of email: One to One"],
            ["", "true"],
            "denied",
        ),
    ],
)
def test_a_denial_in_any_column_counts(columns: list[str], cells: list[str], state: str) -> None:
    assert states(read(columns, cells)) == [{"email": state}]


def test_an_opt_out_of_one_purpose_denies_that_purpose() -> None:
    result = read(
        ["Opted out of email: Webinars & Events", "Opted out of email: Marketing Information"], ["true", ""]
    )
    assert states(result) == [{"email:webinars events": "denied"}]


def test_dates_are_denials_only_in_known_exports() -> None:
    header = ["registered", "activated", "deactivated"]
    rows = [["2020-01-01", "2020-01-02", "2024-05-06 10:00:00"], ["2020-01-01", "2020-01-02", "0"]]
    assert states(read(header, *rows)) == [{"email": "denied"}, {}]
    assert states(read(["deactivated"], ["2024-05-06"])) == [{}]


def test_a_denial_after_the_sample_is_read() -> None:
    beginning = [["u@example.com", "open", "weekly"]] * 20
    plan = read_plan(DEFAULT, ["Email", "Status", "Newsletter"], beginning, STANDARD, ())
    late = [
        ["a@example.com", "Unsubscribed", "weekly"],
        ["b@example.com", "open", "nein"],
        ["c@example.com", "active", "2024-05-06T07:08:09Z"],
    ]
    result = RowReader(plan, STANDARD).read(Rows(late, [21, 22, 23], [22, 23, 24], []))
    assert states(result) == [{"email": "denied"}, {"email": "denied"}, {}]
    assert [row.attributes["status"] for row in result.rows] == ["Unsubscribed", "open", "active"]
    assert result.unread == {"Newsletter: weekly": 1}


def test_an_opt_out_of_calls_does_not_deny_email() -> None:
    assert states(read(["Phone opt-out"], ["yes"])) == [{}]


@pytest.mark.parametrize("column", ["Account blocked", "Konto gesperrt", "Marketing calls not allowed"])
def test_a_blocked_account_does_not_deny_email(column: str) -> None:
    assert states(read([column], ["yes"])) == [{}]


def test_a_numbered_opt_out_reason_is_a_denial() -> None:
    assert states_of("Do not contact", "0", "1", "3") == [None, "denied", "denied"]
    assert states(read(["Unsub count"], ["2"], ["3"])) == [{}, {}]
