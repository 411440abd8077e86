"""Segments as users of tags and lists, which cannot be deleted while a condition refers to them."""

from crm.domain.errors import ConflictError
from crm.domain.named import Named
from crm.domain.segments.definition import referred_to
from crm.storage import definitions

_SEGMENT = "segment"


def ensure_not_referenced(kind: str, named: Named) -> None:
    """Raise ConflictError naming the segments that refer to a tag or a list, if there are any."""
    using = [
        {"kind": _SEGMENT, "id": record["id"], "name": record["name"]}
        for record in definitions.find_all(_SEGMENT)
        if (kind, named.id) in referred_to(record["condition"]) and not record["archived"]
    ]
    if using:
        names = ", ".join(user["name"] for user in using)
        raise ConflictError(
            f"segments use this {kind}: {names}; change them first",
            code=f"{kind}_in_use",
            details={"used_by": using},
        )
