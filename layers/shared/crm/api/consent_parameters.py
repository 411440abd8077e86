"""Query parameters that name a consent."""

from crm.api.parameters import Parameter
from crm.domain.consent import NAME_RULE, name_of


def _name(text: str) -> str:
    name = name_of(text)
    if name is None:
        raise ValueError(NAME_RULE)
    return name


CHANNEL = Parameter(
    name="channel",
    keyword="channel",
    description="The channel that a one-click request to the link unsubscribes from.",
    schema={"type": "string", "default": "email"},
    parse=_name,
    default="email",
)
CONFIRMED_CHANNEL = Parameter(
    name="channel",
    keyword="channel",
    description="The channel whose consents are confirmed.",
    schema={"type": "string", "default": "email"},
    parse=_name,
    default="email",
)
CONFIRMED_PURPOSE = Parameter(
    name="purpose",
    keyword="purpose",
    description="The purpose that the confirmed consents must have; any by default.",
    schema={"type": "string"},
    parse=_name,
)
ACTION = Parameter(
    name="done",
    keyword="done",
    description="The result of the form's previous submission, which the page shows: `save` or `none`.",
    schema={"type": "string"},
    parse=str,
)
PURPOSE = Parameter(
    name="purpose",
    keyword="purpose",
    description="The purpose to unsubscribe from, if it is not marketing.",
    schema={"type": "string", "default": "marketing"},
    parse=_name,
)
