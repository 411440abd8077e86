"""Consent to processing: where a deployment requires it, activities are collected but not shown without it."""

from collections.abc import Iterable

from crm.domain.card import merge_registers, values_of
from crm.domain.profile import ProfileState

PROCESSING = "processing"
"""The consent category that gates visibility."""


def may_be_shown(members: Iterable[ProfileState]) -> bool:
    """Whether this person's latest word on processing is a yes."""
    consents = values_of(merge_registers(member.consents for member in members))
    return bool(consents.get(PROCESSING, {}).get("state") == "granted")
