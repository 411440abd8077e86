"""Words in a cell that grant or deny a consent, and the report of words that are not recognised."""

from __future__ import annotations

import pytest

from crm.domain.imports.unread_words import most_frequent
from tests.support.imported_consents import read, states, states_of


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


def test_a_report_of_unread_values_quotes_no_names() -> None:
    few = {f"Status: {word}": 2 for word in ("Archived", "maybe")}
    many = {f"Opted out of email: News: {chr(97 + number)}nn": 1 for number in range(21)}
    assert most_frequent(few | many) == {"Opted out of email: News: ...": 21, **few}


def test_a_zero_means_no() -> None:
    assert states_of("Newsletter", "1", "0") == ["granted", "denied"]
    assert states_of("Unsubscribed", "1", "0") == ["denied", None]


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
