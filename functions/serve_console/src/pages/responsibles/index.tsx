import { part } from "#core";

const NamesInUse = part<typeof import("#parts/names-in-use")["default"]>("names-in-use");

/** The users who are responsible for customers. */
export default function Responsibles() {
  return <NamesInUse of="responsibles" />;
}
