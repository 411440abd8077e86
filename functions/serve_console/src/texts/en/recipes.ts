/** The recipes of docs/segments.md; a test holds both to each other. */
export const recipes: { title: string; text: string; condition: unknown }[] = [
  {
    title: "Win back",
    text: "Bought in the last year, but not in the last 90 days.",
    condition: {"type": "stopped", "event": "Order Completed", "quiet_days": 90, "active_days": 365},
  },
  {
    title: "Abandoned cart",
    text: "Added something to the cart 1 to 24 hours ago and has not ordered since.",
    condition: {"type": "sequence", "first": {"event": "Product Added"}, "then_not": {"event": "Order Completed"}, "window": {"hours_ago": [1, 24]}},
  },
  {
    title: "Browsed and left",
    text: "Viewed products three times or more within a week, without an order.",
    condition: {"type": "and", "conditions": [{"type": "event", "event": "Product Viewed", "value": 3, "window": {"within_days": 7}}, {"type": "never", "event": "Order Completed", "window": {"within_days": 7}}]},
  },
  {
    title: "First order this month",
    text: "For a welcome message or a review request.",
    condition: {"type": "first_time", "event": "Order Completed", "window": {"this": "month"}},
  },
  {
    title: "No second purchase",
    text: "Exactly one order ever, 30 to 60 days ago.",
    condition: {"type": "and", "conditions": [{"type": "event", "event": "Order Completed", "operator": "equals", "value": 1}, {"type": "event", "event": "Order Completed", "window": {"days_ago": [30, 60]}}]},
  },
  {
    title: "Best customers",
    text: "The top 10 percent by revenue, ranked every night. revenue is an aggregate.",
    condition: {"type": "top", "percent": 10, "aggregate": "revenue"},
  },
  {
    title: "RFM: champions",
    text: "Bought within 30 days, three times or more in a year, for 300 or more in total.",
    condition: {"type": "and", "conditions": [{"type": "event", "event": "Order Completed", "window": {"within_days": 30}}, {"type": "event", "event": "Order Completed", "value": 3, "window": {"within_days": 365}}, {"type": "event", "event": "Order Completed", "function": "sum", "property": "revenue", "value": 300, "window": {"within_days": 365}}]},
  },
  {
    title: "RFM: at risk",
    text: "Three orders or more in a year, none in the last 90 days.",
    condition: {"type": "and", "conditions": [{"type": "event", "event": "Order Completed", "value": 3, "window": {"within_days": 365}}, {"type": "never", "event": "Order Completed", "window": {"within_days": 90}}]},
  },
  {
    title: "Birthday within a week",
    text: "Today and the next six days; {\"operator\": \"this\", \"value\": \"month\"} is a birthday this month.",
    condition: {"type": "date", "attribute": "birthday", "yearly": true, "operator": "less_than_days_ahead", "value": 7},
  },
  {
    title: "Subscribed, never bought",
    text: "",
    condition: {"type": "and", "conditions": [{"type": "consent", "channel": "email", "state": "granted"}, {"type": "never", "event": "Order Completed"}]},
  },
  {
    title: "Unsubscribed lately",
    text: "Withdrew the consent to e-mail within 30 days.",
    condition: {"type": "consent", "channel": "email", "state": "denied", "window": {"within_days": 30}},
  },
  {
    title: "Sunset",
    text: "Subscribed, known for more than 180 days, and opened no e-mail in that time.",
    condition: {"type": "and", "conditions": [{"type": "consent", "channel": "email", "state": "granted"}, {"type": "date", "field": "created", "operator": "more_than_days_ago", "value": 180}, {"type": "never", "event": "Email Opened", "window": {"within_days": 180}}]},
  },
  {
    title: "Exclusion list",
    text: "Subscribed, but neither in another segment nor tagged.",
    condition: {"type": "and", "conditions": [{"type": "consent", "channel": "email", "state": "granted"}, {"type": "not", "condition": {"type": "or", "conditions": [{"type": "segment", "segment": "win-back"}, {"type": "tag", "tag": "do not contact"}]}}]},
  },
  {
    title: "Bought one product for more than so much",
    text: "Shoes for 100 or more: category and price of the same product.",
    condition: {"type": "event", "event": "Order Completed", "where": [{"type": "entry", "property": "products", "where": [{"property": "category", "operator": "equals", "value": "shoes"}, {"property": "price", "operator": "at_least", "value": 100}]}]},
  },
  {
    title: "Only with a coupon",
    text: "Two orders or more with a coupon, and none without.",
    condition: {"type": "and", "conditions": [{"type": "event", "event": "Order Completed", "value": 2, "where": [{"property": "coupon", "operator": "not_empty"}]}, {"type": "never", "event": "Order Completed", "where": [{"property": "coupon", "operator": "empty"}]}]},
  },
  {
    title: "Broad taste",
    text: "Bought from three categories or more within a year.",
    condition: {"type": "event", "event": "Order Completed", "function": "distinct_values", "property": "products.category", "value": 3, "window": {"within_days": 365}},
  },
  {
    title: "Half of the subscribers",
    text: "A test group that stays the same; \"from\": 50 is the other half.",
    condition: {"type": "and", "conditions": [{"type": "consent", "channel": "email", "state": "granted"}, {"type": "random_share", "percent": 50, "seed": "subject line"}]},
  },
  {
    title: "New leads without an owner",
    text: "Known by e-mail or user id for less than a week, without a responsible user.",
    condition: {"type": "and", "conditions": [{"type": "kind", "kind": "recognised"}, {"type": "date", "field": "created", "operator": "less_than_days_ago", "value": 7}, {"type": "responsible", "user": null}]},
  },
  {
    title: "Trial ends in three days",
    text: "trial_ends is a declared attribute of type date.",
    condition: {"type": "date", "attribute": "trial_ends", "operator": "exactly_days_ahead", "value": 3},
  },
  {
    title: "Hot right now",
    text: "Viewed the prices twice or more within two hours and has not requested a demo yet.",
    condition: {"type": "and", "conditions": [{"type": "event", "kind": "page", "event": "Pricing", "value": 2, "window": {"within": {"hours": 2}}}, {"type": "never", "events": ["Demo Requested", "Trial Started"]}]},
  },
];
