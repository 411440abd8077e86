"""What a column could fill, and how sure we are of it."""

from dataclasses import dataclass

from crm.domain.imports.target import Target

SURE, BY_LABEL, BY_CONTEXT, BY_ALIAS, BY_CELLS, AS_OTHER_PHONE = 1.0, 0.95, 0.92, 0.9, 0.7, 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a column could fill, how sure we are of it (0 to 1), and why."""

    target: Target
    confidence: float
    why: str
