"""Agreements and refusals in files, as real systems write them: no refusal is lost without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm.domain.delimited.rows import Rows
from crm.domain.imports.mapping import DEFAULT, ImportMapping, define
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.imports.unread_words import most_frequent
from crm.domain.standard_attributes import STANDARD

ConsentFields = dict[str, str]


def read(header: list[str], *rows: list[str], mapping: ImportMapping = DEFAULT) -> Read:
    """Files whose first column is an e-mail address."""
    cells = [[f"user{number}@example.com", *row] for number, row in enumerate(rows)]
    names = ["Email Address", *header]
    plan = read_plan(mapping, names, cells, STANDARD, ())
    numbers = list(range(1, len(cells) + 1))
    return RowReader(plan, STANDARD).read(Rows(cells, numbers, numbers, []))


def states(read: Read) -> list[ConsentFields]:
    return [{key: effect["state"] for key, effect in row.consents.items()} for row in read.rows]


def states_of(column: str, *cells: str) -> list[str | None]:
    """What each cell of the column says of e-mail."""
    return [each.get("email") for each in states(read([column], *([cell] for cell in cells)))]


def test_an_unknown_consent_word_leaves_the_others_readable() -> None:
    result = read(["Status"], ["Subscribed"], ["Unsubscribed"], ["Archived"], ["maybe"], ["maybe"])
    assert states(result) == [{"email": "granted"}, {"email": "denied"}, {}, {}, {}]
    assert result.warnings == {"unreadable_consent": 3}
    assert result.unread == {"Status: Archived": 1, "Status: maybe": 2}
    assert result.bad == []


def test_a_consent_column_of_unknown_words_is_kept_and_reported() -> None:
    result = read(["Newsletter"], ["weekly"], ["monthly"], [""])
    assert [row.attributes.get("newsletter") for row in result.rows] == ["weekly", "monthly", None]
    assert result.unread == {"Newsletter: weekly": 1, "Newsletter: monthly": 1}


def test_unreadable_personal_values_are_not_quoted() -> None:
    result = read(["Opt-out"], ["ask bob@example.com"], ["+49 171 1234567"], ["yes"])
    assert result.unread == {"Opt-out: ...": 2}


def test_an_export_of_unsubscribed_contacts_has_time_and_reason() -> None:
    header = ["UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER"]
    (row,) = read(header, ["2024-05-06 07:08:09", "News", "c1", "NORMAL", ""]).rows
    assert row.consents["email"] == {
        "state": "denied",
        "since": "2024-05-06T07:08:09.000Z",
        "proof": "UNSUB_TIME: 2024-05-06 07:08:09; UNSUB_CAMPAIGN_TITLE: News; UNSUB_REASON: NORMAL",
    }
    assert row.attributes["unsub_campaign_id"] == "c1"


def test_an_export_of_cleaned_contacts_is_denied() -> None:
    header = ["CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"]
    (row,) = read(header, ["2023-01-02 03:04:05", "News", "c1"]).rows
    assert (row.consents["email"]["state"], row.consents["email"]["since"]) == (
        "denied",
        "2023-01-02T03:04:05.000Z",
    )


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


def test_channels_are_distinguished() -> None:
    header = ["EMAIL_BLACKLIST", "SMS_BLACKLIST", "Accepts SMS Marketing"]
    assert states(read(header, ["0", "1", "yes"], ["1", "", ""])) == [{"sms": "denied"}, {"email": "denied"}]


def test_dates_are_denials_only_in_known_exports() -> None:
    header = ["registered", "activated", "deactivated"]
    rows = [["2020-01-01", "2020-01-02", "2024-05-06 10:00:00"], ["2020-01-01", "2020-01-02", "0"]]
    assert states(read(header, *rows)) == [{"email": "denied"}, {}]
    assert states(read(["deactivated"], ["2024-05-06"])) == [{}]


def test_a_question_is_a_consent_with_its_wording() -> None:
    question = "I agree to receive the newsletter of the company"
    result = read([question], ["Yes"], ["No"])
    assert [row.consents["email"] for row in result.rows] == [
        {"state": "granted", "proof": question},
        {"state": "denied", "proof": question},
    ]
    assert states(read(["I agree to the terms and conditions"], ["Yes"])) == [{}]


def test_two_columns_of_a_mapping_can_set_one_consent() -> None:
    columns = [
        {"column": "a", "to": "consent", "name": "email"},
        {"column": "b", "to": "consent", "name": "email", "yes": "denied"},
    ]
    result = read(["a", "b"], ["yes", ""], ["yes", "yes"], mapping=define("x", {"columns": columns}))
    assert states(result) == [{"email": "granted"}, {"email": "denied"}]


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


def test_a_zero_means_no() -> None:
    assert states_of("Newsletter", "1", "0") == ["granted", "denied"]
    assert states_of("Unsubscribed", "1", "0") == ["denied", None]


def test_an_active_contact_has_not_granted_consent() -> None:
    result = read(["Contact status"], ["Active"], ["Do not contact"], ["Inactive"])
    assert states(result) == [{}, {"email": "denied"}, {}]
    assert result.unread == {"Contact status: Active": 1, "Contact status: Inactive": 1}
    assert states_of("Status", "active", "unsubscribed") == ["granted", "denied"]


@pytest.mark.parametrize("column", ["Subscription status", "Status", "SMS status", "State"])
def test_status_columns_of_other_kinds_are_attributes(column: str) -> None:
    result = read([column], ["active"], ["canceled"], ["trialing"], ["delivered"])
    assert (states(result), result.warnings) == ([{}] * 4, {})
    assert [name for name in result.rows[0].attributes if name != "email"] != []


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("Yes, please", "granted"),
        ("Ja, ich möchte", "granted"),
        ("No, thanks", "denied"),
        ("Unsubscribed (admin)", "denied"),
        ("unsubscribed by link", "denied"),
        ("Opted-Out", "denied"),
        ("double_opt_in", "granted"),
        ("-1", "granted"),
        ("0.0", "denied"),
        ("never-subscribed", None),
        ("I agree to receive news by e-mail", "granted"),
    ],
)
def test_text_after_a_consent_word_is_ignored(cell: str, state: str | None) -> None:
    assert states_of("Newsletter", cell, "yes")[0] == state


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("Newsletter_Abmeldung_Zeit", ["12.05.2023", ""], ["denied", None]),
        ("crm_blacklisted_mail", ["1", "0"], ["denied", None]),
        ("Kunde hat sich abgemeldet?", ["ja", "nein"], ["denied", None]),
        ("Unsubscribe link", ["https://example.com/u/1"], [None]),
        ("Unsub count", ["2"], [None]),
        ("¿Trabaja?", ["Sí"], [None]),
        ("Souhrn newsletteru", ["ano", "ne"], ["granted", "denied"]),
    ],
)
def test_name_and_cells_decide_whether_a_column_is_a_consent(
    column: str, cells: list[str], expected: list[str | None]
) -> None:
    result = read([column], *([cell] for cell in cells))
    assert [each.get("email") for each in states(result)] == expected
    assert result.warnings == {}


def test_an_opt_out_of_calls_does_not_deny_email() -> None:
    assert states(read(["Phone opt-out"], ["yes"])) == [{}]


@pytest.mark.parametrize("column", ["Account blocked", "Konto gesperrt", "Marketing calls not allowed"])
def test_a_blocked_account_does_not_deny_email(column: str) -> None:
    assert states(read([column], ["yes"])) == [{}]


def test_consent_words_are_recognised_without_accents() -> None:
    assert (
        states_of("Consenso newsletter", "SÌ", "si", "Sí", "NÃO", "nao") == ["granted"] * 3 + ["denied"] * 2
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Подписка", "да"),
        ("Согласие на рассылку", "согласна"),
        ("メルマガ", "希望する"),
        ("수신동의", "동의"),
        ("邮件订阅", "已订阅"),
        ("E-Bülten", "Evet"),
        ("Abonare newsletter", "da"),
    ],
)
def test_consent_words_of_other_languages_are_recognised(column: str, cell: str) -> None:
    assert states_of(column, cell) == ["granted"]


def test_a_future_time_is_not_the_start_of_a_consent() -> None:
    cells = [["a@example.com", "2099-01-01"]]
    plan = replace(read_plan(DEFAULT, ["Email", "Unsubscribed at"], cells, STANDARD, ()), today="2026-11-29")
    (row,) = RowReader(plan, STANDARD).read(Rows(cells, [1], [2], [])).rows
    assert row.consents["email"] == {"state": "denied", "proof": "Unsubscribed at: 2099-01-01"}


def test_other_dates_of_the_column_decide_the_order_of_day_and_month() -> None:
    result = read(["Unsubscribed"], ["13/05/2024"], ["05/06/2024"])
    assert result.rows[1].consents["email"]["since"] == "2024-06-05T00:00:00.000Z"


def test_a_report_of_unread_values_quotes_no_names() -> None:
    few = {f"Status: {word}": 2 for word in ("Archived", "maybe")}
    many = {f"Opted out of email: News: {chr(97 + number)}nn": 1 for number in range(21)}
    assert most_frequent(few | many) == {"Opted out of email: News: ...": 21, **few}


def test_a_numbered_opt_out_reason_is_a_denial() -> None:
    assert states_of("Do not contact", "0", "1", "3") == [None, "denied", "denied"]
    assert states(read(["Unsub count"], ["2"], ["3"])) == [{}, {}]
