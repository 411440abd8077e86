"""Create a virtual environment from locked requirements, and create it again only when they change.

Usage: python environment.py <directory> <requirements file>...
Runs before anything is installed: standard library only. Installs with uv, which takes a fraction of the time of pip,
and with pip where uv does not work.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

QUIET_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore")
DEV_LOCK = Path(__file__).parents[2] / "requirements-dev.txt"
UV = re.compile(r"^uv==.*\n(?:[ ].*\n)*", re.MULTILINE)
"""Matches the requirement of uv in a lock file: its version and hashes."""


def ensure(directory: Path, requirements: list[Path]) -> None:
    stamp = directory / "requirements.sha256"
    wanted = _fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Setting up {directory}. This takes about a minute and is done only once...")
    python = directory / "bin" / "python"
    # An existing directory may be in use: it is completed, not replaced.
    if not python.exists():
        _create(directory)
    _install(python, requirements)
    stamp.write_text(wanted)


def _create(directory: Path) -> None:
    try:
        venv.create(directory, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(directory, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"This Python {version} cannot create virtual environments. On Debian and Ubuntu, run: "
            f"apt-get install python{version}-venv"
        )


def _install(python: Path, requirements: list[Path]) -> None:
    # The lock files are complete; pip cannot follow extras among hashed requirements by itself.
    locked = ["--no-deps", "--require-hashes", *(f"--requirement={file}" for file in requirements)]
    if uv := shutil.which("uv") or _locked_uv(python):
        command = [uv, "pip", "install", "--quiet", "--python", str(python), *locked]
        if subprocess.run(command, env=os.environ | _index_of_pip(python), check=False).returncode == 0:
            return
        print("uv could not install the packages. Trying pip.")
    _ensure_pip(python)
    if subprocess.run([python, *QUIET_PIP, *locked], check=False).returncode:
        sys.exit(
            "The packages could not be installed; see the output above. Check the connection to the "
            "package index."
        )


def _locked_uv(python: Path) -> str | None:
    """Install the locked version of uv and return its path; None if there is none for this machine."""
    if (uv := python.with_name("uv")).exists():
        return str(uv)
    _ensure_pip(python)
    with TemporaryDirectory() as directory:
        requirement = Path(directory) / "requirements.txt"
        requirement.write_text("".join(UV.findall(DEV_LOCK.read_text())))
        command = [
            str(python),
            *QUIET_PIP,
            "--only-binary=:all:",
            "--no-deps",
            f"--requirement={requirement}",
        ]
        installed = subprocess.run(command, capture_output=True, check=False)
    return str(uv) if installed.returncode == 0 and uv.exists() else None


def _index_of_pip(python: Path) -> dict[str, str]:
    """Return the index that pip is configured with, as a variable for uv, which ignores the settings of pip."""
    if "UV_DEFAULT_INDEX" in os.environ:
        return {}
    command = [str(python), "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(command, capture_output=True, text=True, check=False)
    index = os.environ.get("PIP_INDEX_URL") or configured.stdout.strip()
    return {"UV_DEFAULT_INDEX": index} if index else {}


def _ensure_pip(python: Path) -> None:
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        subprocess.run([python, "-m", "ensurepip", "--default-pip"], check=True)


def _fingerprint(requirements: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in requirements:
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    ensure(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
