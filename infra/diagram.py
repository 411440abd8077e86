"""Draw the architecture from the template, as Mermaid, into docs/architecture.md.

`python infra/diagram.py` writes it, `--check` fails if the page shows a different one.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn from template.yaml: make diagram -->\n", "<!-- end of the drawing -->"

STORES = {"Table": "[(Table)]", "EventBus": "{{EventBus}}", "ImportBucket": "[(ImportBucket)]"}
READS = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem", "s3:GetObject")
WRITES = (
    "dynamodb:PutItem",
    "dynamodb:BatchWriteItem",
    "sqs:SendMessage",
    "events:PutEvents",
    "s3:PutObject",
)


def draw(template: dict[str, Any]) -> str:
    """Return the Mermaid text: which components call each other, and which read and write what."""
    resources: dict[str, Any] = template["Resources"]
    functions = {n: r["Properties"] for n, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    queues = [n for n, r in resources.items() if r["Type"] == "AWS::SQS::Queue"]
    lines = ["flowchart LR", "    Clients([browsers, apps, servers]) --> Api{HTTP API}"]
    lines += [f"    {name}{STORES[name]}" for name in STORES if name in resources]
    lines += [f"    {name}[/{name}/]" for name in queues]
    for name, properties in functions.items():
        lines.append(f"    {name}[{_verb_noun(properties)}]")
        edges = dict.fromkeys(_edges(name, properties))
        # A component that writes somewhere reads there as well.
        lines += [f"    {edge}" for edge in edges if _reversed(edge) not in edges]
    for name in queues:
        if redrive := resources[name]["Properties"].get("RedrivePolicy"):
            lines.append(f"    {name} -. on failure .-> {_resource_in(redrive['deadLetterTargetArn'])}")
    for authorizer in resources["Api"]["Properties"]["Auth"]["Authorizers"].values():
        lines.append(f"    Api -. authorizes by .-> {_resource_in(authorizer['FunctionArn'])}")
    return "\n".join(lines)


def _reversed(edge: str) -> str:
    """Return the write edge between the two ends of a read edge."""
    source, _, reader = edge.partition(" -.-> ")
    return f"{reader} --> {source}"


def _verb_noun(properties: dict[str, Any]) -> str:
    return Path(properties["CodeUri"]).name


def _edges(name: str, properties: dict[str, Any]) -> Iterator[str]:
    routes = [e["Properties"] for e in properties.get("Events", {}).values() if e["Type"] == "HttpApi"]
    if routes:
        paths = "<br>".join(f"{route['Method']} {route['Path']}" for route in routes if "Path" in route)
        yield f'Api -- "{paths}" --> {name}'
    for event in properties.get("Events", {}).values():
        yield from _source_edges(name, event)
    for policy in properties.get("Policies", []):
        for statement in policy["Statement"]:
            yield from _policy_edges(name, statement)


def _source_edges(name: str, event: dict[str, Any]) -> Iterator[str]:
    source = event["Properties"]
    if event["Type"] == "DynamoDB":
        yield f"{_resource_in(source['Stream'])} == stream ==> {name}"
    elif event["Type"] == "SQS":
        yield f"{_resource_in(source['Queue'])} --> {name}"
    if "DestinationConfig" in source:
        yield f"{name} -. on failure .-> {_resource_in(source['DestinationConfig']['OnFailure']['Destination'])}"


def _policy_edges(name: str, statement: dict[str, Any]) -> Iterator[str]:
    actions, target = statement["Action"], _resource_in(statement["Resource"])
    actions = [actions] if isinstance(actions, str) else actions
    if any(action in WRITES for action in actions):
        yield f"{name} --> {target}"
    elif any(action in READS for action in actions):
        yield f"{target} -.-> {name}"


def _resource_in(reference: Any) -> str:
    """Return the resource that a `Ref`, `GetAtt` or `Sub` refers to."""
    found = re.search(r'"(?:Ref|Fn::GetAtt|Fn::Sub)": \[?"(?:\$\{)?(\w+)', json.dumps(reference))
    if not found:
        raise ValueError(f"names no resource: {reference}")
    return found.group(1)


def main() -> int:
    """Write or check the drawing. Returns exit status 1 if `--check` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    template = cfn_yaml.load(str(TEMPLATE))
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    wanted = f"{before}{BEGIN}\n```mermaid\n{draw(template)}\n```\n\n{END}{after}"
    if check and wanted != page:
        print(f"{PAGE.name} is not up to date with template.yaml: run `make diagram`")
        return 1
    if not check:
        PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
