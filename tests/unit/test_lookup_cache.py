"""The cache of lookups: its lifetime, its size, and cached misses."""

from crm.services.definitions.lookup_cache import LookupCache


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_result_is_cached_for_a_minute() -> None:
    clock, asked = Clock(), list[str]()
    recent: LookupCache[None] = LookupCache(clock=clock)
    for now in (0, 59.9, 60, 119):
        clock.now = now
        assert recent.get("key", asked.append) is None
    assert asked == ["key", "key"]


def test_the_cache_is_limited_in_size() -> None:
    asked = list[str]()
    recent: LookupCache[None] = LookupCache(size=2)
    for key in ("a", "b", "c", "b", "a"):
        recent.get(key, asked.append)
    assert asked == ["a", "b", "c", "a"]


def test_a_cleared_cache_reads_again() -> None:
    asked = list[str]()
    recent: LookupCache[None] = LookupCache()
    recent.get("key", asked.append)
    recent.clear()
    recent.get("key", asked.append)
    assert asked == ["key", "key"]


def test_unknown_keys_do_not_evict_known_keys() -> None:
    asked = list[str]()
    recent: LookupCache[str | None] = LookupCache(size=2)

    def look_up(key: str) -> str | None:
        asked.append(key)
        return None if key.startswith("junk") else key

    recent.get("key", look_up)
    for number in range(10):
        recent.get(f"junk-{number}", look_up)
    assert recent.get("key", look_up) == "key"
    assert asked.count("key") == 1
    assert recent.is_cached("junk-9")
    assert not recent.is_cached("junk-0")
