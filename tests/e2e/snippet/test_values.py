"""Values of any kind: an invalid one affects at most its message, and each is sent as it was at the call."""

import json

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site, StubApi
from tests.e2e.snippet.recorded import names, sent, sent_with, snippet

CIRCLE = "(() => { const cart = {id: 'B-1'}; cart.self = cart; return cart })()"
THROWS = "Object.defineProperty({}, 'total', {enumerable: true, get() { throw Error('gone') }})"
FRAMEWORK_NODE = "Object.assign(document.createElement('p'), {__reactFiber$x: {stateNode: document.body}})"
PROXY = "(() => { const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); return proxy })()"
FRAME = "document.querySelector('iframe').contentWindow"
COUNTED = """<script>
    let characters = 0;
    const {stringify} = JSON, {setItem} = Storage.prototype;
    JSON.stringify = (...all) => {
        const text = stringify(...all);
        characters += text ? text.length : 0;
        return text;
    };
    Storage.prototype.setItem = function (key, text) {
        characters += text.length;
        return setItem.call(this, key, text);
    };
    window.charactersOf = (calls) => {
        const before = characters;
        for (let n = 0; n < calls; n++) crm.track('E' + n, {sku: 'B-1', products: [{price: 1}, {price: 2}]});
        return characters - before;
    };
</script>"""
"""Counts the characters that calls serialise and store synchronously."""


VALUES: list[tuple[str, object]] = [
    (CIRCLE, {"id": "B-1"}),
    ("1n", 1),
    ("2n ** 64n", "18446744073709551616"),
    ("window", None),
    (FRAME, None),
    ("document", None),
    (FRAMEWORK_NODE, None),
    ("new Event('click')", {"isTrusted": False}),
    (THROWS, {}),
    (PROXY, None),
    ("({toJSON() { throw Error('no') }})", None),
    ("({toJSON: () => 'B-1'})", "B-1"),
    ("[1, window, undefined, () => 1]", [1, None, None, None]),
    ("() => 1", None),
    ("Symbol('B-1')", None),
    ("NaN", None),
    ("new Date(0)", "1970-01-01T00:00:00.000Z"),
    ("new Date(NaN)", None),
    ("new String('B-1')", "B-1"),
    ("'B-1 \\ud83d'", "B-1 \ufffd"),
    ("'😀'", "😀"),
    ("'a' + String.fromCharCode(92) + 'ud83d'", "a\\ud83d"),
    ("({nodeType: 1, window: 2})", {"nodeType": 1, "window": 2}),
    ("Object.create(null, {sku: {value: 'B-1', enumerable: true}})", {"sku": "B-1"}),
    ("((one) => [one, one])({sku: 'B-1'})", [{"sku": "B-1"}, {"sku": "B-1"}]),
]
TOO_LARGE = [
    "{text: 'x'.repeat(40000)}",
    "{text: '😀'.repeat(9000)}",
    "{list: Array(1e9)}",
    "{list: Array.from({length: 1e5}, (_, n) => n)}",
]
DEEP = "(() => { let deep = {}; for (let n = 0; n < 1e5; n++) deep = {deep}; return deep })()"


def test_an_invalid_value_is_dropped_at_most_with_its_message(
    browser: Browser, shop: Site, stub: StubApi
) -> None:
    browser.goto(shop.page("/", '<iframe sandbox="allow-scripts" srcdoc="x"></iframe>', head=snippet(stub)))
    browser.wait_for("crm.track")
    for number, (value, _) in enumerate(VALUES):
        browser.evaluate(
            f"crm.track('E{number}', {{sku: 'B-1', value: {value}}}); crm.track('After {number}')"
        )
    _, *events = sent(stub, 1 + 2 * len(VALUES))
    assert names(events) == [f"{name}{n}" for n in range(len(VALUES)) for name in ("E", "After ")]
    for (value, stored), event in zip(VALUES, events[::2], strict=True):
        assert event["properties"]["sku"] == "B-1", value
        assert event["properties"].get("value") == stored, value
    assert browser.errors() == []


