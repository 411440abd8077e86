"""The fields of a consent: as an activity changes it, and as a profile stores it."""

from typing import Final, NotRequired, TypedDict

CONSENT_NAME_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9 _-]{0,62}[A-Za-z0-9_-])?"
"""A channel, or a purpose."""

SINCE: Final = "since"


class ConsentEffect(TypedDict):
    """A consent that an activity sets. Times are ISO 8601.

    `state`: GRANTED, DENIED or PENDING of `crm.domain.consent`. `proof`: the wording that the person agreed to, or the
    evidence. `source`: where the person stated it, if not at the activity's own source. `since`: when it was given,
    in a row of a file; the row's own time decides which value holds.
    """

    state: str
    proof: NotRequired[str]
    source: NotRequired[str]
    expires_at: NotRequired[str]
    since: NotRequired[str]


class ProfileConsent(TypedDict):
    """A consent as a profile stores it. `at` and `expires_at` are ISO 8601; the proof stays in the log."""

    state: str
    at: str
    source: str
    proof: NotRequired[str]
    expires_at: NotRequired[str]
