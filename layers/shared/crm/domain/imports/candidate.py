"""A candidate for the target of a column, with its confidence."""

from dataclasses import dataclass

from crm.domain.imports.target import Target

SURE, BY_LABEL, BY_CONTEXT, BY_ALIAS, BY_CELLS, AS_OTHER_PHONE = 1.0, 0.95, 0.92, 0.9, 0.7, 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible target of a column, its confidence (0 to 1), and the reason."""

    target: Target
    confidence: float
    why: str
