import { CHANNELS, Combobox, IconButton, Panel, Tag, TextField, api, data, shared } from "#core";
import { X } from "lucide";
import { newImport as texts } from "#texts/newImport";
import { channelOf } from "./targets";
import type { Mapping } from "./useDraft";

interface Props {
  mapping: Mapping;
  onChange: (changes: Partial<Mapping>) => void;
}

/** What every customer of the file gets: tags, lists and consents. */
export function ForAll({ mapping, onChange }: Props) {
  return (
    <Panel title={texts.forAll}>
      <Names
        label={texts.tags}
        names={mapping.tags}
        onChange={(tags) => onChange({ tags })}
        read={async () => (await shared("tags", () => data(api.GET("/v1/tags")))).tags.map(({ name }) => name)}
        create={texts.addTag}
      />
      {mapping.kind !== "events" && (
        <Names
          label={texts.lists}
          names={mapping.lists ?? []}
          onChange={(lists) => onChange({ lists })}
          read={async () => (await shared("lists", () => data(api.GET("/v1/lists")))).lists.map(({ name }) => name)}
        />
      )}
      <Consents consents={mapping.consents} onChange={(consents) => onChange({ consents })} />
    </Panel>
  );
}

interface NamesProps {
  label: string;
  names: string[];
  onChange: (names: string[]) => void;
  read: () => Promise<string[]>;
  create?: (text: string) => string;
}

function Names({ label, names, onChange, read, create }: NamesProps) {
  const search = async (text: string) =>
    (await read())
      .filter((name) => !names.includes(name) && name.toLowerCase().includes(text.toLowerCase()))
      .map((name) => ({ value: name, label: name }));
  return (
    <div class="names">
      <Combobox label={label} placeholder={texts.none} search={search} create={create} onSelect={({ value }) => onChange([...names, value])} />
      {names.length > 0 && (
        <div class="names-chosen">
          {names.map((name) => (
            <Tag key={name} name={name} onRemove={() => onChange(names.filter((one) => one !== name))} />
          ))}
        </div>
      )}
    </div>
  );
}

type ConsentsOf = Mapping["consents"];

const STATES = ["granted", "denied"];

function Consents({ consents, onChange }: { consents: ConsentsOf; onChange: (consents: ConsentsOf) => void }) {
  const choices = (text: string) =>
    CHANNELS.flatMap((channel) => STATES.map((state) => ({ value: `${channel} ${state}`, label: consentLabel(channel, state) }))).filter(
      ({ label }) => label.toLowerCase().includes(text.toLowerCase()),
    );

  function add(value: string) {
    const [channel = "", state = ""] = value.split(" ");
    onChange({ ...consents, [channel]: { state, proof: consents[channel]?.proof ?? null } });
  }

  function remove(channel: string) {
    onChange(Object.fromEntries(Object.entries(consents).filter(([key]) => key !== channel)));
  }

  return (
    <div class="names">
      <Combobox label={texts.consents} hint={texts.consentsHint} placeholder={texts.none} search={choices} onSelect={({ value }) => add(value)} />
      {Object.entries(consents).map(([channel, { state, proof }]) => (
        <div key={channel} class="consent">
          <TextField
            label={`${consentLabel(channel, state)}: ${texts.proof}`}
            placeholder={texts.proofExample}
            value={proof ?? ""}
            onChange={(typed) => onChange({ ...consents, [channel]: { state, proof: typed || null } })}
          />
          <IconButton icon={X} label={texts.removeConsent(channelOf(channel))} onClick={() => remove(channel)} />
        </div>
      ))}
    </div>
  );
}

const consentLabel = (channel: string, state: string): string =>
  (state === "granted" ? texts.granted : texts.denied)(channelOf(channel));
