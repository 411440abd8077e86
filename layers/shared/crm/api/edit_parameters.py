"""Query parameters of the routes that change profiles."""

from crm.api.parameters import Parameter

_SWITCH = {"true": True, "false": False}


def _switch(text: str) -> bool:
    if text not in _SWITCH:
        raise ValueError("must be true or false")
    return _SWITCH[text]


ERASE = Parameter(
    name="erase",
    keyword="erase",
    description="Erase the person everywhere, permanently, by a job. This cannot be undone.",
    schema={"type": "boolean", "default": False},
    parse=_switch,
    default=False,
)
