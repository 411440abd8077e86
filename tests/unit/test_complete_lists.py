"""Compare lists that must have the same entries, so that an addition to one fails until the others have it."""

from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from crm.api.models import definitions
from crm.api.models.segments import NewSegment
from crm.domain import attribute_operands, operators
from crm.domain.attribute import ATTRIBUTE_TYPES
from crm.domain.category import CATEGORIES
from crm.domain.conditions import date_operators, filter_names
from crm.domain.conditions.value_conditions import VALUE_KINDS
from crm.domain.consent import CHANNELS
from crm.domain.expressions.trial import _SAMPLES
from crm.domain.imports.aliases import NAMED_SECTIONS, alias_key, aliases
from crm.domain.job import JOB_KINDS
from crm.domain.operators import OPERATORS
from crm.services.consents import preference_centre
from crm.services.segments import condition_validation
from infra.cloudformation import read_template
from tests.model import naive_attributes, naive_segments, segment_conditions

ROOT = Path(__file__).parents[2]
DRAWN = Path(segment_conditions.__file__).read_text()

CONDITION_TYPES = set(NewSegment.model_json_schema()["$defs"]["Condition"]["discriminator"]["mapping"])
NESTING = {"and", "or", "not", "segment"}
COMPUTED = {"value"}
"""Types over values of other definitions, which the model does not have; tests/walk evaluates them."""

NAMES = {"name", "attribute", "tag", "list", "segment", *VALUE_KINDS}
"""Fields of conditions that hold the name of something defined."""

IN_TWO_LANGUAGES = {"attributes": {"kraj"}}
"""Names with different meanings in two languages: `kraj` is a country and a region."""

PAGES = [
    ("segments.md", CONDITION_TYPES),
    ("segments.md", OPERATORS),
    ("attributes.md", ATTRIBUTE_TYPES),
    ("consents.md", CHANNELS),
    ("categories.md", CATEGORIES),
    ("jobs.md", JOB_KINDS),
]


@pytest.mark.parametrize(("page", "words"), PAGES)
def test_the_docs_list_every_name(page: str, words: Any) -> None:
    text = (ROOT / "docs" / page).read_text()
    assert not [word for word in words if f"`{word}`" not in text and f'"{word}"' not in text]


def test_the_page_on_segments_has_the_tables_of_operators() -> None:
    page = (ROOT / "docs/segments.md").read_text()
    meanings = {name: f"{row.verb} {row.operand}".strip() for name, row in operators.OPERATOR_TABLE.items()}
    dates = {name: row.meaning for name, row in date_operators.DATE_OPERATOR_TABLE.items()}
    for table in (meanings, dates):
        assert "\n".join(f"| `{name}` | {meaning} |" for name, meaning in table.items()) in page


def test_the_page_on_lists_has_every_operator_of_filters() -> None:
    page = (ROOT / "docs/listing.md").read_text()
    texts = [f"`city.{name}=".replace(".=", "=") for name in filter_names.TEXT_OPERATORS]
    dates = [f"`created.{name}=" for name in filter_names.DATE_OPERATORS]
    assert not [name for name in (*texts, *dates) if name not in page]


def test_the_model_evaluates_every_condition_type() -> None:
    assert naive_segments._HOLDS.keys() >= CONDITION_TYPES - COMPUTED


def test_random_conditions_are_of_every_type() -> None:
    drawn = {form.partition(" ")[0] for form in segment_conditions.LEAVES}
    assert drawn | NESTING >= CONDITION_TYPES - COMPUTED


def test_a_condition_that_names_something_is_read() -> None:
    """Without a reader, a condition with the name of an attribute that does not exist would be accepted."""
    schemas = NewSegment.model_json_schema()["$defs"]
    models = schemas["Condition"]["discriminator"]["mapping"]
    naming = {
        type_ for type_, model in models.items() if NAMES & schemas[Path(model).name]["properties"].keys()
    }
    assert naming >= {"attribute", "tag", "list", "segment", "value", "date"}
    assert naming - condition_validation._READERS.keys() == set()


@pytest.mark.parametrize("operator", OPERATORS)
def test_random_conditions_have_every_operator(operator: str) -> None:
    assert f'"{operator}"' in DRAWN


@pytest.mark.parametrize("type_", ATTRIBUTE_TYPES)
def test_every_attribute_type_has_a_model_and_samples_for_expressions(type_: str) -> None:
    assert type_ in naive_attributes._READERS
    assert type_ in _SAMPLES


def test_every_operand_type_has_a_name_for_error_messages() -> None:
    assert attribute_operands._ARTICLES.keys() == attribute_operands._OF_TYPE.keys()


def test_every_attribute_type_can_be_sent() -> None:
    assert get_args(definitions.AttributeType) == ATTRIBUTE_TYPES


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_a_name_in_the_preference_centre(channel: str) -> None:
    assert preference_centre.label_of(channel) == CHANNELS[channel].title


@pytest.mark.parametrize("section", NAMED_SECTIONS)
def test_a_header_is_an_alias_of_one_target(section: str) -> None:
    meant = Counter(name for names in aliases()[section].values() for name in set(names))
    assert {name for name, times in meant.items() if times > 1} == IN_TWO_LANGUAGES.get(section, set())


@pytest.mark.parametrize("section", NAMED_SECTIONS)
def test_aliases_are_written_as_headers_are_looked_up(section: str) -> None:
    names = [name for found in aliases()[section].values() for name in found]
    assert names
    assert not [name for name in names if alias_key(name) != name]


def test_every_variable_that_the_template_sets_is_read() -> None:
    variables = read_template("template.yaml")["Globals"]["Function"]["Environment"]["Variables"]
    settings = (ROOT / "layers/shared/crm/settings.py").read_text()
    assert len(variables) > 30
    assert not [name for name in variables if f'read("{name}"' not in settings]
