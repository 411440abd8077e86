import { RotateCw } from "lucide";
import { Ago, Button, DeleteDialog, Panel, SecretDialog, api, data, may, once, useState } from "#core";
import { webhook as texts } from "#texts/webhook";
import type { Webhook } from "./webhook";

const A_DAY = 86_400;

/** How the receiver verifies requests, and how to rotate what it verifies them by. */
export function Secret({ webhook, onRotated }: { webhook: Webhook; onRotated: () => void }) {
  const [asked, setAsked] = useState(false);
  const [secret, setSecret] = useState<string>();
  async function rotate() {
    const params = { path: { id: webhook.id } };
    const sent = api.POST("/v1/webhooks/{id}/rotate-secret", { params, body: { grace_seconds: A_DAY }, headers: once() });
    setSecret((await data(sent)).secret);
  }
  const action = may("webhooks:write") && (
    <Button small icon={RotateCw} onClick={() => setAsked(true)}>
      {texts.secret.rotate}
    </Button>
  );
  return (
    <Panel title={texts.secret.title} actions={action}>
      <p class="soft">{texts.secret.text}</p>
      {webhook.retires_at && (
        <p>
          {texts.secret.retires} <Ago instant={webhook.retires_at} />
        </p>
      )}
      {asked && (
        <DeleteDialog
          title={texts.secret.rotation}
          action={texts.secret.rotate}
          perform={rotate}
          onClose={() => setAsked(false)}
          onDone={() => setAsked(false)}
        >
          {texts.secret.rotationText}
        </DeleteDialog>
      )}
      {secret && !asked && (
        <SecretDialog
          title={texts.secret.rotated}
          text={texts.secret.rotatedText}
          label={texts.secret.label}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
            onRotated();
          }}
        />
      )}
    </Panel>
  );
}
