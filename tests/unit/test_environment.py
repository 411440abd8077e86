"""Environments are installed with uv of the locked version, and with pip where uv does not work."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local import environment

Commands = list[list[str]]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that were run, which all succeed."""
    ran: Commands = []

    def run(command: list[Any], **_: Any) -> SimpleNamespace:
        ran.append([str(part) for part in command])
        return SimpleNamespace(returncode=0, stdout="https://mirror.example/simple\n")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    return ran


def test_the_lock_names_one_version_of_uv_with_its_hashes() -> None:
    (block,) = environment.UV.findall(environment.DEV_LOCK.read_text())
    lines = block.splitlines()
    assert lines[0].startswith("uv==")
    assert sum("--hash=sha256:" in line for line in lines) > 5
    assert all(line.startswith(" ") for line in lines[1:])


def test_packages_are_installed_with_the_uv_of_the_environment(commands: Commands, tmp_path: Path) -> None:
    python, uv = tmp_path / "python", tmp_path / "uv"
    uv.touch()
    environment._install(python, [Path("locked.txt")])
    command = commands[-1]
    assert command[:3] == [str(uv), "pip", "install"]
    assert command[-3:] == ["--no-deps", "--require-hashes", "--requirement=locked.txt"]


def test_packages_are_installed_with_pip_where_there_is_no_uv(commands: Commands, tmp_path: Path) -> None:
    environment._install(tmp_path / "python", [Path("locked.txt")])
    assert not any("uv" in Path(command[0]).name for command in commands)
    assert commands[-1][1:4] == ["-m", "pip", "install"]
    assert commands[-1][-3:] == ["--no-deps", "--require-hashes", "--requirement=locked.txt"]


def test_packages_are_installed_with_pip_where_uv_fails(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uv").touch()
    succeed = subprocess.run

    def run(command: list[Any], **options: Any) -> Any:
        result = succeed(command, **options)
        return SimpleNamespace(returncode=1) if str(command[0]).endswith("uv") else result

    monkeypatch.setattr(subprocess, "run", run)
    environment._install(tmp_path / "python", [Path("locked.txt")])
    assert Path(commands[-1][0]).name == "python"
    assert commands[-1][1:4] == ["-m", "pip", "install"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}),
        ({"PIP_INDEX_URL": "https://other.example"}, {"UV_DEFAULT_INDEX": "https://other.example"}),
        ({"UV_DEFAULT_INDEX": "https://chosen.example"}, {}),
    ],
)
def test_uv_uses_the_index_of_pip(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: dict[str, str]
) -> None:
    for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert environment._index_of_pip(Path("python")) == expected
