"""Clusters of rows about the same people, independent of the chunks and ranges of a file."""

from hypothesis import given
from hypothesis import strategies as st

from crm.domain.imports.row_clusters import (
    INDEX_BYTES,
    MARK_BYTES,
    MAX_SHARING,
    RANGES,
    STRONGEST,
    Mark,
    RowClusters,
    identity_digest,
    marks_file,
    offset_of,
    pack_place,
    ranges_of,
    row_number,
    shared_identities,
)

KEY = b"key"
names = st.integers(0, 12).map(str)
rows = st.lists(st.lists(names, min_size=1, max_size=3, unique=True), max_size=25)


def marks_of(row: int, named: list[str]) -> list[Mark]:
    first, *others = (identity_digest(name, KEY) for name in named)
    place = pack_place(row, 7 * row)
    return [Mark(first, place, STRONGEST), *(Mark(other, place, first) for other in others)]


def groups_of(files: list[bytes], width: int) -> list[list[int]]:
    meetings = RowClusters()
    for start in range(0, RANGES, width):
        read = [
            file[(index := ranges_of(file[:INDEX_BYTES]))[start] : index[min(start + width, RANGES)]]
            for file in files
        ]
        for meeting in shared_identities(read):
            meetings.add(meeting.places)
    return [[row_number(place) for place in group] for group in meetings.groups()]


def connected_rows(stated: list[list[str]]) -> list[list[int]]:
    """Find clusters naively, row by row."""
    groups: list[tuple[set[str], list[int]]] = []
    for row, named in enumerate(stated, 1):
        met = [group for group in groups if group[0] & set(named)]
        groups = [group for group in groups if group not in met]
        groups.append(
            (set(named).union(*(n for n, _ in met)), sorted([row, *(r for _, there in met for r in there)]))
        )
    return sorted(there for _, there in groups if len(there) > 1)


@given(rows, st.integers(1, 25), st.sampled_from([1, 7, 64, RANGES]))
def test_connected_rows_are_one_cluster_across_chunks_and_ranges(
    stated: list[list[str]], chunk: int, width: int
) -> None:
    marks = [marks_of(row, named) for row, named in enumerate(stated, 1)]
    files = [
        marks_file(mark for row in marks[start : start + chunk] for mark in row)
        for start in range(0, len(marks), chunk)
    ]
    assert groups_of(files, width) == connected_rows(stated)


def test_a_place_packs_the_row_and_its_offset() -> None:
    place = pack_place(2**31 - 1, 2**32 - 1)
    assert (row_number(place), offset_of(place)) == (2**31 - 1, 2**32 - 1)


def test_the_index_of_a_marks_file_covers_the_whole_file() -> None:
    file = marks_file(marks_of(1, ["a", "b"]))
    assert len(file) == INDEX_BYTES + 2 * MARK_BYTES == ranges_of(file[:INDEX_BYTES])[-1]


def test_an_identity_in_too_many_rows_connects_only_rows_without_a_stronger_one() -> None:
    shared = identity_digest("switchboard", KEY)
    weak = [
        Mark(shared, pack_place(row, 0), identity_digest(f"person {row}", KEY))
        for row in range(MAX_SHARING + 1)
    ]
    strong = [Mark(shared, pack_place(row, 0), STRONGEST) for row in (100, 200)]
    (few,) = shared_identities([marks_file(weak[1:])[INDEX_BYTES:]])
    assert (len(few.places), few.unidentifying) == (MAX_SHARING, [])
    (many,) = shared_identities([marks_file([*weak, *strong])[INDEX_BYTES:]])
    assert [row_number(place) for place in many.places] == [100, 200]
    assert [row_number(place) for place in many.unidentifying] == list(range(MAX_SHARING + 1))


def test_many_rows_of_one_person_do_not_make_an_identity_shared() -> None:
    ana, phone = identity_digest("ana", KEY), identity_digest("phone", KEY)
    marks = [Mark(phone, pack_place(row, 0), ana) for row in range(100)]
    (meeting,) = shared_identities([marks_file(marks)[INDEX_BYTES:]])
    assert (len(meeting.places), meeting.unidentifying) == (100, [])


def test_a_row_without_matches_can_be_a_group_of_its_own() -> None:
    meetings = RowClusters()
    meetings.add([pack_place(5, 0)])
    meetings.add([pack_place(1, 0), pack_place(3, 0)])
    meetings.add([])
    assert [[row_number(place) for place in group] for group in meetings.groups()] == [[1, 3], [5]]