def test_an_invalid_argument_does_not_affect_later_calls(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate(f"""
        for (const bad of [window, document.body, 1n, {CIRCLE}, () => 1, [window], "text", {PROXY}]) {{
            crm.track("Bad", bad);
            crm.track(bad, {{}});
            crm.identify(bad, bad);
            crm.group(bad, bad);
            crm.page(bad, bad);
            crm.alias(bad, bad);
            crm.push(bad);
        }}
        crm.push(null, undefined, [], ["constructor"], ["toString"], ["track"]);
        crm.track("After");
    """)
    sent_with(stub, "After")
    assert browser.errors() == []


def test_a_message_over_32_kb_is_dropped_with_a_warning(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    for value in TOO_LARGE:
        browser.evaluate(f"crm.track('Too large', {value})")
    browser.evaluate(f"crm.track('Deep', {DEEP}); crm.track('After')")
    assert names(sent(stub, 3)) == ["page /", "Deep", "After"]
    assert len([text for text in browser.warnings() if "32 KB" in text]) == len(TOO_LARGE)


def test_dropped_values_are_logged_for_the_developer(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("crm.track('Bad', {here: document.body})")
    sent(stub, 2)
    assert [warning for warning in browser.warnings() if "crm:" in warning and "here" in warning]


def test_changes_after_a_call_are_not_sent(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/", head=snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("""
        const cart = {step: 1, products: [{sku: 'B-1'}]};
        crm.track('Checkout', cart);
        crm.identify('ada', cart);
        crm.group('acme', cart);
        crm.page('Cart', cart);
        cart.step = 2;
        cart.products.length = 0;
    """)
    _, checkout, ada, acme, cart = sent(stub, 5)
    for given in (checkout["properties"], ada["traits"], acme["traits"], cart["properties"]):
        assert (given["step"], given["products"]) == (1, [{"sku": "B-1"}])


def test_an_old_library_does_not_turn_lists_into_strings(browser: Browser, shop: Site, stub: StubApi) -> None:
    """Prototype 1.6 changes JSON in this way."""
    library = """<script>
        Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']'; };
        String.prototype.toJSON = function () { return '"' + this + '"'; };
        Date.prototype.toJSON = function () { return '"' + this.toISOString() + '"'; };
    </script>"""
    stub.next_answers = [(503, {})]
    browser.goto(shop.page("/", head=library + snippet(stub)))
    browser.wait_for("crm.track")
    browser.evaluate("crm.track('Viewed', {tags: ['a', 'b'], at: new Date(0), nested: {list: [[1]]}})")
    page, viewed = sent(stub, 2)
    assert page["type"] == "page"
    assert viewed["properties"] == {
        "tags": ["a", "b"],
        "at": "1970-01-01T00:00:00.000Z",
        "nested": {"list": [[1]]},
    }
    browser.goto(shop.page("/next", head=library + snippet(stub)))
    assert names(sent(stub, 3))[-1] == "page /next"


def test_the_cost_of_a_call_does_not_depend_on_the_queue(browser: Browser, shop: Site, stub: StubApi) -> None:
    """An earlier version serialised the whole queue in each call. Ten times the calls must be ten times the cost."""
    browser.goto(shop.page("/", head=COUNTED + snippet(stub)))
    browser.wait_for("crm.track")
    few, many = (browser.evaluate(f"charactersOf({calls})") for calls in (50, 500))
    assert 50 * len("E49") < few
    assert many < 15 * few
    # The queue keeps the newest of 550 calls, and a batch may be sent between two calls.
    assert names(sent_with(stub, "E499"))[-1] == "E499"


def test_an_invalid_stored_queue_is_ignored(browser: Browser, shop: Site, stub: StubApi) -> None:
    browser.goto(shop.page("/blank"))
    for number, text in enumerate(
        ["{", "null", '[null, 1, {}, [], {"type": 1}]', '"x"', json.dumps({"a": 1})]
    ):
        browser.evaluate(f"localStorage.setItem('crmjs_q_wk_test.{number}', {json.dumps(text)})")
    browser.evaluate("localStorage.setItem('crmjs', '[]')")
    browser.goto(shop.page("/", head=snippet(stub)))
    assert "page /" in names([m for m in sent(stub, 1) if m["type"] == "page"])
    assert browser.errors() == []
