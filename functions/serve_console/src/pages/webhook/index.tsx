import { Send, Trash2 } from "lucide";
import {
  EnabledBadge,
  Button,
  Columns,
  DeleteDialog,
  ErrorState,
  PageHeader,
  type PageProps,
  Skeleton,
  api,
  data,
  may,
  navigate,
  once,
  tagged,
  toast,
  toastError,
  useAction,
  useLoad,
  useState,
} from "#core";
import { webhook as texts } from "#texts/webhook";
import { Deliveries } from "./Deliveries";
import { Secret } from "./Secret";
import { Settings } from "./Settings";
import type { Webhook } from "./webhook";

export default function WebhookPage({ params }: PageProps) {
  const id = params.id ?? "";
  const path = { id };
  const [deleting, setDeleting] = useState(false);
  const webhook = useLoad((signal) => tagged<Webhook>(api.GET("/v1/webhooks/{id}", { params: { path }, signal })), [id]);
  const test = useAction(() =>
    data(api.POST("/v1/webhooks/{id}/test", { params: { path }, headers: once() })).then(() => toast(texts.test.done), toastError),
  );
  const shown = webhook.data?.data;
  const actions = shown && may("webhooks:write") && (
    <>
      <Button icon={Send} busy={test.running} onClick={() => void test.run()}>
        {texts.test.action}
      </Button>
      <Button icon={Trash2} onClick={() => setDeleting(true)}>
        {texts.deletion.action}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={shown?.name ?? texts.title} back={{ path: "/webhooks", label: texts.back }} actions={actions}>
        {shown && <EnabledBadge enabled={shown.enabled} labels={texts.state} />}
      </PageHeader>
      {webhook.error && <ErrorState error={webhook.error} onRetry={webhook.reload} />}
      {!webhook.data && !webhook.error && <Skeleton lines={8} />}
      {webhook.data && shown && (
        <>
          <Columns>
            <Settings key={webhook.data.etag} webhook={shown} etag={webhook.data.etag} onChange={webhook.reload} />
            <Secret webhook={shown} onRotated={webhook.reload} />
          </Columns>
          {may("profiles:read") && <Deliveries id={id} />}
        </>
      )}
      {deleting && shown && (
        <DeleteDialog
          title={texts.deletion.title(shown.name)}
          action={texts.deletion.action}
          perform={() => data(api.DELETE("/v1/webhooks/{id}", { params: { path } }))}
          onClose={() => setDeleting(false)}
          onDone={() => {
            toast(texts.deletion.done(shown.name));
            navigate("/webhooks");
          }}
        >
          {texts.deletion.text}
        </DeleteDialog>
      )}
    </>
  );
}
