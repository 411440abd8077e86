"""The technical environment of an activity: browser, system and device instead of a user agent string."""

from collections.abc import Callable
from typing import Any

from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.user_agent import is_bot, parse_user_agent

_TECHNICAL = frozenset({"userAgent", "userAgentData", "ip", "locale", "timezone", "os", "device", "screen"})

Environment = dict[str, str]


def split_environment(
    context: dict[str, Any], reception: Reception, rules: MessageRules
) -> tuple[dict[str, Any], Environment]:
    """Split a context into the rest and the technical environment of the client.

    Names of the environment: browser, browser_version, os, os_version, device, device_type, ip, locale, timezone,
    screen. Details without such a name (a device's token, a screen's density) stay in the context.
    """
    rest = {name: value for name, value in context.items() if name not in _TECHNICAL}
    user_agent = context.get("userAgent")
    if type(user_agent) is not str or not user_agent:
        user_agent = reception.user_agent
    environment = dict(parse_user_agent(user_agent)) if user_agent else {}
    for name, read in _READERS.items():
        part = context.get(name)
        if part:
            left = read(environment, part) if type(part) is dict else part
            if left:
                rest[name] = left
    for name in ("locale", "timezone"):
        _put(environment, name, context.get(name))
    if rules.store_ip:
        _put(environment, "ip", context.get("ip") or reception.ip)
    return rest, environment


def _read_hints(environment: Environment, hints: dict[str, Any]) -> None:
    # Browsers freeze the versions in their user agent; only their client hints are accurate.
    if _put(environment, "os", hints.get("platform")):
        environment.pop("os_version", None)
    _put(environment, "os_version", hints.get("platformVersion"))
    _put(environment, "device", hints.get("model"))
    if hints.get("mobile") is True and not is_bot(environment):
        environment["device_type"] = "mobile"


def _read_system(environment: Environment, system: dict[str, Any]) -> dict[str, Any]:
    rest = dict(system)
    if _put(environment, "os", rest.pop("name", None)):
        environment.pop("os_version", None)
    _put(environment, "os_version", rest.pop("version", None))
    return rest


def _read_device(environment: Environment, device: dict[str, Any]) -> dict[str, Any]:
    rest = dict(device)
    if _put(environment, "device", rest.get("model") or rest.get("name")):
        rest.pop("model", None)
    if str(rest.get("type", "")).lower() in {"ios", "android"} and not is_bot(environment):
        environment["device_type"] = "mobile"
    return rest


def _read_screen(environment: Environment, screen: dict[str, Any]) -> dict[str, Any]:
    rest = dict(screen)
    width, height = rest.pop("width", None), rest.pop("height", None)
    if type(width) in (int, float) and type(height) in (int, float):
        environment["screen"] = f"{width:.0f}x{height:.0f}"
        return rest
    return screen


_READERS: dict[str, Callable[[Environment, dict[str, Any]], dict[str, Any] | None]] = {
    "userAgentData": _read_hints,
    "os": _read_system,
    "device": _read_device,
    "screen": _read_screen,
}


def _put(environment: Environment, name: str, value: Any) -> bool:
    if value and type(value) is str and value != "Other":
        environment[name] = value
        return True
    return False
