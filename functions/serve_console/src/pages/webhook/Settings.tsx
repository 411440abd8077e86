import {
  Button,
  ErrorNote,
  Facts,
  type Model,
  Panel,
  Stack,
  VersionConflict,
  api,
  common,
  may,
  part,
  tagged,
  toast,
  useAction,
  useState,
} from "#core";
import { webhook as texts } from "#texts/webhook";
import { webhooks } from "#texts/webhooks";
import type { Definition } from "#parts/webhook-fields";
import type { Webhook } from "./webhook";

const Fields = part<(typeof import("#parts/webhook-fields"))["default"]>("webhook-fields");

interface Props {
  webhook: Webhook;
  etag: string | undefined;
  onChange: () => void;
}

export const Settings = (props: Props) => (
  <Panel title={texts.settings}>{may("webhooks:write", "profiles:read") ? <Edit {...props} /> : <View {...props} />}</Panel>
);

const View = ({ webhook }: Props) => (
  <Facts
    facts={[
      [webhooks.fields.url, <code>{webhook.url}</code>],
      [webhooks.fields.events, webhook.events.join(", ") || webhooks.allEvents],
      [webhooks.fields.segments, Object.values(webhook.segment_names).join(", ")],
      [webhooks.fields.attributes, webhook.attributes.join(", ")],
    ]}
  />
);

function Edit({ webhook, etag, onChange }: Props) {
  const [draft, setDraft] = useState<Definition>(webhook);
  const path = { id: webhook.id };
  const changed = changes(webhook, draft);
  const save = useAction(async (version: string | undefined) => {
    const params = { path, header: version ? { "If-Match": version } : {} };
    await api.PATCH("/v1/webhooks/{id}", { params, body: changed as Model["WebhookChanges"] });
    toast(texts.saved);
    onChange();
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(etag);
      }}
    >
      <Stack>
        <div class="webhook-settings">
          <Fields draft={draft} onChange={(change) => setDraft((former) => ({ ...former, ...change }))} error={save.error} />
        </div>
        {save.error?.isEditConflict ? (
          <VersionConflict<Webhook>
            mine={changed}
            read={() => tagged<Webhook>(api.GET("/v1/webhooks/{id}", { params: { path } }))}
            labels={webhooks.fields}
            onKeepMine={(version) => void save.run(version)}
            onTakeTheirs={onChange}
          />
        ) : (
          <ErrorNote error={save.error} />
        )}
        <div>
          <Button kind="primary" type="submit" busy={save.running} disabled={!Object.keys(changed).length}>
            {common.save}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

const changes = (webhook: Webhook, { name, url, events, segments, attributes, enabled }: Definition): Partial<Webhook> =>
  Object.fromEntries(
    Object.entries({ name, url, events, segments, attributes, enabled }).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(webhook[field as keyof Webhook]),
    ),
  );
