"""Read profiles, their timelines and their numbers."""

from crm.api.queries import EventsQuery, NamedQuery, PageQuery, ProfileQuery, SearchQuery, TimelineQuery
from crm.domain.memberships import CLASS_GROUP, RESPONSIBLE_GROUP
from crm.domain.views.access import SourceEventsView
from crm.domain.views.consents import ConsentLedgerView
from crm.domain.views.profiles import (
    ClassesInUseView,
    ProfilePageView,
    ProfileView,
    ResponsiblesInUseView,
    SearchResultsView,
    StatsView,
    TimelineView,
)
from crm.http import Request, serve
from crm.services.consents import consent_changes
from crm.services.profiles import names_in_use, profile_list, reading, search, source_events, timelines


def list_profiles(request: Request) -> ProfilePageView:
    page, position = profile_list.list_profiles(
        request.filters, viewer=request.principal, now=request.now, **request.query(ProfileQuery)
    )
    return {**page, "next_cursor": request.next_cursor(position)}


def get_profile(request: Request) -> ProfileView:
    return reading.get_profile(request.path["id"], request.principal)


def list_activities(request: Request) -> TimelineView:
    page, position = timelines.timeline(
        request.path["id"], request.principal, now=request.now, **request.query(TimelineQuery)
    )
    return {**page, "next_cursor": request.next_cursor(position)}


def list_consents(request: Request) -> ConsentLedgerView:
    page, position = consent_changes.consent_ledger(
        request.path["id"], request.principal, now=request.now, **request.query(PageQuery)
    )
    return {**page, "next_cursor": request.next_cursor(position)}


def find_by_identity(request: Request) -> ProfileView:
    return reading.get_by_identity(request.path["type"], request.path["value"], request.principal)


def search_profiles(request: Request) -> SearchResultsView:
    return search.search(**request.query(SearchQuery), viewer=request.principal, now=request.now)


def list_classes(request: Request) -> ClassesInUseView:
    page, position = names_in_use.in_use(CLASS_GROUP, request.principal, **request.query(NamedQuery))
    return {"classes": page, "next_cursor": request.next_cursor(position)}


def list_responsibles(request: Request) -> ResponsiblesInUseView:
    page, position = names_in_use.in_use(RESPONSIBLE_GROUP, request.principal, **request.query(NamedQuery))
    return {"responsibles": page, "next_cursor": request.next_cursor(position)}


def list_source_events(request: Request) -> SourceEventsView:
    return source_events.newest_events(
        request.path["id"], viewer=request.principal, now=request.now, **request.query(EventsQuery)
    )


def get_stats(request: Request) -> StatsView:
    return reading.stats(request.principal)


handler = serve(
    "profiles",
    list_profiles,
    get_profile,
    list_activities,
    list_consents,
    find_by_identity,
    search_profiles,
    list_classes,
    list_responsibles,
    list_source_events,
    get_stats,
)
