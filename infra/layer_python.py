"""Find the Python that compiles the layer: the version that Lambda runs, on this machine or downloaded by uv."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.cloudformation import ROOT

FETCHED = ROOT / ".local" / "python"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
_FETCH_SECONDS = 180


def find(version: str) -> str | None:
    """Find an interpreter of a version like "3.13"; None if there is none and none can be downloaded."""
    if version == HERE:
        return sys.executable
    for candidate in (shutil.which(f"python{version}"), *_of_pyenv(version)):
        if candidate and version_of(candidate) == version:
            return candidate
    uv = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".venv" / "bin"))
    return _of_uv(uv, version) if uv else None


def version_of(python: str) -> str:
    """Return the version that an interpreter reports; empty if it does not run."""
    version = _output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return version or ""


def _of_pyenv(version: str) -> list[str]:
    """Return the versions that pyenv has installed: its `python3.13` on the path runs only if that version is
    selected.
    """
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [str(found) for found in sorted(root.glob(f"versions/{version}.*/bin/python"))]


def _of_uv(uv: str, version: str) -> str | None:
    found = _output([uv, "python", "find", "--managed-python", "--no-project", version])
    if found is None:
        print(f"Downloading Python {version} to compile the layer...", flush=True)
        _output([uv, "python", "install", "--quiet", "--no-bin", version])
        found = _output([uv, "python", "find", "--managed-python", "--no-project", version])
    return found if found and version_of(found) == version else None


def _output(command: list[str]) -> str | None:
    environment = os.environ | {"UV_PYTHON_INSTALL_DIR": str(FETCHED)}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=_FETCH_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def describe_version(version: str, python: str | None) -> str:
    """Describe for people how the layer is compiled."""
    if python:
        return f"The layer is compiled for Python {version} with {python}."
    return (
        f"The layer is NOT compiled: Python {version} is not installed and uv could not download "
        f"it. Cold starts take about twice as long. Install python{version}, or use the installed "
        f"version: make deploy RUNTIME=python{HERE}"
    )
