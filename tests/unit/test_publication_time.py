"""The times of a profile's successive change events increase, whichever container saves it."""

from crm.domain.profile import ProfileState
from crm.domain.profile_versions import publication_time

NOW = 1_795_289_400_000


def test_changes_are_published_at_the_time_of_the_save() -> None:
    assert publication_time([ProfileState("a"), ProfileState("b", published_at=NOW - 1)], now=NOW) == NOW
    assert publication_time([], now=NOW) == NOW


def test_a_clock_that_is_behind_publishes_a_millisecond_after_the_latest_event() -> None:
    profiles = [ProfileState("a", published_at=NOW), ProfileState("b", published_at=NOW + 40)]
    assert publication_time(profiles, now=NOW) == NOW + 41
