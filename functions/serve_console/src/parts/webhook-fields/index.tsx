import { type ApiError, Checkbox, EVENT_TYPES, LinesField, Stack, TextField } from "#core";
import { webhooks as texts } from "#texts/webhooks";
import "./webhook-fields.css";

export interface Definition {
  name: string;
  url: string;
  events: string[];
  segments: string[];
  attributes: string[];
  enabled: boolean;
}

interface Props {
  draft: Definition;
  onChange: (part: Partial<Definition>) => void;
  error: ApiError | undefined;
}

/** What a webhook sends, and where: for a new one and for one that is changed. */
export default function WebhookFields({ draft, onChange, error }: Props) {
  const toggle = (event: string, on: boolean) =>
    onChange({ events: EVENT_TYPES.filter((one) => (one === event ? on : draft.events.includes(one))) });
  return (
    <Stack>
      <TextField label={texts.fields.name} value={draft.name} onChange={(name) => onChange({ name })} error={error?.at("name")} />
      <TextField
        label={texts.fields.url}
        hint={texts.hints.url}
        type="url"
        placeholder="https://"
        value={draft.url}
        onChange={(url) => onChange({ url })}
        error={error?.at("url")}
      />
      <fieldset class="webhook-events">
        <legend>{texts.fields.events}</legend>
        <p class="soft small">{texts.hints.events}</p>
        {EVENT_TYPES.map((event) => (
          <Checkbox key={event} label={event} checked={draft.events.includes(event)} onChange={(on) => toggle(event, on)} />
        ))}
      </fieldset>
      <LinesField
        label={texts.fields.segments}
        hint={texts.hints.segments}
        rows={2}
        value={draft.segments}
        onChange={(segments) => onChange({ segments })}
        error={error?.at("segments")}
      />
      <LinesField
        label={texts.fields.attributes}
        hint={texts.hints.attributes}
        rows={2}
        value={draft.attributes}
        onChange={(attributes) => onChange({ attributes })}
        error={error?.at("attributes")}
      />
      <Checkbox label={texts.fields.enabled} checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
    </Stack>
  );
}
