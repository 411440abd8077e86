"""Files of the local stack with keys and customers are readable by their owner only."""

import json
import stat
from pathlib import Path

import pytest

from infra.local import bootstrap, layout, traffic
from infra.local.layout import Stack, private_directory, write_secret


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    made, known = tmp_path / "made.json", tmp_path / "known.json"
    known.write_text("what an earlier version wrote for everybody to read, and longer")
    known.chmod(0o644)
    for path in (made, known):
        write_secret(path, "{}")
        assert (path.read_text(), mode_of(path)) == ("{}", 0o600)


def test_an_open_directory_becomes_private(tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.mkdir(mode=0o755)
    for path in (known, tmp_path / "new" / "home"):
        private_directory(path)
        assert mode_of(path) == 0o700


def test_the_stack_file_is_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "LOCAL", tmp_path)
    monkeypatch.setattr(bootstrap, "STACK_FILE", tmp_path / "stack.json")
    monkeypatch.setattr(bootstrap, "outputs", lambda _: {"TableName": "t", "ImportBucket": "b"})
    monkeypatch.setattr(bootstrap, "_opens", lambda *_: False)
    monkeypatch.setattr(bootstrap, "_create_admin_key", lambda *_: "sk_secret")
    monkeypatch.setattr(bootstrap, "_call", lambda *_: {"write_key": "wk_key", "key": "sk_other"})
    monkeypatch.setattr(traffic, "send", lambda *_: None)
    stack = Stack(4599)
    private_directory(stack.home)
    assert bootstrap.bootstrap(stack)["api_key"] == "sk_secret"
    for path in (tmp_path / "stack.json", stack.home / "keys.json"):
        assert json.loads(path.read_text())["api_key"] == "sk_secret"
        assert mode_of(path) == 0o600
