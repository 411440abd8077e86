"""Traits of people and groups under their standard names (table: docs/tracking-api.md)."""

from typing import Any

STANDARD_NAMES = {
    "firstName": "first_name",
    "firstname": "first_name",
    "lastName": "last_name",
    "lastname": "last_name",
    "createdAt": "created_at",
    "postalCode": "zip",
    "postal_code": "zip",
    "zipCode": "zip",
    "state": "region",
    "companyName": "company",
    "companyId": "company_id",
    "jobTitle": "title",
}
"""Names of clients for a trait, and the profile's names. Any other name is kept as it was sent."""

_ADDRESS = {
    "city": "city",
    "country": "country",
    "postalCode": "zip",
    "postal_code": "zip",
    "zip": "zip",
    "state": "region",
    "region": "region",
    "street": "street",
}


def standard_traits(traits: dict[str, Any]) -> dict[str, Any]:
    """Rename traits to standard names, flattening an `address` and a `company` object. Null stays: it clears a trait.

    Where a message has a trait under several names, the standard name wins over its synonyms.
    """
    synonyms: dict[str, Any] = {}
    standard: dict[str, Any] = {}
    for name, value in traits.items():
        if name == "address" and isinstance(value, dict):
            synonyms |= _flat_address(value)
        elif name == "company" and isinstance(value, dict):
            synonyms |= _flat_company(value)
        elif name in STANDARD_NAMES:
            synonyms[STANDARD_NAMES[name]] = value
        else:
            standard[name] = value
    return synonyms | standard


def _flat_address(address: dict[str, Any]) -> dict[str, Any]:
    flat = {_ADDRESS[part]: value for part, value in address.items() if part in _ADDRESS}
    rest = {part: value for part, value in address.items() if part not in _ADDRESS}
    return flat | {"address": rest} if rest else flat


def _flat_company(company: dict[str, Any]) -> dict[str, Any]:
    return {"company" if part == "name" else f"company_{part}": value for part, value in company.items()}
