"""The unmodified SDKs for browsers, and the code that points each of them at the API."""

import json
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from tests.e2e.browser import Browser
from tests.e2e.loopback import SDKS, Site
from tests.e2e.server_sdks import PAUSE
from tests.e2e.story import Story, Visitor, browser_calls


@dataclass(frozen=True)
class BrowserSdk:
    """An SDK for browsers.

    `head`: of every page, with the words API_URL, API_HOST, PROTOCOL and WRITE_KEY; it sends the page view and reports
    by `isReady`. `variable`: the object with the methods; `anonymous_id`: an expression. `bundled`: the package is not
    a script for pages. `wait`: the SDK neither keeps nor repeats pending requests when a page is left.
    """

    head: str
    anonymous_id: str
    variable: str = "sdk"
    without: frozenset[str] = frozenset({"screen"})
    bundled: bool = False
    wait: bool = False


def _like_segments(script: str, load: str) -> BrowserSdk:
    """Build an SDK that is based on Segment's."""
    head = f"""
        <script src="/sdk/{script}"></script>
        <script>
          sdk = {load};
          sdk.page();
          sdk.ready(() => {{ isReady = true }});
        </script>"""
    return BrowserSdk(head, "sdk.user().then((user) => user.anonymousId())")


_DITTOFEED = """
        <script>
          const { DittofeedSdk } = bundled;
          const anonymousId = localStorage.id ??= crypto.randomUUID();
          const ids = () => localStorage.user ? { userId: localStorage.user, anonymousId } : { anonymousId };
          const sent = (call) => (call, DittofeedSdk.flush());
          sdk = {
            page: (path) => sent(DittofeedSdk.page({ ...ids(), properties: { path } })),
            track: (event, properties) => sent(DittofeedSdk.track({ ...ids(), event, properties })),
            identify: (userId, traits) => {
              localStorage.user = userId;
              return sent(DittofeedSdk.identify({ ...ids(), traits }));
            },
          };
          DittofeedSdk.init({ writeKey: "Basic " + btoa("WRITE_KEY:"), host: "API_URL" })
            .then(() => sdk.page(location.pathname)).then(() => { isReady = true });
        </script>"""

BROWSER: dict[str, BrowserSdk] = {
    "snippet": BrowserSdk(
        '<script async src="API_URL/tracker.js" data-write-key="WRITE_KEY" onload="isReady = true"></script>',
        "crm.anonymousId()",
        variable="crm",
    ),
    "@segment/analytics-next": _like_segments(
        "@segment/analytics-next/dist/umd/index.js",
        'AnalyticsNext.AnalyticsBrowser.load({writeKey: "WRITE_KEY", cdnURL: "API_URL"})',
    ),
    "@rudderstack/analytics-js": BrowserSdk(
        """
        <script src="/sdk/@rudderstack/analytics-js/dist/npm/legacy/bundled/umd/index.js"></script>
        <script>
          sdk = new rudderanalytics.RudderAnalytics();
          sdk.load("WRITE_KEY", "ESCAPED_URL", {configUrl: "ESCAPED_URL"});
          sdk.page();
          sdk.ready(() => { isReady = true });
        </script>""",
        "sdk.getAnonymousId()",
    ),
    "@customerio/cdp-analytics-browser": _like_segments(
        "@customerio/cdp-analytics-browser/dist/umd/index.js",
        """AnalyticsNext.AnalyticsBrowser.load({writeKey: "WRITE_KEY", cdnSettings: {integrations: {
            "Customer.io Data Pipelines": {apiKey: "WRITE_KEY", apiHost: "API_HOST/v1", protocol: "PROTOCOL"}}}})""",
    ),
    "@ht-sdks/events-sdk-js-browser": _like_segments(
        "@ht-sdks/events-sdk-js-browser/dist/umd/index.js",
        'HtEvents.HtEventsBrowser.load({writeKey: "WRITE_KEY"}, {apiHost: "API_HOST", protocol: "PROTOCOL"})',
    ),
    "@jitsu/js": BrowserSdk(
        """
        <script>
          sdk = bundled.jitsuAnalytics({host: "API_URL", writeKey: "WRITE_KEY:-", cookieDomain: location.hostname});
          sdk.page().then(() => { isReady = true });
        </script>""",
        "sdk.user().anonymousId",
        without=frozenset({"screen", "alias"}),
        bundled=True,
        wait=True,
    ),
    "@dittofeed/sdk-web": BrowserSdk(
        _DITTOFEED,
        "localStorage.id",
        without=frozenset({"screen", "alias", "group"}),
        bundled=True,
        wait=True,
    ),
}


@cache
def _bundle(package: str) -> str:
    """Bundle the package as a script, as a site's build does: `bundled` has its exports."""
    bundle = subprocess.run(
        ["node_modules/.bin/esbuild", "--bundle", "--minify", "--global-name=bundled"],  # noqa: S607
        input=f'export * from "{package}"',
        cwd=SDKS.parent,
        capture_output=True,
        check=True,
        text=True,
    )
    return f"<script>{bundle.stdout}</script>"


def _head(name: str, api_url: str, write_key: str) -> str:
    address = urlsplit(api_url)
    words = {
        "API_URL": api_url,
        # RudderStack's SDK refuses an address with a dollar sign.
        "ESCAPED_URL": api_url.replace("$", "%24"),
        "API_HOST": address.netloc + address.path,
        "PROTOCOL": address.scheme,
        "WRITE_KEY": write_key,
    }
    head = BROWSER[name].head
    for word, meaning in words.items():
        head = head.replace(word, meaning)
    return _bundle(name) + head if BROWSER[name].bundled else head


def visit(name: str, browser: Browser, shop: Site, *, api_url: str, write_key: str) -> Story:
    """Send the story through three pages of a shop; the last one stays open."""
    sdk, head = BROWSER[name], _head(name, api_url, write_key)
    for path in ("/", "/shoes"):
        browser.goto(shop.page(path, head=head))
        browser.wait_for("window.isReady")
        time.sleep(PAUSE)
    story = Story(Visitor(), browser.evaluate(sdk.anonymous_id), sdk.without)
    for method, *arguments in browser_calls(story):
        call = f"{sdk.variable}.{method}(...{json.dumps(arguments)})"
        browser.evaluate(f"{call}.then(() => null)" if sdk.wait else f"void {call}")
        time.sleep(PAUSE)
    assert browser.evaluate(sdk.anonymous_id) == story.anonymous_id
    browser.goto(shop.page("/thanks", head=head))
    return story
