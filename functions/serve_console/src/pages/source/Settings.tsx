import {
  Ago,
  Button,
  Checkbox,
  ErrorNote,
  Facts,
  LinesField,
  Panel,
  SelectField,
  Stack,
  TextField,
  VersionConflict,
  api,
  common,
  formatNumber,
  may,
  tagged,
  toast,
  useAction,
  useState,
} from "#core";
import { source as texts } from "#texts/source";
import { sources } from "#texts/sources";
import type { Source } from "./source";

type Limit = "default" | "own" | "none";

interface Props {
  source: Source;
  etag: string | undefined;
  onChange: () => void;
}

const LIMITS = Object.entries(texts.settings.limits).map(([value, label]) => ({ value: value as Limit, label }));
const limitOf = ({ default_limit, rate_limit }: Source): Limit => (default_limit ? "default" : rate_limit === null ? "none" : "own");

export const Settings = (props: Props) => (
  <Panel title={texts.settings.title}>{may("sources:write") ? <Edit {...props} /> : <View {...props} />}</Panel>
);

const View = ({ source }: Props) => (
  <Facts
    facts={[
      [texts.facts.id, <code>{source.id}</code>],
      [texts.facts.origins, source.allowed_origins.join(", ") || sources.defaultOrigins],
      [texts.facts.limit, source.rate_limit === null ? sources.noLimit : formatNumber(source.rate_limit)],
      [texts.facts.created, <Ago instant={source.created_at} date />],
      [texts.facts.updated, <Ago instant={source.updated_at} />],
    ]}
  />
);

function Edit({ source, etag, onChange }: Props) {
  const [name, setName] = useState(source.name);
  const [allowed_origins, setOrigins] = useState(source.allowed_origins);
  const [enabled, setEnabled] = useState(source.enabled);
  const [limit, setLimit] = useState(limitOf(source));
  const [rate, setRate] = useState(String(source.rate_limit ?? ""));
  const rate_limit = { default: "default" as const, none: null, own: Number(rate) }[limit];
  const changed = { name, allowed_origins, enabled, ...(limit !== limitOf(source) || limit === "own" ? { rate_limit } : {}) };
  const path = { id: source.id };

  const save = useAction(async (version: string | undefined) => {
    const params = { path, header: version ? { "If-Match": version } : {} };
    await api.PATCH("/v1/sources/{id}", { params, body: changed });
    toast(texts.settings.saved);
    onChange();
  });
  const refused = save.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(etag);
      }}
      noValidate
    >
      <Stack>
        <TextField label={texts.fields.name} value={name} onChange={setName} error={refused?.at("name")} />
        {source.kind === "web" && (
          <LinesField
            label={texts.fields.allowed_origins}
            hint={sources.fields.originsHint}
            value={allowed_origins}
            onChange={setOrigins}
            error={refused?.at("allowed_origins")}
          />
        )}
        <SelectField label={texts.settings.limit} value={limit} onChange={setLimit} options={LIMITS} />
        {limit === "own" && (
          <TextField
            label={texts.fields.rate_limit}
            type="number"
            min={1}
            value={rate}
            onChange={setRate}
            error={refused?.at("rate_limit")}
          />
        )}
        <Checkbox label={texts.fields.enabled} checked={enabled} onChange={setEnabled} />
        {refused?.isEditConflict ? (
          <VersionConflict<Source>
            mine={changed as Partial<Source>}
            read={() => tagged(api.GET("/v1/sources/{id}", { params: { path } }))}
            labels={texts.fields}
            onKeepMine={(version) => void save.run(version)}
            onTakeTheirs={onChange}
          />
        ) : (
          <ErrorNote error={refused} />
        )}
        <div>
          <Button kind="primary" type="submit" busy={save.running}>
            {common.save}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
