"""Build the template and deploy it to the emulator, each only when something changed."""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import yaml
from botocore.exceptions import ClientError

from infra.local import gateway
from infra.local.layout import BUILD, LAYER, LOCAL, NAME, REGION, ROOT, Stack, StackError, tool

ARTIFACTS = "deployment-artifacts"
SOURCES = ("template.yaml", "infra/*.yaml", "infra/local/gateway.py", "layers/**/*", "functions/**/*")
IGNORED = {"__pycache__", ".dependencies", "node_modules"}
SETTLED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
REPEATED_REQUEST = "AlreadyExistsException"
"""The error of a change set that the AWS client requests again because a busy machine has not responded in time."""
NEVER_SETTLED = {"ROLLBACK_COMPLETE", "CREATE_FAILED", "CREATE_IN_PROGRESS"}
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
# The same on every machine, so that the profile ids of the sample are the same everywhere.
IDENTITY_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "customer-data-backend/local")


def build() -> str:
    """Run `sam build` if the sources are not those of the last build; returns their fingerprint.

    Of stacks that start at the same time, one builds, and the others wait for it.
    """
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build()


def _build() -> str:
    fingerprint = _fingerprint()
    stamp = BUILD / "fingerprint"
    if not (stamp.exists() and stamp.read_text() == fingerprint):
        print("Building the layer and the functions...")
        stamp.unlink(missing_ok=True)
        directories = [f"--build-dir={BUILD}", f"--cache-dir={LOCAL / 'build-cache'}", "--cached"]
        _sam("build", *directories, *_parameters(), environment=_build_environment())
        _link_layer()
        _leave_out_rates()
        stamp.write_text(fingerprint)
    return fingerprint


def _link_layer() -> None:
    """Deploy a pointer to the built layer instead of a copy.

    The emulator unpacks a layer again for every worker of every function, which is slow for thousands of files. Lambda
    and the emulator both read the .pth files of a layer; this one puts the built layer on the path.
    """
    packages = BUILD / "LinkedLayer" / "python" / "lib" / RUNTIME / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "layer.pth").write_text(f"import sys; sys.path.insert(0, {str(LAYER)!r})\n")
    template = BUILD / "template.yaml"
    text = template.read_text()
    template.write_text(text.replace("ContentUri: SharedLayer", "ContentUri: LinkedLayer"))


def _leave_out_rates() -> None:
    """Leave out the alarms that the emulator refuses: those on an expression over several metrics."""
    template = BUILD / "Alarms" / "template.yaml"
    document = yaml.safe_load(template.read_text())
    document["Resources"] = {
        name: found
        for name, found in document["Resources"].items()
        if "Metrics" not in found.get("Properties", {})
    }
    template.write_text(yaml.safe_dump(document, sort_keys=False))


def is_deployed(stack: Stack, fingerprint: str) -> bool:
    """Decide whether this build is deployed completely in the emulator."""
    stamp = stack.home / "deployed"
    return stamp.exists() and stamp.read_text() == fingerprint and _status(stack) in SETTLED


def deploy(stack: Stack, fingerprint: str) -> None:
    """Run `sam deploy`, and add what the emulator needs in addition."""
    print("Deploying to the emulator...")
    stamp = stack.home / "deployed"
    stamp.unlink(missing_ok=True)
    if _status(stack) in NEVER_SETTLED:
        stack.client("cloudformation").delete_stack(StackName=NAME)
    stack.client("s3").create_bucket(Bucket=ARTIFACTS)
    allowed = ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    silent = ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    source = [f"--template-file={BUILD / 'template.yaml'}", f"--stack-name={NAME}"]
    bucket = f"--s3-bucket={ARTIFACTS}"
    parameters = _parameters(PublicUrl=stack.api_url)
    command = [*source, bucket, *allowed, *silent, *parameters]
    try:
        _sam("deploy", *command, environment=stack.environment())
    except StackError as error:
        if REPEATED_REQUEST not in str(error):
            raise
        _sam("deploy", *command, environment=stack.environment())
    gateway.create_api(stack)
    stamp.write_text(fingerprint)


def outputs(stack: Stack) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    described = stack.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def _parameters(**more: str) -> list[str]:
    chosen = {
        "Runtime": RUNTIME,
        "Architecture": ARCHITECTURE,
        "IdentityNamespace": str(IDENTITY_NAMESPACE),
        "DemoPage": "on",
        "SenderName": "Sample shop",
        "WebhookTargets": "any",
        "HttpsOnly": "off",
        # Every visitor has the address 127.0.0.1 here.
        "FormVisitorRate": "6000",
        **more,
    }
    return ["--parameter-overrides", *(f'{name}="{value}"' for name, value in chosen.items())]


def _build_environment() -> dict[str, str]:
    target = {"RUNTIME": RUNTIME, "ARCHITECTURE": ARCHITECTURE, "LAYER_TARGET": "machine"}
    builder = {"PYTHON": sys.executable, "LAYER_CACHE": str(LOCAL / "layer-dependencies")}
    return os.environ | target | builder | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}


def _sam(command: str, *options: str, environment: dict[str, str]) -> None:
    log = LOCAL / f"sam-{command}.log"
    with log.open("w") as output:
        run = [tool("sam"), command, *options]
        result = subprocess.run(run, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False)
    if result.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise StackError(f"`sam {command}` failed. The full output is in {log}:\n{last}")


def _status(stack: Stack) -> str:
    try:
        described = stack.client("cloudformation").describe_stacks(StackName=NAME)
    except ClientError:
        return ""
    return str(described["Stacks"][0]["StackStatus"])


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.version}{ARCHITECTURE}".encode())
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and not IGNORED.intersection(path.parts):
                yield path
