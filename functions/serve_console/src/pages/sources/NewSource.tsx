import {
  Dialog,
  ErrorNote,
  LinesField,
  type Model,
  SelectField,
  TextField,
  api,
  common,
  data,
  navigate,
  once,
  toast,
  useAction,
  useState,
} from "#core";
import { sources as texts } from "#texts/sources";

type Kind = Model["Source"]["kind"];

const KINDS = Object.entries(texts.kinds).map(([value, label]) => ({ value: value as Kind, label }));

/** Creates a source and opens it, where its key and its snippet are. */
export function NewSource({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("web");
  const [allowed_origins, setOrigins] = useState<string[]>([]);
  const creation = useAction(async () => {
    const rate_limit = kind === "server" ? null : "default";
    const body = { name, kind, allowed_origins, enabled: true, rate_limit, burst: null } as const;
    const source = await data(api.POST("/v1/sources", { body, headers: once() }));
    toast(texts.create.done(source.name));
    navigate(`/sources/${source.id}`);
  });
  return (
    <Dialog
      title={texts.create.title}
      onClose={onClose}
      onSubmit={() => void creation.run()}
      submit={{ label: common.create, busy: creation.running }}
    >
      <TextField label={texts.fields.name} value={name} onChange={setName} error={creation.error?.at("name")} autoFocus />
      <SelectField label={texts.fields.kind} value={kind} onChange={setKind} options={KINDS} />
      {kind === "web" && (
        <LinesField
          label={texts.fields.allowed_origins}
          hint={texts.fields.originsHint}
          placeholder={texts.fields.originsPlaceholder}
          value={allowed_origins}
          onChange={setOrigins}
          error={creation.error?.at("allowed_origins")}
        />
      )}
      {!creation.error?.at("name") && !creation.error?.at("allowed_origins") && <ErrorNote error={creation.error} />}
    </Dialog>
  );
}
