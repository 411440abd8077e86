"""The fields of a card: a canonical profile as lists show, filter and sort it (`crm.domain.card.card_of`)."""

from typing import Final, Literal, NotRequired, TypedDict, get_args

CardKind = Literal["recognised", "anonymous", "deleted"]

RECOGNISED: Final = "recognised"
ANONYMOUS: Final = "anonymous"
IN_TRASH: Final = "deleted"
"""Kind of a card whose profile was deleted by hand: no other list shows it."""

CardText = Literal["first_name", "last_name", "city", "region", "zip", "company", "name", "email", "phone"]
"""Fields of a card that are texts."""

CARD_TEXTS: tuple[CardText, ...] = get_args(CardText)

WHOLE: Literal["whole_texts"] = "whole_texts"
"""Key of the whole texts on a card that is filtered; other cards hold only the beginnings."""


class CardTexts(TypedDict, total=False):
    """The texts of a card; missing ones are left out."""

    first_name: str
    last_name: str
    city: str
    region: str
    zip: str
    company: str
    name: str
    email: str
    phone: str


class Card(CardTexts):
    """A card. Fields without a value are left out.

    `kind`: RECOGNISED, ANONYMOUS or IN_TRASH. `id`: the id under which the customer is shown, if
    it is not the profile's own. `tags`, `lists` and `kept_out` (segments) hold ids. `parts`: the classes of each part,
    if they differ. `conflicts`: the number of open conflicts. `consents`: by key, `[state]` or `[state, expires_at]`.
    `segments` and `candidates`: the groups of the builds that serve, and of those that are being prepared. Times are
    epoch ms; they are missing where the customer has not consented to processing and that is required. `hidden` and
    `whole_texts` are on cards that were read for display, and are not stored.
    """

    kind: CardKind
    id: NotRequired[str]
    tags: NotRequired[list[str]]
    classes: NotRequired[list[str]]
    parts: NotRequired[list[list[str]]]
    conflicts: NotRequired[int]
    lists: NotRequired[list[str]]
    kept_out: NotRequired[list[str]]
    responsible: NotRequired[str]
    consents: NotRequired[dict[str, list[str | int]]]
    created: NotRequired[int]
    last_seen: NotRequired[int]
    last_transaction: NotRequired[int]
    segments: NotRequired[list[str]]
    candidates: NotRequired[list[str]]
    hidden: NotRequired[str]
    whole_texts: NotRequired[CardTexts]
