"""Write infra/alarms.yaml and infra/dashboard.yaml from template.yaml: `make alarms`.

`python -m infra.watching --check` fails if a file is not up to date.
"""

import argparse
import sys
from typing import Any

import yaml

from infra.alarms import alarms
from infra.cloudformation import ROOT, read_template
from infra.dashboard import dashboard, names_of_functions

HEADING = "# Written by `make alarms` from template.yaml, infra/alarms.py and infra/dashboard.py.\n"


class _Plain(yaml.SafeDumper):
    """A YAML dumper without anchors, which CloudFormation does not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written() -> dict[str, str]:
    """Return the expected content of the files, by path."""
    template = read_template("template.yaml")
    resources = template["Resources"]
    table = read_template("infra/table.yaml")["Resources"]["Table"]["Properties"]
    indexes = [index["IndexName"] for index in table["GlobalSecondaryIndexes"]]
    queues = [name for name, found in resources.items() if found["Type"] == "AWS::SQS::Queue"]
    documents = {
        "infra/alarms.yaml": alarms(template, indexes),
        "infra/dashboard.yaml": dashboard(names_of_functions(resources), queues),
    }
    return {path: _as_yaml(document) for path, document in documents.items()}


def _as_yaml(document: dict[str, Any]) -> str:
    return HEADING + yaml.dump(document, Dumper=_Plain, sort_keys=False, width=120, default_flow_style=None)


def main() -> int:
    """Write or check the files. Returns exit status 1 if `--check` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = [path for path, text in written().items() if (ROOT / path).read_text() != text]
    for path in stale:
        if check:
            print(f"{path} is not what template.yaml says: make alarms")
        else:
            (ROOT / path).write_text(written()[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
