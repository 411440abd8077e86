"""Decide the parameters of a deployment: those of the existing stack, those given now, and the template's defaults."""

import re
import shlex
import sys
import uuid
from collections.abc import Mapping
from typing import Any

NAMESPACE = "IdentityNamespace"
BUILT_FOR = ("Runtime", "Architecture")
"""Parameters of the layer's build, which must match its deployment."""


def read_given(variables: Mapping[str, str], declared: Mapping[str, Any]) -> dict[str, str]:
    """Read the parameters in `PARAMETERS`, `RUNTIME` and `ARCHITECTURE`. Exits if the template does not accept one."""
    given: dict[str, str] = {}
    try:
        pairs = shlex.split(variables.get("PARAMETERS", ""))
    except ValueError as error:
        sys.exit(
            f"PARAMETERS cannot be parsed ({error}): quote values with spaces, such as "
            "SegmentTick='rate(5 minutes)'"
        )
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            sys.exit(
                f'{pair!r} is not a parameter: make deploy PARAMETERS="TimeZone=Europe/Berlin '
                'RetentionDays=365"'
            )
        given[name] = value
    for name in BUILT_FOR:
        if chosen := variables.get(name.upper()):
            given[name] = chosen
    for name, value in given.items():
        ensure_allowed(name, value, declared)
    return given


def ensure_allowed(name: str, value: str, declared: Mapping[str, Any]) -> None:
    """Exit if the template does not have a parameter, or does not allow its value."""
    if name not in declared:
        sys.exit(f"There is no parameter {name}: docs/deploy.md lists all parameters.")
    allowed = [str(each) for each in declared[name].get("AllowedValues", ())]
    if allowed and value not in allowed:
        sys.exit(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    pattern = declared[name].get("AllowedPattern", "")
    is_list = declared[name]["Type"] == "CommaDelimitedList"
    for each in value.split(",") if is_list else [value]:
        if pattern and not re.fullmatch(pattern, each.strip()):
            sys.exit(f"{name} cannot be {each!r}: {declared[name]['Description']}")


def decide(
    declared: Mapping[str, Any], stack: Mapping[str, str] | None, given: Mapping[str, str]
) -> dict[str, str]:
    """Return every parameter with its value. Exits if the identity namespace of a stack would change."""
    defaults = {name: str(found["Default"]) for name, found in declared.items() if "Default" in found}
    kept = {name: value for name, value in (stack or {}).items() if name in declared}
    chosen = defaults | kept | dict(given)
    if kept and chosen.get(NAMESPACE) != kept.get(NAMESPACE):
        sys.exit(f"{NAMESPACE} of a stack cannot be changed: it is {kept.get(NAMESPACE)}.")
    return {NAMESPACE: str(uuid.uuid4())} | chosen


def changes(
    declared: Mapping[str, Any], stack: Mapping[str, str] | None, chosen: Mapping[str, str]
) -> dict[str, str]:
    """Return the differences from the existing stack, or from the defaults if there is none."""
    defaults = {name: str(found.get("Default", "")) for name, found in declared.items()}
    before = defaults | dict(stack or {})
    return {name: value for name, value in chosen.items() if value != before.get(name)}
