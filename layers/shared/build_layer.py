"""Assembles the shared layer: the locked dependencies, pruned and compiled, and `crm`.

Usage: python build_layer.py <artifacts directory>. Environment:
RUNTIME       the Lambda runtime to build for (default python3.13)
ARCHITECTURE  arm64 (default) or x86_64
LAYER_TARGET  lambda (default), or machine: wheels for the Python and the system that run this program
LAYER_PYTHON  the interpreter of the runtime's version that compiles; else one that is found on this machine
LAYER_CACHE   directory in which installed dependencies are kept from build to build (default .dependencies here)
"""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
# AWS services the functions speak to; botocore carries models of four hundred.
SERVICES = {"dynamodb", "dynamodbstreams", "events", "s3", "sqs", "sts"}
# What no function imports: half of the files. A cold start in the cloud, and every worker of the local stack,
# unpacks the whole layer.
UNUSED = (
    "bin",
    "boto3/examples",
    # What the command line of `cel` needs, which `crm.domain.expressions.engine` keeps from being imported.
    "cel/cli.py",
    "cel/__main__.py",
    "annotated_doc",
    "markdown_it",
    "mdurl",
    "prompt_toolkit",
    "pygments",
    "rich",
    "shellingham",
    "typer",
    "wcwidth",
    "dns",  # email-validator looks up domains only when asked to check deliverability
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/tzdata",
    "phonenumbers/shortdata/region_*",  # emergency and premium numbers
    "pydantic/v1",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "**/tests",
    "**/*.pyi",
)
QUIETLY = ("--quiet", "--disable-pip-version-check", "--root-user-action=ignore")
# Lambda's Python runs on Amazon Linux 2023, glibc 2.34.
LINUX_TAGS = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")


@dataclass(frozen=True, slots=True)
class Target:
    """What the layer is built for."""

    version: str  # "3.13"
    machine: str  # "aarch64" or "x86_64"
    is_this_machine: bool

    @classmethod
    def from_environment(cls) -> "Target":
        arm = os.environ.get("ARCHITECTURE", "arm64") == "arm64"
        return cls(
            version=os.environ.get("RUNTIME", "python3.13").removeprefix("python"),
            machine="aarch64" if arm else "x86_64",
            is_this_machine=os.environ.get("LAYER_TARGET") == "machine",
        )

    def pip_options(self) -> list[str]:
        if self.is_this_machine:
            return []
        platforms = [f"--platform={tag}_{self.machine}" for tag in LINUX_TAGS]
        return [*platforms, f"--python-version={self.version}", "--implementation=cp"]

    def python(self) -> str | None:
        """Find an interpreter of the target's version; None if this machine has none."""
        candidates = [os.environ.get("LAYER_PYTHON", ""), sys.executable, f"python{self.version}"]
        return next((found for found in candidates if _version_of(found) == self.version), None)


def build(artifacts: Path, target: Target) -> None:
    """Write `artifacts`/python, the layout Lambda puts on the path of a Python function."""
    python_dir = artifacts / "python"
    shutil.rmtree(python_dir, ignore_errors=True)
    shutil.copytree(_dependencies(target), python_dir)
    shutil.copytree(HERE / "crm", python_dir / "crm", ignore=shutil.ignore_patterns("__pycache__"))
    _compile(python_dir / "crm", artifacts, target)
    if target.python() is None:
        print(
            f"Python {target.version} is not installed: the layer is not compiled, so cold starts take twice as long."
        )


def _dependencies(target: Target) -> Path:
    """Install, prune and compile the dependencies, once per lock file and target."""
    inputs = [(HERE / "requirements.txt").read_bytes(), Path(__file__).read_bytes(), repr(target).encode()]
    inputs.append(b"" if target.python() is None else b"compiled")
    key = hashlib.sha256(b"\0".join(inputs)).hexdigest()[:16]
    cache = Path(os.environ.get("LAYER_CACHE") or HERE / ".dependencies")
    kept = cache / key
    if not kept.exists():
        shutil.rmtree(cache, ignore_errors=True)
        draft = cache / f"{key}.draft"
        _install(draft / "python", target)
        _prune(draft / "python")
        _compile(draft / "python", draft, target)
        (draft / "python").rename(kept)
    return kept


def _install(directory: Path, target: Target) -> None:
    options = ["--only-binary=:all:", "--require-hashes", "--no-deps", "--no-compile", *target.pip_options()]
    pip = [sys.executable, "-m", "pip", "install", *QUIETLY, *options]
    subprocess.run([*pip, f"--target={directory}", f"--requirement={HERE / 'requirements.txt'}"], check=True)


def _prune(directory: Path) -> None:
    for models in (directory / "botocore/data", directory / "boto3/data"):
        for entry in models.iterdir():
            # The files next to the services' directories (endpoints, partitions, retries) are read by every client.
            if entry.is_dir() and entry.name not in SERVICES:
                shutil.rmtree(entry)
    for unused in [path for pattern in UNUSED for path in directory.glob(pattern)]:
        if unused.is_dir():
            shutil.rmtree(unused)
        else:
            unused.unlink(missing_ok=True)


def _compile(directory: Path, root: Path, target: Target) -> None:
    """Compile ahead: it halves a cold start. Unchecked hashes survive the copy that changes the files' times."""
    python = target.python()
    if python is None:
        return
    options = ["-q", "--invalidation-mode=unchecked-hash", "-s", str(root), "-p", "/opt"]
    subprocess.run([python, "-m", "compileall", *options, str(directory)], check=True)


def _version_of(python: str) -> str:
    say_version = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", say_version], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip()


if __name__ == "__main__":
    build(Path(sys.argv[1]), Target.from_environment())
