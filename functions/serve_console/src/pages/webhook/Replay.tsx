import { Button, api, data, once, plural, toast, toastError, useAction } from "#core";
import { webhook as texts } from "#texts/webhook";

interface Props {
  webhook: string;
  delivery: { id: string; event_type: string };
  onReplayed: () => void;
}

/** Sends a delivery again. */
export function Replay({ webhook, delivery, onReplayed }: Props) {
  const params = { path: { id: webhook, delivery_id: delivery.id } };
  const replay = useAction(() =>
    data(api.POST("/v1/webhooks/{id}/deliveries/{delivery_id}/replay", { params, headers: once() })).then(({ replayed }) => {
      toast(plural(replayed, texts.deliveries.replayed));
      onReplayed();
    }, toastError),
  );
  return (
    <Button small busy={replay.running} aria-label={texts.deliveries.label(delivery.event_type)} onClick={() => void replay.run()}>
      {texts.deliveries.replay}
    </Button>
  );
}
