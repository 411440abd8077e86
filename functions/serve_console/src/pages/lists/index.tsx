import { part } from "#core";

const NamedGroups = part<typeof import("#parts/named-groups")["default"]>("named-groups");

/** The lists, each with its customers. */
export default function Lists() {
  return <NamedGroups of="lists" />;
}
