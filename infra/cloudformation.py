"""Read CloudFormation templates as data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


@cache
def read_template(path: str) -> dict[str, Any]:
    """Read a template of this repository, with intrinsic functions (!Ref, !Sub...) in their long form. Do not modify
    the result.
    """
    return parse_template((ROOT / path).read_text())


def parse_template(body: str | dict[str, Any]) -> dict[str, Any]:
    """Parse a template as CloudFormation returns it: YAML text, or JSON that boto3 has parsed already."""
    if isinstance(body, str):
        found: dict[str, Any] = yaml.load(body, Loader=Template)  # noqa: S506 - it is a SafeLoader
        return found
    return body


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Template(_SafeLoader):  # type: ignore[misc]
    """A YAML loader for the short forms of intrinsic functions."""


def _long_form(loader: Any, name: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


Template.add_multi_constructor("!", _long_form)
