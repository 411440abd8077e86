import { part } from "#core";

const NamedGroups = part<typeof import("#parts/named-groups")["default"]>("named-groups");

/** The tags: a cloud, and a table to manage them. */
export default function Tags() {
  return <NamedGroups of="tags" />;
}
