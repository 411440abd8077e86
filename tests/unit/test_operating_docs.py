"""The instructions of docs/deploy.md and docs/runbook.md work: routes, commands, queues, parameters, log lines."""

import re
from typing import Any

import pytest

from crm.api.routes import ROUTES
from infra.cloudformation import ROOT, read_template
from infra.dashboard import names_of_functions
from infra.redrive import QUEUES

DEPLOY, RUNBOOK = ((ROOT / "docs" / page).read_text() for page in ("deploy.md", "runbook.md"))
BOTH = DEPLOY + RUNBOOK
TEMPLATE = read_template("template.yaml")
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = {name.partition("-")[2] for name in names_of_functions(RESOURCES).values()}
CALLS = sorted(set(re.findall(r"`(GET|POST|PATCH|DELETE) (/v1/[^`?]+)(?:\?([^`]+))?`", BOTH)))


@pytest.mark.parametrize(("method", "path", "query"), CALLS)
def test_every_request_on_the_pages_is_a_route_with_its_parameters(
    method: str, path: str, query: str
) -> None:
    shape = re.sub(r"\{\w+\}", "{}", path)
    found = [
        route
        for route in ROUTES
        if route.method == method and shape in {re.sub(r"\{\w+\+?\}", "{}", each) for each in route.paths}
    ]
    assert found, f"{method} {path}"
    named = {pair.partition("=")[0] for pair in query.split("&") if pair}
    assert named <= {parameter.name for parameter in found[0].query}


def test_every_command_is_a_target_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*):", makefile, re.MULTILINE))
    known = {target for line in targets for target in line.split()}
    asked = set(re.findall(r"(?:^|`)make ([a-z][a-z0-9-]+)", BOTH, re.MULTILINE))
    assert asked >= {"deploy", "redrive", "reproject", "undeploy"}
    assert asked <= known


def test_every_redriven_queue_exists() -> None:
    assert set(re.findall(r"make redrive QUEUE=(\w+)", BOTH)) <= set(QUEUES)


def test_the_runbook_lists_every_queue() -> None:
    queues = {name for name, found in RESOURCES.items() if found["Type"] == "AWS::SQS::Queue"}
    assert set(re.findall(r"^\| `(\w+)` \|", RUNBOOK, re.MULTILINE)) >= queues


def test_every_parameter_is_documented_with_its_default() -> None:
    table = DEPLOY.split("### Parameters")[1].split("\n### ")[0]
    shown: dict[str, str] = {}
    for names, defaults in re.findall(r"^\| ([A-Z][\w, ]+) \| ([^|]*)\|", table, re.MULTILINE):
        each = [default.strip(" `") for default in defaults.split(",")]
        shown |= dict(zip(names.split(", "), each * len(names.split(", ")), strict=False))
    chosen = {"IdentityNamespace", "Runtime", "Architecture"}
    for name, parameter in TEMPLATE["Parameters"].items():
        if name not in chosen:
            assert shown.pop(name) == str(parameter["Default"]), name
    assert not shown.keys() - chosen


def test_every_parameter_on_the_pages_exists() -> None:
    for pairs in re.findall(r'PARAMETERS="([^"]+)"', BOTH):
        for name in re.findall(r"(\w+)=", pairs):
            assert name in TEMPLATE["Parameters"]


def test_every_log_on_the_pages_is_of_a_function() -> None:
    named = set(re.findall(r"logs? of ((?:[a-z]+-)+[a-z]+)", BOTH)) | set(
        re.findall(r'function_name = "crm-([a-z-]+)"', BOTH)
    )
    assert named
    assert named <= FUNCTIONS
