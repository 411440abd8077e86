"""Reads templates of CloudFormation as data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


@cache
def read_template(path: str) -> dict[str, Any]:
    """A template of this repository, its functions (!Ref, !Sub...) in their long form. Not to be changed."""
    return parse_template((ROOT / path).read_text())


def parse_template(body: str | dict[str, Any]) -> dict[str, Any]:
    """A template as CloudFormation answers it: a text of YAML, or of JSON that boto3 has read already."""
    if isinstance(body, str):
        found: dict[str, Any] = yaml.load(body, Loader=_Template)  # noqa: S506 - it is a SafeLoader
        return found
    return body


class _Template(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions."""


def _long_form(loader: Any, name: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        said = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        said = loader.construct_sequence(node, deep=True)
    else:
        said = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(said, str):
        said = said.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": said}


_Template.add_multi_constructor("!", _long_form)
