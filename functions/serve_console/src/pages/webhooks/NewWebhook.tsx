import { Dialog, ErrorNote, type Model, api, common, data, once, part, useAction, useState } from "#core";
import { webhooks as texts } from "#texts/webhooks";
import type { Definition } from "#parts/webhook-fields";

const Fields = part<(typeof import("#parts/webhook-fields"))["default"]>("webhook-fields");
const BLANK: Definition = { name: "", url: "", events: [], segments: [], attributes: [], enabled: true };
const PLACES = ["name", "url", "segments", "attributes"];

interface Props {
  onClose: () => void;
  onCreated: (webhook: Model["WebhookWithSecret"]) => void;
}

export function NewWebhook({ onClose, onCreated }: Props) {
  const [draft, setDraft] = useState(BLANK);
  const creation = useAction(async () => {
    onCreated(await data(api.POST("/v1/webhooks", { body: draft as Model["NewWebhook"], headers: once() })));
  });
  return (
    <Dialog
      title={texts.create.title}
      onClose={onClose}
      onSubmit={() => void creation.run()}
      submit={{ label: common.create, busy: creation.running }}
    >
      <Fields draft={draft} onChange={(change) => setDraft((former) => ({ ...former, ...change }))} error={creation.error} />
      {!PLACES.some((place) => creation.error?.at(place)) && <ErrorNote error={creation.error} />}
    </Dialog>
  );
}
