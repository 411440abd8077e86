"""The environment of a message: browser, system and device, from its context, client hints and the User-Agent."""

import pytest

from crm.domain.tracking.user_agent import parse_by_rules, parse_user_agent
from tests.support.message_context import read

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)
TABLET = (
    "Mozilla/5.0 (Linux; Android 14; SM-X810) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def test_the_technical_environment_is_read_from_the_context() -> None:
    context = {
        "userAgent": IPHONE,
        "locale": "pl-PL",
        "timezone": "Europe/Warsaw",
        "screen": {"width": 390, "height": 844, "density": 3},
        "device": {"manufacturer": "Apple", "model": "iPhone17,1", "token": "t"},
        "os": {"name": "iOS", "version": "18.6.2"},
        "ip": "198.51.100.4",
    }
    assert read(context, store_ip=True).context == {
        "screen": {"density": 3},
        "device": {"manufacturer": "Apple", "token": "t"},
        "environment": {
            "browser": "Mobile Safari",
            "browser_version": "18",
            "os": "iOS",
            "os_version": "18.6.2",
            "device": "iPhone17,1",
            "device_type": "mobile",
            "locale": "pl-PL",
            "timezone": "Europe/Warsaw",
            "screen": "390x844",
            "ip": "198.51.100.4",
        },
    }


def test_an_ip_address_is_kept_only_if_the_deployment_allows_it() -> None:
    assert read({"ip": "198.51.100.4"}).context == {}
    assert read({}, store_ip=True).context == {"environment": {"ip": "203.0.113.9"}}


def test_the_header_is_used_where_the_context_lacks_a_value() -> None:
    assert read({}, agent=BOT).context["environment"]["device_type"] == "bot"
    assert read({"userAgent": TABLET}, agent=BOT).context["environment"]["device_type"] == "tablet"


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
        "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 "
        "Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36 Chrome-Lighthouse",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
        "(compatible; Bytespider; spider-feedback@bytedance.com)",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "WhatsApp/2.23.20.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Twitterbot/1.0",
        "Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
        "Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
        "(compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
        "DuckDuckBot/1.0; (+http://duckduckgo.com/duckduckbot.html)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Google-InspectionTool/1.0",
        "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
        "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 PTST/250101",
        "Mozilla/5.0 (X11; Linux x86_64; Storebot-Google/1.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google Web Preview "
        "Analytics) Chrome/27.0.1453 Safari/537.36 (compatible; Google Web Preview)",
        "Mozilla/5.0 (compatible; DatadogSynthetics)",
        "Mozilla/5.0 (compatible; Something/1.0; +https://something.example/about)",
        "ChatGPT-User/2.0",
        "Claude-User/1.0",
        "anthropic-ai",
        "cohere-ai",
        "MistralAI-User/1.0",
        "GoogleOther",
        "Google-Extended",
        "Mediapartners-Google",
        "APIs-Google (+https://developers.google.com/webmasters/APIs-Google.html)",
        "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
        "facebookcatalog/1.0",
        "Iframely/1.3.1 (+https://iframely.com/docs/about)",
        "Embedly +support@embed.ly",
        "W3C_Validator/1.3 http://validator.w3.org/services",
        "HTTrack 3.0",
        "Site24x7",
        "NewRelicPinger/1.0 (1234)",
        "Checkly/1.0 (https://www.checklyhq.com)",
        "ELB-HealthChecker/2.0",
        "GoogleHC/1.0",
        "kube-probe/1.27",
        "Amazon-Route53-Health-Check-Service (ref 123)",
        "Blackbox Exporter/0.24.0",
        "Uptime-Kuma/1.23",
        "updown.io daemon 2.11",
        "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; AppInsights)",
        "Selenium/4.0 (python linux)",
        "Mozilla/5.0 (compatible; Puppeteer)",
        "Mozilla/5.0 zgrab/0.x",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 GTmetrix",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Site24x7",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Cypress/13.6.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Rigor/1.0.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Mobile Safari/537.36 (compatible; GoogleOther)",
        "Scrapy/2.11.0 (+https://scrapy.org)",
        "JavaCrawler/1.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Prerender (+https://github.com/prerender/prerender)",
    ],
)
def test_bots_are_marked(agent: str) -> None:
    assert read({}, agent=agent).context["environment"]["device_type"] == "bot"
    hints = {"userAgentData": {"mobile": True, "platform": "Android"}, "userAgent": agent}
    assert read(hints).context["environment"]["device_type"] == "bot"


@pytest.mark.parametrize(
    "agent",
    [
        IPHONE,
        TABLET,
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X18) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.36.109;FBBV/617]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 [Pinterest/iOS]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 [LinkedInApp]/9.29",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 Snapchat/12.60.0.36 (like Safari/8616.1.27.10.14, panda)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 WhatsApp/2.24.10",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.38.125 "
        "Chrome/124.0.6367.207 Electron/30.0.6 Safari/537.36 AppleSilicon Sonic Slack_SSB/4.38.125",
        "Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 "
        "Safari/605.1.15",
        "MyApp/3.2.1 CFNetwork/1494.0.7 Darwin/23.4.0",
        "Dart/3.2 (dart:io)",
        "Go-http-client/2.0",
        "Amazon CloudFront",
        "curl/8.5.0",
        "python-requests/2.31.0",
        "okhttp/4.12.0",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "got/9.6.0 (https://github.com/sindresorhus/got)",
        "Typhoeus - https://github.com/typhoeus/typhoeus",
        "PHP-Curl-Class/9.18.2 (+https://github.com/php-curl-class/php-curl-class) PHP/8.2 curl/7.81",
        "Drupal/10.2 (+https://www.drupal.org/) GuzzleHttp/7",
        "WordPress/6.5; https://shop.example.com",
        "WooCommerce/8.5 (WordPress/6.4)",
        "Python-urllib/3.11",
        "Java/17.0.1",
        "Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com; id: UAEmdDd)",
        "cdp-analytics-node/latest",
        "events-sdk-python/0.0.4",
    ],
)
def test_browsers_and_libraries_are_no_bots(agent: str) -> None:
    assert read({}, agent=agent).context.get("environment", {}).get("device_type") != "bot"


def test_client_hints_override_the_user_agent() -> None:
    hints = {
        "platform": "Windows",
        "platformVersion": "15.0.0",
        "mobile": True,
        "model": "Surface",
        "brands": [],
    }
    environment = read({"userAgentData": hints}, agent=TABLET).context["environment"]
    assert environment["os"] == "Windows"
    assert environment["os_version"] == "15.0.0"
    assert environment["device"] == "Surface"
    assert environment["device_type"] == "mobile"


def test_values_of_unexpected_types_are_kept() -> None:
    odd = {"userAgent": 5, "os": "Linux", "screen": {"width": "wide", "height": 2}, "device": [], "locale": 7}
    assert read(odd).context == {"os": "Linux", "screen": {"width": "wide", "height": 2}}


@pytest.mark.parametrize(
    "system", ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"]
)
@pytest.mark.parametrize(
    "browser",
    [
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    ],
)
def test_common_user_agents_are_parsed_as_by_the_rules(system: str, browser: str) -> None:
    agent = f"Mozilla/5.0 ({system}) {browser}"
    assert parse_user_agent(agent) == parse_by_rules(agent)


def test_safari_is_parsed_as_by_the_rules() -> None:
    agent = (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/26.0.1 Safari/605.1.15"
    )
    assert parse_user_agent(agent) == parse_by_rules(agent)
    assert parse_user_agent("?") == {}
