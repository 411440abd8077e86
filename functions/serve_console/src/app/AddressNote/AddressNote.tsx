import { common } from "#texts/common";
import { Button } from "../../components/Button/Button";
import { type Address, type Unknown, unknownIn } from "../address";
import { setQuery } from "../router";
import "./AddressNote.css";

const texts = common.address;
/** As many names as are read in a line; more are folded. */
const AT_ONCE = 12;

/** Says what the page ignores of its address, such as a misspelled filter in a bookmark, and what it knows. */
export function AddressNote({ query, address }: { query: URLSearchParams; address: Address }) {
  const unknown = unknownIn(query, address);
  if (!unknown.length) return null;
  return (
    <div class="address-note" role="status">
      {unknown.map((one) => (
        <div key={one.name}>
          <p>{one.value === null ? texts.parameter(one.name) : texts.value(one.name, one.value)}</p>
          <Instead {...one} />
        </div>
      ))}
      <div>
        <Button small onClick={() => setQuery(Object.fromEntries(unknown.map(({ name }) => [name, null])))}>
          {texts.remove}
        </Button>
      </div>
    </div>
  );
}

function Instead({ value, instead }: Unknown) {
  if (!instead.length) return <p class="soft small">{texts.nothing}</p>;
  const names = <span class="address-known">{instead.join(", ")}</span>;
  const label = value === null ? texts.parameters : texts.values;
  if (instead.length <= AT_ONCE) {
    return (
      <p class="soft small">
        {label} {names}
      </p>
    );
  }
  return (
    <details class="soft small">
      <summary>{label}</summary>
      {names}
    </details>
  );
}
