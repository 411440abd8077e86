"""Times in the formats of real clients."""

import email.utils
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.times import iso, parse_time
from crm.domain.tracking.client_time import client_time

NOON = 1_795_262_400_000
MIDNIGHT = NOON + 43_200_000
LATEST = 253_402_300_799_999


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21T24:00:00Z", MIDNIGHT),
        ("2026-11-21T24:00:00.000Z", MIDNIGHT),
        ("2026-11-21T24:00Z", MIDNIGHT),
        ("2026-11-21 24:00:00+00:00", MIDNIGHT),
        ("2026-12-31T24:00:00+01:00", parse_time("2027-01-01T00:00:00+01:00")),
        ("2016-12-31T23:59:60Z", parse_time("2017-01-01T00:00:00Z")),
        ("2016-12-31T23:59:60.250Z", parse_time("2017-01-01T00:00:00.250Z")),
        ("2017-01-01T00:59:60+01:00", parse_time("2017-01-01T00:00:00Z")),
        ("Sat, 21 Nov 2026 12:00:00 GMT", NOON),
        ("Sat, 21 Nov 2026 13:00:00 +0100", NOON),
        ("21 Nov 2026 12:00:00 GMT", NOON),
        ("Sat, 21 Nov 2026 24:00:00 GMT", MIDNIGHT),
        ("Sat, 21 Nov 2026 24:00:00 +0100", MIDNIGHT - 3_600_000),
        ("Sat, 31 Dec 2016 23:59:60 GMT", parse_time("2017-01-01T00:00:00Z")),
        ("Sat Dec 31 2016 23:59:60 GMT+0000 (UTC)", parse_time("2017-01-01T00:00:00Z")),
        ("Sun, 24 Nov 2024 10:24:00 GMT", parse_time("2024-11-24T10:24:00Z")),
        ("Saturday, 21-Nov-26 12:00:00 GMT", NOON),
        ("Sat Nov 21 12:00:00 2026", NOON),
        ("Sat Nov 21 2026 13:00:00 GMT+0100 (Central European Standard Time)", NOON),
        ("Sat Nov 21 2026 12:00:00 GMT", NOON),
        ("1795262400", NOON),
        ("1795262400.5", NOON + 500),
        ("1795262400000", NOON),
        (" 1795262400000 ", NOON),
        ("1795262400000000", NOON),
        ("1795262400000000000", NOON),
        (1_795_262_400_000_000, NOON),
        (1_795_262_400_000_123.0, NOON),
        (1_795_262_400_000_000_000, NOON),
        ("2010101012345", 2_010_101_012_345),
        ("20261121T240000Z", MIDNIGHT),
        ("20161231T235960Z", parse_time("2017-01-01T00:00:00Z")),
        ("2026-11-21T9:30:00Z", parse_time("2026-11-21T09:30:00Z")),
        ("2026-1-5T09:00:00Z", parse_time("2026-01-05T09:00:00Z")),
        ("2026/1/5 9:00", parse_time("2026-01-05T09:00:00Z")),
        ("20261121", NOON - 43_200_000),
        ("20261121120000", NOON),
        ("2026-11-21 12:00:00 UTC", NOON),
        ("2026-11-21 13:00:00 +0100", NOON),
        ("2026-11-21 12:00:00.123456789 +0000 UTC", NOON + 123),
        ("2026-11-21 13:00:00.123456789 +0100 CET m=+0.000012345", NOON + 123),
        ("2026-11-21 12:00:00 +0000 UTC m=+2881.5", NOON),
        ("2026-11-21T13:00:00+01:00[Europe/Berlin]", NOON),
        ("2026-11-21T12:00:00Z[UTC]", NOON),
        ("2026-11-21t12:00:00z", NOON),
        ("2026/11/21 12:00:00", NOON),
        ("2026.11.21 12:00:00", NOON),
        ("1795262400,5", NOON + 500),
        ("1.795262400123E12", NOON + 123),
        ("1.7952624E12", NOON),
        ("2026-325T12:00:00Z", NOON),
        ("2028-366", parse_time("2028-12-31T00:00:00Z")),
        ("Nov 21, 2026 12:00:00 PM", NOON),
        ("Nov 21, 2026, 12:00:00\u202fPM", NOON),
        ("November 21, 2026 12:00 PM", NOON),
        ("2026-11-21T07:00:00\u221205:00", NOON),
        ("\ufeff2026-11-21T12:00:00Z", NOON),
        ("Sat Nov 21 12:00:00 UTC 2026", NOON),
        ("Sat Nov 21 07:00:00 EST 2026", NOON),
        ('"2026-11-21T12:00:00.000Z"', NOON),
        ("/Date(1795262400000)/", NOON),
        ("/Date(1795262400000+0100)/", NOON),
        ("2026-11-21T12:00:00Z", NOON),
        (NOON, NOON),
    ],
)
def test_time_formats_of_clients_are_read(value: object, expected: int) -> None:
    assert client_time(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2026-366", "9999-366", "0000-001", "Foo 21, 2026 12:00:00 PM", "Nov 31, 2026 12:00:00 PM", "1.79E+12",
        "Sat Nov 21 12:00:00 CET 2026", "Sat, 21 Nov 2026 12:00:00 CET",
        "", "yesterday", "0", "2026", "12345",
        "2026-11-21T24:00:01Z", "2026-11-21T24:30:00Z", "2026-11-21T25:00:00Z", "2026-11-21T23:60:00Z",
        "2026-11-21T12:00:61Z", "9999-12-31T24:00:00Z", "Sat, 21 Nov 2026 24:00:01 GMT",
        "21.11.2026", "11/21/2026", "Sat, 31 Feb 2026 12:00:00 GMT",
        "-1",
        "Mon, 1 Jan 1900 12:00:00 GMT", "99999999999999999999", "9" * 5000, "١٧٩٥٢٦٢٤٠٠", "²", "20261321120000", "1e9",
        None,
        True, [], {}, float("nan"), float("inf"), 10**30, -(10**15), "Sat Nov 21 2026 99:00:00 GMT", "x" * 10_000,
    ],
)  # fmt: skip
def test_an_invalid_time_is_none(value: object) -> None:
    assert client_time(value) is None


@given(st.integers(100_000_000_000, LATEST))
def test_every_format_of_an_instant_is_read_as_the_same_time(moment: int) -> None:
    seconds = moment // 1000 * 1000
    assert client_time(iso(moment)) == moment
    assert client_time(str(moment)) in {moment, parse_time(f"{str(moment)[:8]}T{str(moment)[8:]}")}
    assert client_time(str(moment * 1000)) == client_time(moment * 1000)
    in_http = email.utils.format_datetime(datetime.fromtimestamp(seconds // 1000, UTC), usegmt=True)
    assert client_time(in_http) == seconds


@given(st.one_of(st.text(), st.from_regex(r"\A[0-9T:Z/ .+-]{1,30}\Z"), st.floats(), st.integers()))
def test_any_value_is_read_as_a_time_in_range_or_none(value: object) -> None:
    moment = client_time(value)
    assert moment is None or 0 <= moment <= LATEST


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 1970))
def test_iso_times_are_read_as_parse_time_reads_them(moment: datetime) -> None:
    assert client_time(moment.isoformat()) == parse_time(moment.isoformat())
