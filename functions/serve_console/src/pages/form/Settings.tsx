import { type ApiError, Checkbox, LinesField, Panel, SelectField, Stack, TextField } from "#core";
import { form as texts } from "#texts/form";
import type { Definition } from "./definition";

type OptIn = keyof typeof texts.optIn;

const OPT_IN = Object.entries(texts.optIn).map(([value, label]) => ({ value: value as OptIn, label }));
const OPT_IN_VALUES = { deployment: null, always: true, never: false };

interface Props {
  draft: Definition;
  onChange: (part: Partial<Definition>) => void;
  error: ApiError | undefined;
}

type TextName = "name" | "title" | "submit_text" | "success_text" | "error_text" | "required_text" | "redirect" | "language";
const TEXTS: TextName[] = ["name", "title", "submit_text", "success_text", "redirect", "error_text", "required_text", "language"];
const NULLABLE: TextName[] = ["title", "redirect"];

export function Settings({ draft, onChange, error }: Props) {
  const hints: Partial<Record<TextName, string>> = texts.hints;
  const optIn = draft.double_opt_in === null ? "deployment" : draft.double_opt_in ? "always" : "never";
  return (
    <Panel title={texts.settings.title}>
      <Stack>
        {TEXTS.map((name) => (
          <TextField
            key={name}
            label={texts.names[name]}
            hint={hints[name]}
            value={draft[name] ?? ""}
            onChange={(value) => onChange({ [name]: value || (NULLABLE.includes(name) ? null : "") })}
            error={error?.at(name)}
          />
        ))}
        <LinesField
          label={texts.names.tags}
          hint={texts.hints.tags}
          rows={2}
          value={draft.tags}
          onChange={(tags) => onChange({ tags })}
          error={error?.at("tags")}
        />
        <LinesField
          label={texts.names.allowed_origins}
          hint={texts.hints.allowed_origins}
          rows={2}
          value={draft.allowed_origins}
          onChange={(allowed_origins) => onChange({ allowed_origins })}
          error={error?.at("allowed_origins")}
        />
        <SelectField
          label={texts.names.double_opt_in}
          value={optIn}
          onChange={(chosen) => onChange({ double_opt_in: OPT_IN_VALUES[chosen] })}
          options={OPT_IN}
        />
        <Checkbox label={texts.names.enabled} checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
      </Stack>
    </Panel>
  );
}
