"""Browser, system and device of a user agent, by ua-parser; the commonest ones without loading it."""

import re
from collections.abc import Mapping
from functools import lru_cache

_MAX_LENGTH = 512  # no browser's is longer; the parser's time grows with the length
_WINDOWS = {"os": "Windows", "os_version": "10", "device_type": "desktop"}
_MAC = {"os": "Mac OS X", "os_version": "10.15", "device": "Mac", "device_type": "desktop"}
_LINUX = {"os": "Linux", "device_type": "desktop"}
_SYSTEMS = {
    "Windows NT 10.0; Win64; x64": _WINDOWS,
    "Macintosh; Intel Mac OS X 10_15_7": _MAC,
    "X11; Linux x86_64": _LINUX,
}
# Browsers have frozen all but their own version, so that these patterns read most of the web's traffic. Loading the
# rules of ua-parser takes longer than all the rest of a cold start.
_FROZEN = (
    (
        "Chrome",
        r"\(([^()]+)\) AppleWebKit/537\.36 \(KHTML, like Gecko\) Chrome/(\d+)\.0\.0\.0 Safari/537\.36",
    ),
    (
        "Edge",
        r"\(([^()]+)\) AppleWebKit/537\.36 \(KHTML, like Gecko\) Chrome/\d+\.0\.0\.0 Safari/537\.36 Edg/(\d+)\.0\.0\.0",
    ),
    (
        "Safari",
        r"\(([^()]+)\) AppleWebKit/605\.1\.15 \(KHTML, like Gecko\) Version/(\d+)[.\d]* Safari/605\.1\.15",
    ),
)
_BOT = re.compile(
    r"(?<!cu)bots?(?:\b|_)|crawl|spider|slurp|headless|phantomjs|lighthouse|inspectiontool|synthetic|prerender"
    r"|(?:uri|bing|web ?)preview|externalhit|archiver|^mozilla/.*https?://"
    r"|(?:chatgpt|claude|mistralai|perplexity)-user|claude-web|anthropic-ai|cohere-ai|google-?other"  # readers for AI
    r"|google-(?:extended|safety|site-verification|adstxt)|(?:mediapartners|apis|feedfetcher)-google|page ?speed"
    r"|facebookcatalog|iframely|embedly|outbrain|w3c_validator|httrack|zgrab|expanse, a palo alto"
    r"|uptime|uptimia|site24x7|gtmetrix|catchpoint|newrelicpinger|checkly|appinsights|zabbix|nagios|updown\.io"
    r"|elb-healthchecker|route53-health-check|googlehc|kube-probe|blackbox exporter|\brigor/"  # monitors
    r"|cypress/|playwright|puppeteer|selenium",  # browsers that programs drive
    re.IGNORECASE,
)
"""Matches user agents of programs that visit pages for no customer, and that ua-parser's list takes for browsers."""

_LIBRARY = re.compile(
    r"(?:Python-urllib|Java|WordPress|WooCommerce)/|Mozilla/5\.0 \(compatible; Google-Apps-Script"
)
"""Matches user agents with which servers send events, though ua-parser's list or an author's address marks them as
bots.
"""

BOT = "bot"

_PATTERNS = [(browser, re.compile(r"Mozilla/5\.0 " + pattern)) for browser, pattern in _FROZEN]


def is_bot(environment: Mapping[str, str]) -> bool:
    """Return whether this is the environment of a bot."""
    return environment.get("device_type") == BOT


def parse_user_agent(user_agent: str) -> dict[str, str]:
    """Return any of browser, browser_version, os, os_version, device, device_type.

    Do not change the result: it is cached.
    """
    return _parse(user_agent[:_MAX_LENGTH])


@lru_cache(maxsize=2048)
def _parse(user_agent: str) -> dict[str, str]:
    for browser, pattern in _PATTERNS:
        frozen = pattern.fullmatch(user_agent)
        if frozen and frozen[1] in _SYSTEMS:
            return {"browser": browser, "browser_version": frozen[2], **_SYSTEMS[frozen[1]]}
    return parse_by_rules(user_agent)


def parse_by_rules(user_agent: str) -> dict[str, str]:
    """Parse a user agent by ua-parser's rules alone."""
    from ua_parser import parse

    found = parse(user_agent)
    agent, system, device = found.user_agent, found.os, found.device
    facts = {
        "browser": agent and agent.family,
        "browser_version": agent and agent.major,
        "os": system and system.family,
        "os_version": system and _version(system.major, system.minor),
        "device": device and device.family,
        "device_type": _device_type(user_agent, device.family if device else None, agent or system),
    }
    return {name: str(fact) for name, fact in facts.items() if fact and fact != "Other"}


def _version(major: str | None, minor: str | None) -> str | None:
    return f"{major}.{minor}" if major and minor else major


def _device_type(user_agent: str, device: str | None, client: object) -> str | None:
    if not _LIBRARY.match(user_agent) and (device == "Spider" or _BOT.search(user_agent)):
        return BOT
    if client is None:
        return None
    if "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        return "tablet"
    return "mobile" if "Mobi" in user_agent else "desktop"
