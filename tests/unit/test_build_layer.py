"""The layer is built for its target, and built again after a change of its input."""

from pathlib import Path
from typing import Any

import pytest

import build_layer
from build_layer import Target


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the installed packages and compiled folders, without real packages."""
    done: list[str] = []

    def install(directory: Path, target: Target) -> None:
        directory.mkdir(parents=True)
        (directory / "package.py").write_text("")
        done.append(f"installed for {target.version} {target.machine}")

    def run(command: list[str], **_options: Any) -> None:
        done.append(f"compiled by {command[0]}")

    monkeypatch.setenv("LAYER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(build_layer, "_install", install)
    monkeypatch.setattr(build_layer, "_prune", lambda _directory: None)
    monkeypatch.setattr(build_layer, "_version_of", lambda python: python.removeprefix("python"))
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.delenv("LAYER_PYTHON", raising=False)
    return done


def has(monkeypatch: pytest.MonkeyPatch, *versions: str) -> None:
    """Let the machine have these versions of Python."""
    found = [f"python{version}" for version in versions]
    monkeypatch.setattr(
        build_layer, "_version_of", lambda python: python.removeprefix("python") if python in found else ""
    )


def build(tmp_path: Path, version: str = "3.13", machine: str = "aarch64") -> None:
    build_layer.build(tmp_path / "artifacts", Target(version, machine, is_this_machine=False))


def test_a_built_layer_is_reused(built: list[str], tmp_path: Path) -> None:
    build(tmp_path)
    build(tmp_path)
    assert [line for line in built if line.startswith("installed")] == ["installed for 3.13 aarch64"]


def test_another_target_is_built_separately(built: list[str], tmp_path: Path) -> None:
    build(tmp_path)
    build(tmp_path, version="3.12")
    build(tmp_path, version="3.12", machine="x86_64")
    assert [line for line in built if line.startswith("installed")] == [
        "installed for 3.13 aarch64",
        "installed for 3.12 aarch64",
        "installed for 3.12 x86_64",
    ]


def test_a_layer_that_was_not_compiled_is_rebuilt(
    built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has(monkeypatch)
    build(tmp_path)
    assert "not compiled" in capsys.readouterr().out
    assert built == ["installed for 3.13 aarch64"]
    has(monkeypatch, "3.13")
    build(tmp_path)
    assert built[1:] == ["installed for 3.13 aarch64", "compiled by python3.13", "compiled by python3.13"]


def test_layer_python_compiles_the_layer(
    built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYER_PYTHON", "/fetched/python")
    monkeypatch.setattr(
        build_layer, "_version_of", lambda python: "3.13" if python == "/fetched/python" else ""
    )
    build(tmp_path)
    assert built[1:] == ["compiled by /fetched/python"] * 2


def test_a_layer_python_of_another_version_does_not_compile(
    built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda ignores bytecode of another version."""
    monkeypatch.setenv("LAYER_PYTHON", "python3.11")
    has(monkeypatch, "3.11")
    build(tmp_path)
    assert built == ["installed for 3.13 aarch64"]


@pytest.mark.parametrize(
    ("architecture", "platform"), [("arm64", "manylinux_2_34_aarch64"), ("x86_64", "manylinux_2_34_x86_64")]
)
def test_wheels_are_those_of_the_lambda_platform(
    monkeypatch: pytest.MonkeyPatch, architecture: str, platform: str
) -> None:
    monkeypatch.setenv("RUNTIME", "python3.12")
    monkeypatch.setenv("ARCHITECTURE", architecture)
    monkeypatch.delenv("LAYER_TARGET", raising=False)
    options = Target.from_environment().pip_options()
    assert f"--platform={platform}" in options
    assert "--python-version=3.12" in options
