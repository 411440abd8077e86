"""A browser for the tests: the Python side of clients/browser.mjs."""

import json
import subprocess
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent


class BrowserError(AssertionError):
    """The browser failed to do an action; the message is the browser's."""


class Browser:
    def __init__(self, kind: str, executable: str) -> None:
        self.kind = kind
        self._process = subprocess.Popen(  # noqa: S603 - the developer's browser
            ["node", "clients/browser.mjs", kind, executable],  # noqa: S607 - whichever Node the developer uses
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=120)

    def _do(self, command: str, **parameters: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"command": command, **parameters}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the browser has ended"}')
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer["result"]

    def open(self, *, scripts: bool = True, beside: bool = False, locale: str = "en-GB") -> None:
        """Start with a new profile: no cookie, no storage. `beside`: keep the pages of the previous one open."""
        self._do("open", scripts=scripts, beside=beside, locale=locale)

    def close(self) -> None:
        """Close the profiles and their pages, but not the browser."""
        self._do("close")

    def goto(self, url: str) -> int | None:
        """Open an address, and return the HTTP status; None if only the hash changed."""
        status: int | None = self._do("goto", url=url)
        return status

    def back(self) -> None:
        self._do("back")

    def evaluate(self, script: str) -> Any:
        return self._do("evaluate", script=script)

    def wait_for(self, script: str) -> None:
        """Wait until the expression is true in the page, 60 s at most."""
        self._do("wait_for", script=script)

    def fill(self, selector: str, value: str) -> None:
        self._do("fill", selector=selector, value=value)

    def click(self, selector: str) -> None:
        self._do("click", selector=selector)

    def press(self, *keys: str) -> None:
        """Press keys in turn, at the focus: `press("Tab", "Space")`."""
        for key in keys:
            self._do("press", key=key)

    def text(self, selector: str) -> str:
        return str(self._do("text", selector=selector))

    def resize(self, width: int, height: int) -> None:
        self._do("resize", width=width, height=height)

    def prefer(self, scheme: str, *, motion: str = "no-preference") -> None:
        """Emulate a user who prefers `light` or `dark`, and perhaps `reduce` for motion."""
        self._do("prefer", scheme=scheme, motion=motion)

    def cookies(self) -> list[dict[str, Any]]:
        return list(self._do("cookies"))

    def errors(self) -> list[str]:
        """Return the uncaught exceptions and console errors of the page."""
        return list(self._do("errors"))

    def warnings(self) -> list[str]:
        """Return the warnings of the console."""
        return list(self._do("warnings"))

    def before_scripts(self, script: str) -> None:
        """Run an expression in each later page, before its own scripts."""
        self._do("before_scripts", script=script)

    def requests(self) -> list[str]:
        """Return the requests of pages since the last call: `GET http://...`."""
        return list(self._do("requests"))

    def downloads(self) -> list[dict[str, str]]:
        """Return the files that pages have saved, by `url` and `path`, after they are complete."""
        return list(self._do("downloads"))

    def forbidden_requests(self) -> list[str]:
        """Return the requests of pages with the response 403 since the last call."""
        return list(self._do("forbidden_requests"))

    def break_changes(self, pattern: str, *, status: int, body: Any) -> None:
        """Answer requests that are not GET and whose address has the pattern; the server does not see them."""
        self._do("break_changes", pattern=pattern, status=status, body=json.dumps(body))

    def intercept(
        self,
        pattern: str,
        *,
        status: int = 0,
        body: Any = None,
        headers: dict[str, str] | None = None,
        delay: int = 0,
    ) -> None:
        """Answer requests whose address has the pattern with the status, headers and body, or let them through after
        the delay in milliseconds.
        """
        text = json.dumps(body)
        self._do("intercept", pattern=pattern, status=status, body=text, headers=headers or {}, delay=delay)

    def hold(self, pattern: str) -> None:
        """Let requests whose address has the pattern wait until `release`."""
        self._do("hold", pattern=pattern)

    def release(self) -> None:
        """Let the waiting and all later requests continue."""
        self._do("release")

    def let_through(self) -> None:
        """End all interceptions."""
        self._do("let_through")

    def offline(self, offline: bool = True) -> None:
        self._do("offline", offline=offline)

    def freeze_clock(self) -> None:
        """Let the timers of later pages run only with `advance_clock`."""
        self._do("freeze_clock")

    def advance_clock(self, milliseconds: int) -> None:
        self._do("advance_clock", milliseconds=milliseconds)

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Save a picture of the whole page, or of the visible part."""
        self._do("screenshot", path=str(path), whole=whole)

    def close_page(self) -> None:
        self._do("close_page")
