"""Categories that a deployment gives its own events: names in any spelling, in addition to `event_names`."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.domain.category import OF_EVENTS
from crm.domain.commands.definitions import CategorisedEvent
from crm.domain.errors import InvalidInputError
from crm.domain.etag import etag_of
from crm.domain.event_names import MAX_LENGTH_READ, Stems, spelling_keys

ID = "event_categories"
MAX_CATEGORISED_EVENTS = 500


@dataclass(frozen=True, slots=True)
class EventCategories:
    """The declared categories.

    `events`: category by name, as the names were given. `version` 0: none was ever declared.
    """

    events: dict[str, str]
    version: int = 0

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(ID, self.version)

    def by_key(self) -> dict[Stems, str]:
        """Return the categories in the form for `category_of`."""
        return {key: category for name, category in self.events.items() for key in spelling_keys(name)}


def valid_categorised_events(given: Iterable[CategorisedEvent]) -> dict[str, str]:
    """Validate the categories.

    Raises InvalidInputError for too many, a name without a word, or two names of one event.
    """
    events: dict[str, str] = {}
    seen: dict[Stems, int] = {}
    for place, entry in enumerate(given):
        name = entry["event"].strip()
        _check(place, name, entry["category"], seen)
        events[name] = entry["category"]
    if len(events) > MAX_CATEGORISED_EVENTS:
        raise InvalidInputError(
            f"events must have at most {MAX_CATEGORISED_EVENTS} entries", details={"field": "events"}
        )
    return events


def _check(place: int, name: str, category: str, seen: dict[Stems, int]) -> None:
    keys = spelling_keys(name)
    if not keys or len(name) > MAX_LENGTH_READ or not name.isprintable():
        text = (
            f"event must be the name of an event: 1 to {MAX_LENGTH_READ} printable characters, with "
            "at least one word"
        )
        raise InvalidInputError(text, details={"field": f"events[{place}].event"})
    if category not in OF_EVENTS:
        text = f"category must be one of {', '.join(OF_EVENTS)}"
        raise InvalidInputError(text, details={"field": f"events[{place}].category"})
    for key in keys:
        if seen.setdefault(key, place) != place:
            text = f"events[{place}] is the same event as events[{seen[key]}] in another spelling: remove one of them"
            raise InvalidInputError(text, details={"field": f"events[{place}].event"})
