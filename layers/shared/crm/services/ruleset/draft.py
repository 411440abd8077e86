"""All definitions of segments and values as they are, or as a change will make them."""

from dataclasses import dataclass, field

from crm.domain.fold_rules import Declarations
from crm.domain.segments.definition import Segment
from crm.domain.segments.ruleset import Definitions
from crm.domain.segments.value_definition import ValueDefinition, written_out

ITEM_LAYOUT = 2
"""Layout of the items of profiles: if it is later than the head's, every profile is evaluated and saved again."""

Key = tuple[str, str]
"""Kind and id of a definition."""


@dataclass(slots=True)
class Draft:
    """Every definition as it is or will be, by id, and by kind and id.

    `version`: of the rule set that was read; `rules`: of the rules by which logs are folded. `declarations`: since
    when attributes are declared as they are. `evaluate_all`: the next scheduled run has everyone evaluated, as no
    definition of a segment or value has a job for it. `layout`: of the items at the last evaluation of everyone.
    """

    version: int
    zone: str
    segments: dict[str, Segment] = field(default_factory=dict)
    values: dict[Key, ValueDefinition] = field(default_factory=dict)
    rules: str = ""
    declarations: Declarations = field(default_factory=Declarations)
    evaluate_all: bool = False
    layout: int = ITEM_LAYOUT
    phone_region: str | None = None

    def definitions(self) -> Definitions:
        """Return the definitions that a rule set compiles."""
        values = [
            (value.kind, value.id, value.name, written_out(value, self.values))
            for value in self.values.values()
        ]
        return Definitions(list(self.segments.values()), values)
