"""Query parameters by the keywords of the services, as typed dicts: what `Request.query` returns.

Each parameter has a value, its default if it was not sent. tests/unit/test_queries.py compares them with the
parameters that the routes declare.
"""

from typing import TypedDict

from crm.domain.commands.pages import CursorJson


class PageQuery(TypedDict):
    """The page of a list."""

    limit: int
    cursor: CursorJson | None


class ProfileQuery(PageQuery):
    """The page of the list of profiles, without its filters. `counts`: whether all profiles are counted."""

    kind: str | None
    sort: str
    counts: bool


class SearchQuery(TypedDict):
    """The searched text, and the maximum number of results."""

    text: str
    limit: int


class EventsQuery(TypedDict):
    """The maximum number of events."""

    limit: int


class TimelineQuery(PageQuery):
    """A part of a timeline. `start`, `end`: epoch milliseconds, inclusive."""

    category: str | None
    start: int | None
    end: int | None


class NamedQuery(PageQuery):
    """A page of tags or lists, by name or by count; `most`: each is counted up to it."""

    order: str
    most: int | None


class ArchivedQuery(TypedDict):
    """Whether archived definitions are included."""

    archived: bool


class HistoryQuery(TypedDict):
    """Days as `2026-11-21`, inclusive."""

    start: str | None
    end: str | None


class TaskQuery(PageQuery):
    """A page of tasks of one status and assignee."""

    status: str | None
    assignee: str | None


class JobQuery(PageQuery):
    """A page of jobs of one kind and state."""

    kind: str | None
    state: str | None


class StateQuery(PageQuery):
    """A page of imports or exports in one state."""

    state: str | None


class ConflictQuery(PageQuery):
    """A page of conflicts of one type of identity and reason."""

    type: str | None
    reason: str | None


class RejectedQuery(PageQuery):
    """A page of the input rejected on a day (UTC, `2026-11-21`), None is today; of one source, None is all."""

    day: str | None
    source: str | None


class MergeQuery(TypedDict):
    """Whether a merge is only previewed."""

    dry_run: bool


class IncludeQuery(TypedDict):
    """Parts of a person that only public sources joined: ids of profiles, or `all`."""

    include: tuple[str, ...]


class ExportQuery(IncludeQuery):
    """Whether a large export is answered with a redirect."""

    redirect: bool


class DeletionQuery(IncludeQuery):
    """Whether a person is erased, and with which parts."""

    erase: bool


class ConsentQuery(TypedDict):
    """The consent that a link is for."""

    channel: str
    purpose: str | None


class VisitQuery(TypedDict):
    """The last action of a visitor of the subscriptions page."""

    done: str | None


class EmbedQuery(TypedDict):
    """The format of a form to embed."""

    format: str
