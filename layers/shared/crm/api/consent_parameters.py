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
    description="The channel that one click on the link leaves.",
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
    description="The purpose that the request must be for; any, if it is not given.",
    schema={"type": "string"},
    parse=_name,
)
ACTION = Parameter(
    name="done",
    keyword="done",
    description="What the page's form has done, which the page says: `save` or `none`.",
    schema={"type": "string"},
    parse=str,
)
PURPOSE = Parameter(
    name="purpose",
    keyword="purpose",
    description="The purpose that it leaves, where it is not marketing.",
    schema={"type": "string", "default": "marketing"},
    parse=_name,
)
