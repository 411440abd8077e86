"""Trim messages before they are stored: repetitions and empty values are dropped, everything else is kept."""

from typing import Any

from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.tracking.consent_management import with_preferences
from crm.domain.tracking.environment import split_environment
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.traits import standard_traits

_PAGE_FACTS = ("path", "referrer", "search", "title", "url")


def trim_properties(properties: dict[str, Any], message_type: str) -> dict[str, Any]:
    """Return the properties as sent; of a page without facts that are empty or part of its address."""
    return _trim_page(properties, {}) if message_type == "page" else properties


def _trim_page(page: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Drop page facts that are repeated elsewhere.

    Browsers send the query twice, as `search` and as the end of `url`, and empty facts as "" or null.
    """
    url, search = page.get("url"), page.get("search")
    repeated = type(url) is str and type(search) is str and url.partition("#")[0].endswith(search)
    return {
        name: value
        for name, value in page.items()
        if (value or name not in _PAGE_FACTS)
        and not (repeated and name == "search")
        and (name not in known or known[name] != value)
    }


def trim_context(
    context: dict[str, Any],
    properties: dict[str, Any],
    identities: tuple[Identity, ...],
    *,
    message_type: str,
    reception: Reception,
    rules: MessageRules,
) -> dict[str, Any]:
    """Return the part of the context to store, with the technical environment as `environment` and the library as
    `name@version`.
    """
    normalised = with_preferences(context) if "consentManagement" in context else context
    trimmed, environment = split_environment(normalised, reception, rules)
    page = trimmed.get("page")
    if type(page) is dict:
        trimmed["page"] = _trim_page(page, properties if message_type == "page" else {})
    if "traits" in trimmed:
        trimmed["traits"] = _trim_traits(trimmed["traits"], properties, identities, message_type)
    if "externalIds" in trimmed or "externalId" in trimmed:
        _trim_external_ids(trimmed, identities)
    if "library" in trimmed:
        trimmed["library"] = _library(trimmed["library"])
    kept = _without_empty(trimmed)
    if environment:
        kept["environment"] = environment
    return kept


def _trim_traits(
    traits: Any, properties: dict[str, Any], identities: tuple[Identity, ...], message_type: str
) -> Any:
    """Drop ids, and traits that are identities or attributes already."""
    if not isinstance(traits, dict):
        return traits
    if message_type == "identify" and properties:
        return {name: value for name, value in traits.items() if not _is_repeated(name, value, properties)}
    types = {identity.type for identity in identities}
    return {
        name: value
        for name, value in traits.items()
        if name not in types and name not in ("userId", "anonymousId")
    }


def _is_repeated(name: str, value: Any, attributes: dict[str, Any]) -> bool:
    standard = standard_traits({name: value})
    return all(
        each in attributes and encode(attributes[each]) == encode(one) for each, one in standard.items()
    )


def _trim_external_ids(context: dict[str, Any], identities: tuple[Identity, ...]) -> None:
    known = {(identity.type, identity.value) for identity in identities}
    for name in ("externalIds", "externalId"):
        entries = context.get(name)
        if isinstance(entries, list):
            context[name] = [entry for entry in entries if _external_id(entry) not in known]


def _external_id(entry: Any) -> tuple[str, str] | None:
    return (str(entry.get("type")), str(entry.get("id"))) if isinstance(entry, dict) else None


def _library(library: Any) -> Any:
    if not isinstance(library, dict) or type(library.get("name")) is not str:
        return library
    version = library.get("version")
    return f"{library['name']}@{version}" if version and type(version) is str else library["name"]


def _without_empty(part: dict[str, Any]) -> dict[str, Any]:
    """Drop null, "", [] and {} at any depth of objects; 0 and false are values."""
    kept = {}
    for name, value in part.items():
        if type(value) is dict:
            value = _without_empty(value)  # noqa: PLW2901
        if value or value == 0:
            kept[name] = value
    return kept
