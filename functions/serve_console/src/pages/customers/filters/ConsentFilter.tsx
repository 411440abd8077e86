import { CHANNELS, CONSENT_STATES, Combobox, PROCESSING } from "#core";
import { customers as texts } from "#texts/customers";
import { consentLabel } from "./describe";
import { type Filter, textOf, valuesOf } from "./names";

const { filters } = texts;
const OFFERED = [...CHANNELS, PROCESSING].flatMap((channel) => CONSENT_STATES.map((state) => `${channel}:${state}`));

interface Props {
  filter: Filter;
  onChange: (changes: Record<string, string | null>) => void;
}

/** The agreements of all channels, searched by what they are called; one with a purpose is typed. */
export function ConsentFilter({ filter, onChange }: Props) {
  const chosen = valuesOf(filter.consent);
  const search = (text: string) => {
    const wanted = text.toLocaleLowerCase();
    const found = OFFERED.filter((one) => !chosen.includes(one) && consentLabel(one).toLocaleLowerCase().includes(wanted));
    const typed = isConsent(text) && !OFFERED.includes(text) ? [text] : [];
    return [...found, ...typed].map((value) => ({ value, label: consentLabel(value) }));
  };
  return (
    <Combobox
      label={filters.consent}
      bare
      placeholder={filters.consent}
      hint={filters.consentHint}
      search={search}
      onSelect={({ value }) => onChange({ consent: textOf([...chosen, value]) })}
    />
  );
}

/** `email:newsletter:granted`. */
const isConsent = (text: string) => CONSENT_STATES.some((state) => text.length > state.length + 1 && text.endsWith(`:${state}`));
