export const health = {
  title: "Health",
  states: { ok: "No problems", degraded: "Something is stuck" },
  checked: "Checked",
  since: "since",
  unknown: "an unknown time",
  retry: "Retry stuck customers",
  retried: { one: "{n} customer is being retried.", other: "{n} customers are being retried." },
  profiles: "Customers",
  culprits: "Customers that are too large and hold these up",
  jobs: "Jobs",
  unlisted: { one: "{n} further failure is not listed.", other: "{n} further failures are not listed." },
  none: { title: "Nothing is stuck", text: "Events are projected, jobs end, and no message waits in a dead-letter queue. This page looks again by itself." },
};
