"""The identities and values of rows, and the reasons for refused rows."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.rows import BadRow, Rows, read_rows
from crm.domain.identity import Identity
from crm.domain.imports.mapping import DEFAULT, ImportMapping, define
from crm.domain.imports.plan import ReadPlan, read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.standard_attributes import STANDARD

NEWSLETTER = {"email": {"state": "granted", "proof": "Signed at the fair"}}


def plan_of(header: str, samples: list[list[str]], mapping: ImportMapping = DEFAULT, **more: Any) -> ReadPlan:
    return read_plan(mapping, header.split(","), samples, STANDARD, ("card", "crm_id"), **more)


def rows_of(cells: list[list[str]]) -> Rows:
    numbers = list(range(1, len(cells) + 1))
    return Rows(cells, numbers, [number + 1 for number in numbers], [])


def read(header: str, *lines: str, mapping: ImportMapping = DEFAULT, **more: Any) -> Read:
    cells = [line.split(",") for line in lines]
    plan = plan_of(header, cells, mapping, **more)
    return RowReader(plan, STANDARD).read(rows_of(cells))


def refused(header: str, *lines: str, **more: Any) -> list[tuple[int, str]]:
    return [(bad.number, bad.code) for bad in read(header, *lines, **more).bad]


def test_a_row_has_identities_and_values() -> None:
    (row,) = read(
        "Customer ID,Email,First Name,City,Points,Birthday",
        "K-7,Ada@Example.com,Ada,,12,1990-05-04",
    ).rows
    assert row.identities == (Identity("user_id", "K-7"), Identity("email", "ada@example.com"))
    assert row.attributes == {
        "email": "ada@example.com",
        "first_name": "Ada",
        "loyalty_points": 12,
        "birthday": "1990-05-04",
    }
    assert (row.number, row.line, row.place) == (1, 2, 0)
    assert (row.tags, row.consents, row.changed_at) == ((), {}, None)


def test_identities_are_strongest_first() -> None:
    header = "anonymous_id,crm_id,card,phone,email,user_id"
    (row,) = read(header, "a-1,c-1,7,+49 30 1234567,a@example.com,u-1").rows
    assert [identity.type for identity in row.identities] == [
        "user_id",
        "email",
        "phone",
        "card",
        "crm_id",
        "anonymous_id",
    ]
    assert row.attributes == {"phone": "+49301234567", "email": "a@example.com"}


def test_rows_without_an_identity_are_refused() -> None:
    assert refused("email,user_id,city", ",,Berlin", ", ,Bonn", "a@example.com,,Ulm") == [
        (1, "no_identity"),
        (2, "no_identity"),
    ]


def test_a_row_with_an_invalid_email_is_refused() -> None:
    result = read("email,user_id", "ada@,7", "soon,7", ",7", "none,7")
    assert [(bad.number, bad.code, bad.cells) for bad in result.bad] == [
        (1, "invalid_email", ["ada@", "7"]),
        (2, "invalid_email", ["soon", "7"]),
    ]
    assert result.bad[0].message == "email must be an email address like ada@example.com"


def test_placeholder_ids_are_no_identity() -> None:
    result = read("email,user_id", "a@example.com,0", "b@example.com,null", ",undefined")
    assert [[identity.type for identity in row.identities] for row in result.rows] == [["email"], ["email"]]
    assert [bad.code for bad in result.bad] == ["no_identity"]
    assert result.warnings == {"unusable_id": 1}


@pytest.mark.parametrize(
    "id_",
    ["7.01235E+12", "7,01235E+12", "1E+05", "7.01235e+12", "7.0E+012", "-1.5E+10", "1.2E-05", "7.01235E12"],
)
def test_ids_in_scientific_notation_are_no_identity(id_: str) -> None:
    cells = [["a@example.com", id_, id_, id_]]
    plan = plan_of("email,user_id,crm_id,phone", cells, phone_region="DE")
    result = RowReader(plan, STANDARD).read(rows_of(cells))
    (row,) = result.rows
    assert row.identities == (Identity("email", "a@example.com"),)
    assert row.attributes == {"email": "a@example.com"}
    assert result.warnings == {"damaged_id": 3}


def test_ids_with_decimals_are_read_as_whole_numbers() -> None:
    result = read(
        "email,user_id",
        "a@example.com,1001.0",
        "b@example.com,1002.0",
        "c@example.com,1.2.0",
        "d@example.com,",
    )
    assert [row.identities[0].value for row in result.rows] == ["1001", "1002", "1.2.0", "d@example.com"]
    assert result.warnings == {"damaged_id": 2}


@pytest.mark.parametrize("id_", ["1E5", "12E05", "E+12", "7.01235", "A1.5E+10", "0x1E+05", "1E+05b"])
def test_ids_similar_to_scientific_notation_are_kept(id_: str) -> None:
    result = read("email,user_id", f"a@example.com,{id_}")
    assert result.rows[0].identities[0] == Identity("user_id", id_)
    assert not result.warnings


def test_message_ids_in_scientific_notation_are_dropped() -> None:
    columns = [{"column": "at", "to": "time"}, {"column": "order", "to": "message_id"}]
    fields = {"kind": "events", "event_name": "Order Completed", "columns": columns}
    mapping = define("orders", fields)
    rows = "u-1,2026-11-20T12:00:00Z,7.01235E+12", "u-2,2026-11-21T12:00:00Z,A-2"
    result = read("user_id,at,order", *rows, mapping=mapping)
    assert [row.message_id for row in result.rows] == [None, "A-2"]
    assert result.warnings == {"damaged_id": 1}


def test_national_phones_without_a_region_are_kept_unchanged() -> None:
    result = read("email,phone,fax", "a@example.com,030 1234567,", "b@example.com,+49 30 1234567,030 7")
    assert [row.attributes.get("phone") for row in result.rows] == ["030 1234567", "+49301234567"]
    assert [len(row.identities) for row in result.rows] == [1, 2]
    assert result.warnings == {"phone_without_country": 2}


def test_national_phones_without_a_region_are_no_identity() -> None:
    result = read("phone,city", "030 1234567,Berlin", "030 1234568,Bonn")
    assert [(bad.number, bad.code) for bad in result.bad] == [(1, "no_identity"), (2, "no_identity")]
    assert result.rows == []


def test_a_region_reads_national_phones() -> None:
    result = read("email,phone", "a@example.com,030 1234567", "b@example.com,call me", phone_region="DE")
    assert [row.attributes["phone"] for row in result.rows] == ["+49301234567", "call me"]
    assert result.warnings == {"unreadable_phone": 1}


def test_the_first_error_of_a_row_is_reported() -> None:
    good = [f"{name}@example.com,7,2026-01-01" for name in "bcd"]
    result = read("email,Points,Birthday", "a@example.com,many,soon", "x,many,soon", *good)
    assert [(bad.number, bad.code) for bad in result.bad] == [(1, "invalid_value"), (2, "invalid_email")]
    assert result.bad[0].message.startswith("Points must be a number")
    assert [row.number for row in result.rows] == [3, 4, 5]


def test_bad_rows_are_sorted_by_number() -> None:
    plan = plan_of("email,city", [])
    split = BadRow(2, 3, "wrong_column_count", "the row has 1 cell", ["x"], None)
    rows = Rows([["a@example.com", "Berlin"], ["x", ""], ["", "Bonn"]], [1, 3, 4], [2, 4, 5], [split])
    assert [(bad.number, bad.line) for bad in RowReader(plan, STANDARD).read(rows).bad] == [
        (2, 3),
        (3, 4),
        (4, 5),
    ]


def test_an_empty_file_has_no_rows() -> None:
    assert RowReader(plan_of("email", []), STANDARD).read(rows_of([])) == Read([], [], Counter(), Counter())


def test_lines_of_an_address_are_joined() -> None:
    header = "email,Straße,Hausnummer,Adresszusatz,PLZ,Ort"
    found = read(
        header, "a@example.com,Hauptstr.,5a,Hinterhaus,10115,Berlin", "b@example.com,,,c/o Bob,1,Ulm"
    )
    assert [row.attributes["street"] for row in found.rows] == ["Hauptstr. 5a, Hinterhaus", "c/o Bob"]


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("", ()),
        ("VIP; fair 2026 ;vip", ("VIP", "fair 2026")),
        ('"VIP";"Gold"', ("VIP", "Gold")),
        ("* myContacts ::: Friends", ("Friends",)),
    ],
)
def test_a_cell_of_tags_is_split(cell: str, tags: tuple[str, ...]) -> None:
    assert read("email,tags", f"a@example.com,{cell}").rows[0].tags == tags


def test_tags_are_read_as_they_are_exported() -> None:
    row = ["a@example.com", '["New, and old","semi;colon"]']
    result = RowReader(plan_of("email,tags", []), STANDARD).read(rows_of([row]))
    assert result.rows[0].tags == ("New, and old", "semi;colon")


def test_tags_of_the_mapping_precede_those_of_the_row() -> None:
    mapping = define("fair", {"tags": ["fair"]})
    assert read("email,tags", "a@example.com,Fair;VIP", mapping=mapping).rows[0].tags == ("fair", "VIP")
    assert read("email", "a@example.com", mapping=mapping).rows[0].tags == ("fair",)


def test_a_row_with_an_invalid_tag_is_refused() -> None:
    assert refused("email,tags", "a@example.com,ok", f"b@example.com,{'x' * 101}") == [(2, "invalid_tag")]


@pytest.mark.parametrize(
    ("column", "cell", "state"),
    [
        ("Email Marketing Consent", "yes", "granted"),
        ("Accepts Email Marketing", "TRUE", "granted"),
        ("Opted in", "1", "granted"),
        ("Status", "subscribed", "granted"),
        ("Status", "Unsubscribed", "denied"),
        ("Status", "cleaned", "denied"),
        ("Newsletter", "nein", "denied"),
        ("Newsletter", "", None),
        ("Newsletter", "pending", None),
        ("Email Opt Out", "1", "denied"),
        ("Email Opt Out", "0", None),
        ("consent:email", "granted", "granted"),
        ("consent:email", "expired", None),
    ],
)
def test_consent_words_are_read(column: str, cell: str, state: str | None) -> None:
    (row,) = read(f"email,{column}", f"a@example.com,{cell}").rows
    assert row.consents == ({"email": {"state": state}} if state else {})


def test_a_cell_overrides_the_value_for_all_rows() -> None:
    mapping = define("fair", {"consents": NEWSLETTER})
    lines = ["a@example.com,yes", "b@example.com,", "c@example.com,no"]
    found = [row.consents for row in read("email,Newsletter", *lines, mapping=mapping).rows]
    assert found == [NEWSLETTER, NEWSLETTER, {"email": {"state": "denied"}}]


def test_an_unreadable_consent_is_reported_and_changes_nothing() -> None:
    columns = [{"column": "ok", "to": "consent", "name": "sms:offers"}]
    lines = [
        "a@example.com,perhaps",
        "b@example.com,perhaps",
        "c@example.com,yes",
        "d@example.com,call d@x.org",
    ]
    result = read("email,ok", *lines, mapping=define("x", {"columns": columns}))
    assert [row.consents for row in result.rows] == [{}, {}, {"sms:offers": {"state": "granted"}}, {}]
    assert (result.bad, result.warnings) == ([], {"unreadable_consent": 3})
    assert result.unread == {"ok: perhaps": 2, "ok: ...": 1}


def test_the_change_date_is_read_only_with_newer_precedence() -> None:
    newer = define("crm", {"conflict": "newer"})
    header, lines = "email,Last Modified Date", ("a@example.com,2026-11-21 12:00", "b@example.com,")
    assert [row.changed_at for row in read(header, *lines, mapping=newer).rows] == [1795262400000, None]
    assert refused(header, "a@example.com,soon", mapping=newer) == [(1, "invalid_value")]
    assert read(header, "a@example.com,soon").rows[0].attributes == {"email": "a@example.com"}


class TestEvents:
    HEADER = "user_id,event,time,revenue,zip,message_id"

    def read(self, *lines: str, header: str = HEADER, **fields: Any) -> Read:
        return read(header, *lines, mapping=define("shop", {"kind": "events", **fields}))

    def test_a_row_is_read_as_an_event(self) -> None:
        (row,) = self.read("u-1,Order Completed,1997-01-01,29.33,01067,m-1").rows
        assert (row.event, row.at, row.message_id) == ("Order Completed", 852076800000, "m-1")
        assert row.properties == {"revenue": 29.33, "zip": "01067"}
        assert row.identities == (Identity("user_id", "u-1"),)
        assert row.attributes == {}

    def test_the_mapping_can_name_the_event_of_all_rows(self) -> None:
        header = "email,date,total"
        rows = self.read("a@example.com,2026-01-02,", header=header, event_name="Order Completed").rows
        assert (rows[0].event, rows[0].properties) == ("Order Completed", {})
        assert rows[0].attributes == {}

    def test_events_without_a_name_or_a_time_are_refused(self) -> None:
        result = self.read(
            "u-1,,2026-01-02,1,2,", "u-1,Seen,,1,2,", "u-1,Seen,1969-12-31,1,2,", "u-1,Seen,x,1,2,"
        )
        assert [bad.code for bad in result.bad] == ["missing_event"] + ["invalid_time"] * 3


CELLS = st.tuples(
    st.sampled_from(["a@example.com", "B@Example.com", "", "x@", "ö@example.com", "c@example.com"]),
    st.sampled_from(["", "0", "u-1", "u-2"]),
    st.sampled_from(["", "+49 30 1234567", "030 1", "n/a"]),
    st.sampled_from(["Berlin", "Köln", "", " Ulm ", "a\x00b", "two\nlines"]),
    st.sampled_from(["1", "2.5", "1,234", "", "x"]),
    st.sampled_from(["2026-01-02", "01/02/2026", "31.12.2026", "", "x"]),
    st.sampled_from(["", "a;b", "VIP", "x" * 101]),
    st.sampled_from(["yes", "no", "", "perhaps"]),
).map(list)


@given(st.lists(CELLS, max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_rows_do_not_depend_on_how_the_file_is_split(cells: list[list[str]], cuts: list[int]) -> None:
    header = "email,user_id,phone,city,Points,Birthday,tags,Newsletter"
    plan = plan_of(header, [["a@example.com", "u", "", "Berlin", "1", "2026-01-02", "a", "yes"]])
    rows = rows_of(cells)
    whole = RowReader(plan, STANDARD).read(rows)
    reader = RowReader(plan, STANDARD)
    edges = [0, *sorted(min(cut, len(cells)) for cut in cuts), len(cells)]
    parts = [
        reader.read(Rows(rows.cells[a:b], rows.numbers[a:b], rows.lines[a:b], [])) for a, b in pairwise(edges)
    ]
    assert [row._replace(place=0) for part in parts for row in part.rows] == [
        row._replace(place=0) for row in whole.rows
    ]
    assert [bad for part in parts for bad in part.bad] == whole.bad
    assert sum((part.warnings for part in parts), Counter()) == whole.warnings
    assert sorted([row.number for row in whole.rows] + [bad.number for bad in whole.bad]) == rows.numbers


def test_more_rows_than_one_batch_are_read() -> None:
    lines = "".join(f"user{number}@example.com,Berlin\n" for number in range(1_000)).replace(
        "user700@", "user700"
    )
    rows = read_rows(lines.encode(), Dialect(), columns=2, first_line=2, first_row=1)
    result = RowReader(plan_of("email,city", []), STANDARD).read(rows)
    assert [bad.number for bad in result.bad] == [701]
    assert [rows.cells[row.place][0] for row in result.rows] == [
        row.identities[0].value for row in result.rows
    ]
