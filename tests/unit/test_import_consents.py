"""Which columns are consents, and the channel, time and proof that they give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm.domain.delimited.rows import Rows
from crm.domain.imports.mapping import DEFAULT, define
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import RowReader
from crm.domain.standard_attributes import STANDARD
from tests.support.imported_consents import read, states, states_of


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


def test_channels_are_distinguished() -> None:
    header = ["EMAIL_BLACKLIST", "SMS_BLACKLIST", "Accepts SMS Marketing"]
    assert states(read(header, ["0", "1", "yes"], ["1", "", ""])) == [{"sms": "denied"}, {"email": "denied"}]


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


def test_a_future_time_is_not_the_start_of_a_consent() -> None:
    cells = [["a@example.com", "2099-01-01"]]
    plan = replace(read_plan(DEFAULT, ["Email", "Unsubscribed at"], cells, STANDARD, ()), today="2026-11-29")
    (row,) = RowReader(plan, STANDARD).read(Rows(cells, [1], [2], [])).rows
    assert row.consents["email"] == {"state": "denied", "proof": "Unsubscribed at: 2099-01-01"}


def test_other_dates_of_the_column_decide_the_order_of_day_and_month() -> None:
    result = read(["Unsubscribed"], ["13/05/2024"], ["05/06/2024"])
    assert result.rows[1].consents["email"]["since"] == "2024-06-05T00:00:00.000Z"
