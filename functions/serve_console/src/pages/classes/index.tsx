import { part } from "#core";

const NamesInUse = part<typeof import("#parts/names-in-use")["default"]>("names-in-use");

/** The classes, which decide who may see whom. */
export default function Classes() {
  return <NamesInUse of="classes" />;
}
