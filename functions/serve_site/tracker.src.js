/*
 * The browser snippet: page views, events, identities and marked forms, sent to the tracking API that serves it.
 *
 *   <script async src="https://api.example.com/tracker.js" data-write-key="wk_..."></script>
 *   <script>window.crm = window.crm || []; crm.push(["track", "Product Viewed", {sku: "A1"}]);</script>
 *
 * ES2017, no dependency. `build.mjs` makes tracker.js from it and holds it to its size. Described in docs/tracker.md.
 */
(function () {
  const script = document.currentScript || document.querySelector("script[data-write-key]");
  const options = script.dataset;
  const calledBefore = window.crm || [];
  // A page that includes the snippet twice would count everything twice.
  if (!options.writeKey || calledBefore.loaded) return;

  // The API may live below a path prefix; whatever precedes /tracker.js is its base.
  const host = (options.host || script.src).replace(/\/(tracker\.js.*)?$/, "");
  const cookieless = "cookieless" in options;
  const consentRequired = options.consent === "required";

  const STATE = "crmjs";
  const QUEUE = "crmjs_q_";
  const QUEUE_LIMIT = 100;
  const BATCH_LIMIT = 20;
  const BATCH_CHARACTERS = 1e5;
  // Browsers refuse bodies of requests that outlive their page above 64 KiB in all.
  const KEEPALIVE_BYTES = 6e4;
  const BATCH_DELAY = 500;
  const RETRY_DELAY = 1e3;
  const RETRY_DELAY_LIMIT = 6e4;
  const TITLE_DELAY = 99;

  const assign = Object.assign;
  const history = window.history;
  const on = (target, event, listener) => target.addEventListener(event, listener, true);

  // crypto.randomUUID exists only on https pages.
  const uuid = () =>
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
      (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16)
    );

  /* Storage: localStorage, or memory where it is blocked, full or unwanted. */

  // Reading localStorage or cookies throws where the browser or a sandbox blocks them.
  function attempt(action) {
    try {
      return action();
    } catch (error) {}
  }

  const memory = {};
  const storage = cookieless ? undefined : attempt(() => localStorage);

  function write(key, value) {
    delete memory[key];
    try {
      if (value) storage.setItem(key, JSON.stringify(value));
      else storage.removeItem(key);
    } catch (error) {
      memory[key] = value;
    }
  }

  const read = (key) => memory[key] || attempt(() => JSON.parse(storage.getItem(key)));

  const storedKeys = (prefix) => Object.keys(storage || {}).filter((key) => !key.indexOf(prefix));

  function writeCookie(value, seconds) {
    if (cookieless) return;
    attempt(() => {
      document.cookie =
        `${STATE}=${value};path=/;max-age=${seconds};samesite=lax` +
        (options.cookieDomain ? ";domain=" + options.cookieDomain : "") +
        (location.protocol === "https:" ? ";secure" : "");
    });
  }

  const readCookie = () => !cookieless && attempt(() => document.cookie.match(/(?:^|; )crmjs=([^;]+)/)[1]);

  /* Who: read anew for every message, because another tab may have changed it. */

  const state = () => read(STATE) || {};
  const change = (changes) => write(STATE, assign(state(), changes));

  function mayTrack() {
    const consent = state().consent;
    return consentRequired ? consent : consent !== false;
  }

  function anonymousId() {
    const known = state().anonymousId;
    const id = readCookie() || known || uuid();
    if (id !== known) change({ anonymousId: id });
    writeCookie(id, 31536e3);
    return id;
  }

  function forget() {
    writeCookie("", 0);
    write(STATE);
  }

  /* Queue: each tab keeps its own, in storage too. A tab takes over what earlier pages could not send; should their
     owner still live, both send it and the server drops the copy by its message id. */

  const ownQueue = QUEUE + uuid();
  const inFlight = new Set();
  let queue = [];
  let timer;
  let failures = 0;
  let notBefore = 0;

  const saveQueue = () => write(ownQueue, queue.length ? queue : undefined);

  function adoptQueues() {
    storedKeys(QUEUE).forEach((key) => {
      queue = (read(key) || []).concat(queue).slice(-QUEUE_LIMIT);
      write(key);
    });
    if (queue.length) enqueue();
  }

  function enqueue(...messages) {
    queue = queue.concat(messages).slice(-QUEUE_LIMIT);
    saveQueue();
    schedule();
  }

  function schedule() {
    timer = timer || setTimeout(flush, Math.max(BATCH_DELAY, notBefore - Date.now()));
  }

  function reschedule() {
    clearTimeout(timer);
    timer = 0;
    schedule();
  }

  function flush(leaving) {
    timer = 0;
    if (!mayTrack()) {
      queue = [];
      saveQueue();
    }
    // Without storage the last chance is now; otherwise the next page sends what must wait.
    if (leaving ? storage && Date.now() < notBefore : inFlight.size) return;
    let characters = 0;
    const batch = queue
      .filter((message) => !inFlight.has(message))
      .filter(
        (message, index) =>
          ((characters += JSON.stringify(message).length) < BATCH_CHARACTERS && index < BATCH_LIMIT) || !index
      );
    if (batch.length) {
      send(batch);
      if (leaving) flush(leaving);
    }
  }

  function send(batch) {
    // text/plain needs no CORS preflight, and the write key travels in the body for the same reason.
    const body = new Blob(
      [JSON.stringify({ writeKey: options.writeKey, batch, sentAt: new Date().toISOString() })],
      { type: "text/plain" }
    );
    batch.forEach((message) => inFlight.add(message));
    fetch(host + "/v1/batch", { method: "POST", body, keepalive: body.size < KEEPALIVE_BYTES })
      .then(
        (answer) => settle(batch, answer.status, answer.headers.get("retry-after")),
        () => settle(batch, 0)
      );
  }

  function settle(batch, status, retryAfter) {
    batch.forEach((message) => inFlight.delete(message));
    if (!status || status > 499 || status === 408 || status === 429) {
      const delay = Math.min(RETRY_DELAY_LIMIT, RETRY_DELAY * 2 ** failures++);
      notBefore = Date.now() + Math.max(delay * (1 + Math.random()) / 2, retryAfter * 1e3 || 0);
    } else {
      queue = queue.filter((message) => !batch.includes(message));
      failures = notBefore = 0;
      saveQueue();
    }
    // A timer set meanwhile knows nothing of the new delay.
    if (queue.length) reschedule();
  }

  /* Messages */

  let lastTime = 0;
  let referrer = document.referrer;
  let lastUrl;

  // Messages of the same millisecond keep their order, and a clock set back does not turn it round.
  const timestamp = () => new Date((lastTime = Math.max(Date.now(), lastTime + 1))).toISOString();

  const page = () => ({
    path: location.pathname,
    referrer,
    search: location.search,
    title: document.title,
    url: location.href,
  });

  function campaign() {
    const found = {};
    new URLSearchParams(location.search).forEach((value, key) => {
      if (!key.indexOf("utm_")) found[key === "utm_campaign" ? "name" : key.slice(4)] = value;
    });
    return Object.keys(found).length ? found : undefined;
  }

  const context = () => ({
    library: { name: "crm.js", version: "1.0.0" },
    page: page(),
    campaign: campaign(),
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    groupId: state().groupId,
    consent: state().consent ? { categoryPreferences: { processing: true } } : undefined,
  });

  function record(type, fields) {
    if (!mayTrack()) return;
    const message = assign(
      { type, messageId: uuid(), timestamp: timestamp(), anonymousId: anonymousId(), userId: state().userId },
      { context: context() },
      fields
    );
    enqueue(message);
    return message;
  }

  /* Pages */

  // An anchor is the same page; a hash that routes ("#/cart", "#!cart") is another one.
  const currentUrl = () => location.href.replace(/#(?![/!]).*/, "");

  function visit() {
    const url = currentUrl();
    if (url === lastUrl || options.pages === "manual" || document.prerendering || !mayTrack()) return;
    if (lastUrl) referrer = lastUrl;
    lastUrl = url;
    const message = record("page", { properties: page() });
    // Single-page applications set the title after the address: nothing may be sent before it is read again.
    reschedule();
    setTimeout(() => {
      if (url === currentUrl()) message.properties.title = message.context.page.title = document.title;
    }, TITLE_DELAY);
  }

  function watchNavigation() {
    ["pushState", "replaceState"].forEach((method) => {
      const original = history[method];
      history[method] = function () {
        original.apply(history, arguments);
        visit();
      };
    });
    on(window, "popstate", visit);
    on(document, "prerenderingchange", visit);
    // Coming back to a page that the browser kept alive is a visit.
    on(window, "pageshow", (event) => {
      sending = 0;
      if (event.persisted) {
        lastUrl = "";
        visit();
      }
    });
  }

  /* Forms */

  function valueOf(field) {
    if (field.type === "select-multiple") return Array.from(field.selectedOptions, (option) => option.value);
    return /^(checkbox|radio)$/.test(field.type) && !field.checked ? "" : field.value;
  }

  const add = (fields, name, value) => (fields[name] = name in fields ? [].concat(fields[name], value) : value);

  const isPrivate = (field) =>
    /^(password|hidden|file|submit|button|reset|image)$/.test(field.type) ||
    /^cc-|password|one-time/.test(field.autocomplete) ||
    field.closest("[data-track-ignore]");

  function onSubmit(event) {
    const form = event.target;
    const name = form.getAttribute("data-track-form");
    if (name === null || form.dataset.crmForm) return;
    const fields = {};
    const traits = {};
    Array.from(form.elements).forEach((field) => {
      const value = field.name && !field.disabled && !isPrivate(field) && valueOf(field);
      if (!value || !value.length) return;
      add(fields, field.name, value);
      const hint = field.type + " " + field.name;
      if (/^email| e-?mail$/i.test(hint)) traits.email = traits.email || value;
      else if (/^tel| (phone|tel|mobile)$/i.test(hint)) traits.phone = traits.phone || value;
    });
    record("track", { event: "Form Submitted", properties: { form: name, fields } });
    if (traits.email || traits.phone) record("identify", { traits });
  }

  /* Forms that the API defines: sent from here, they carry the visitor and are answered in place */

  let sending;

  function onFormSubmit(event) {
    const form = event.target;
    const id = form.dataset.crmForm;
    // The page's own checks come first: they may have stopped it.
    if (!id || event.defaultPrevented) return;
    event.preventDefault();
    if (sending === form) return;
    sending = form;
    const url = host + "/v1/forms/" + id;
    form.querySelectorAll(".crm-note").forEach((note) => note.remove());
    // It is there before its text is, so that the text is read out.
    const status = append(form, "output", "");
    const fields = {};
    new FormData(form).forEach((value, name) => add(fields, name, value));
    const who = { _submission_id: uuid() };
    if (mayTrack()) {
      who._anonymous_id = anonymousId();
      fields._context = context();
    }
    fetch(url, { method: "POST", body: JSON.stringify(assign(fields, who)) })
      .then((answer) => answer.json())
      .then(
        (answer) => tell(form, status, answer),
        () => {
          // Whatever keeps the answer from this script - a policy of the page, a blocker - lets a form through.
          Object.keys(who).forEach((name) => assign(append(form, "input"), { type: "hidden", name, value: who[name] }));
          assign(form, { action: url, method: "post" });
          // The form's own `submit` may be one of its buttons.
          document.createElement("form").submit.call(form);
        }
      );
  }

  const append = (parent, tag, textContent) =>
    parent.appendChild(assign(document.createElement(tag), { className: "crm-note", textContent }));

  function tell(form, status, answer) {
    if (answer.redirect) return (location.href = answer.redirect);
    sending = 0;
    if (answer.success) form.reset();
    status.textContent = answer.message;
    // From the last to the first, which has the focus then.
    Array.from(form.elements).reverse().forEach((field) => {
      field.removeAttribute("aria-invalid");
      ((answer.details || 0).errors || []).forEach((error) => {
        if (error.field !== field.name) return;
        field.setAttribute("aria-invalid", true);
        // In its label the message is read out with the field's name.
        append((field.labels || [])[0] || form, "span", " " + error.message);
        field.focus();
      });
    });
  }

  /* What the page can call */

  const api = {
    loaded: true,

    page: (name, properties) => record("page", { name, properties: assign(page(), properties) }),

    track: (event, properties) => record("track", { event, properties: properties || {} }),

    identify(userId, traits) {
      if (!mayTrack()) return;
      if (typeof userId === "object") {
        traits = userId;
        userId = undefined;
      }
      if (userId) {
        // Somebody else signs in on this browser: the visits to come are not those of the one before.
        if (state().userId && state().userId !== "" + userId) forgetVisitor();
        change({ userId: "" + userId });
      }
      record("identify", { traits: traits || {} });
    },

    group(groupId, traits) {
      if (!mayTrack()) return;
      change({ groupId });
      record("group", { groupId, traits: traits || {} });
    },

    alias: (userId, previousId) =>
      record("alias", { userId, previousId: previousId || state().userId || api.anonymousId() }),

    reset: forgetVisitor,

    consent(granted) {
      if (granted) {
        change({ consent: true });
        visit();
      } else {
        queue = [];
        lastUrl = "";
        storedKeys(STATE).forEach((key) => write(key));
        forget();
        // Where tracking needs no consent, the refusal itself must be remembered; it names nobody.
        if (!consentRequired) change({ consent: false });
      }
    },

    // The id to hand to a server that sends events of this visitor; none without consent.
    anonymousId: () => (mayTrack() ? anonymousId() : undefined),

    push: (...calls) => calls.forEach((call) => attempt(() => api[call[0]](...call.slice(1)))),
  };

  function forgetVisitor() {
    const consent = state().consent;
    forget();
    if (consent !== undefined) change({ consent });
  }

  /* Start */

  window.crm = api;
  adoptQueues();
  on(document, "submit", onSubmit);
  document.addEventListener("submit", onFormSubmit);
  on(window, "pagehide", () => flush(true));
  on(document, "visibilitychange", () => document.hidden && flush(true));
  watchNavigation();
  visit();
  api.push(...[].slice.call(calledBefore));
})();
