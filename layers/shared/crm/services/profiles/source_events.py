"""Read the newest events of a source: those that were accepted, and those that were rejected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from crm.domain.activity import Activity, is_system
from crm.domain.api_key import Principal
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import one_by_one
from crm.domain.timeline import TimelineEntry
from crm.domain.times import MINUTE_MS, date_of
from crm.domain.views.access import SourceEventsView
from crm.domain.views.tracking import RejectedView
from crm.services.access import sources
from crm.services.profiles import people, timelines
from crm.services.profiles.people import Person
from crm.services.profiles.profile_view import is_hidden
from crm.services.tracking import rejected_input
from crm.storage import arrivals
from crm.storage.activities import read_newest_first
from crm.storage.arrivals import Arrival

MAX_EVENTS_READ = 200
"""Activities of one log that a request reads when few of them are of the source."""


def newest_events(source_id: str, *, viewer: Principal, limit: int, now: int) -> SourceEventsView:
    """Return the newest events of a source, by time of receipt, and its newest rejected input of today.

    Events arrive a moment after they are accepted, when their customers are projected. Events of customers who have
    not consented to processing are left out if the deployment requires it, and rejected input is None for viewers
    who may not read it. Raises NotFoundError.
    """
    source = sources.get(source_id)
    places = list(islice(dict.fromkeys(arrivals.newest(source.id, now=now)), limit))
    shown = _shown({place.profile_id for place in places}, now)
    entries = [entry for entry in _entries(places, shown) if entry.activity.source_id == source.id]
    entries.sort(key=lambda entry: (entry.activity.received_at, entry.position), reverse=True)
    return {
        "events": timelines.activity_views(entries[:limit]),
        "customers": {id_: person.id for id_, person in shown.items()},
        "rejected": _rejected(source.id, viewer, limit, now),
    }


def _shown(profile_ids: Iterable[str], now: int) -> dict[str, Person]:
    found = people.find_many(sorted(profile_ids))
    return {id_: person for id_, person in found.items() if not is_hidden(person.members, now)}


def _entries(places: Sequence[Arrival], shown: Mapping[str, Person]) -> Iterator[TimelineEntry]:
    for id_, person in shown.items():
        member = next((member for member in person.members if member.id == id_), None)
        times = {place.original_at for place in places if place.profile_id == id_}
        for start, end in _spans(sorted(times)):
            log = islice(read_newest_first(id_, start, end + 1), MAX_EVENTS_READ)
            for activity in one_by_one(log):
                if member and activity.original_at in times and _is_shown(activity, member):
                    yield TimelineEntry(id_, activity)


def _is_shown(activity: Activity, member: ProfileState) -> bool:
    return not is_system(activity) and not member.is_erased(activity)


def _spans(times: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Group times that are less than a minute apart: the events of a visit are read together."""
    first = last = times[0]
    for time in times[1:]:
        if time - last > MINUTE_MS:
            yield first, last
            first = time
        last = time
    yield first, last


def _rejected(source_id: str, viewer: Principal, limit: int, now: int) -> list[RejectedView] | None:
    if not viewer.may("rejected:read"):
        return None
    return rejected_input.rejected_of_day(day=date_of(now), source=source_id, limit=limit)[0]
