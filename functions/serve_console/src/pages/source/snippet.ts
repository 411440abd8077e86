import { API, type Model } from "#core";

/** What a page contains, as `docs/tracker.md` describes it. */
const forPages = (key: string): string => `<script>
  (function (name) {
    var crm = window[name];
    if (!crm || crm.nodeType) crm = window[name] = [];
    if (crm.track || !crm.push) return;
    "track page identify group alias reset consent anonymousId ready".split(" ").forEach(function (call) {
      crm[call] = function () {
        var given = [].slice.call(arguments);
        try { given = structuredClone(given); } catch (error) {}
        crm.push([call].concat(given));
      };
    });
  })("crm");
</script>
<script async src="${API}/tracker.js" data-write-key="${key}"></script>`;

const forServers = (key: string): string => `curl -X POST "${API}/v1/track" -u ${key}: \\
  -H "Content-Type: application/json" \\
  -d '{"userId": "42", "event": "Order Completed", "properties": {"total": 25, "currency": "EUR"}}'`;

/** What is pasted where the events come from. */
export const snippetOf = ({ kind, write_key }: Model["SourceDetails"]): string =>
  kind === "web" ? forPages(write_key) : forServers(write_key);
