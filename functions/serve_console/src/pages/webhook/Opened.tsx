import {
  Button,
  Code,
  type ComponentChildren,
  Dialog,
  Facts,
  JsonView,
  type Model,
  common,
  formatDateTime,
  formatNumber,
  may,
  useState,
} from "#core";
import { webhook as texts } from "#texts/webhook";
import { Replay } from "./Replay";
import "./webhook.css";

type Delivery = Model["WebhookDelivery"] | Model["RecentDelivery"];

/** What the receiver answered, or why there is no answer. */
export const answerOf = ({ status, error }: Pick<Delivery, "status" | "error">): string =>
  (error && (texts.errors[error] ?? error)) ?? (status === null ? texts.deliveries.noAnswer : String(status));

interface Props {
  of: Delivery;
  webhook: string;
  onReplayed: () => void;
}

/** The name of the change, which opens all that is known of its delivery. */
export function Opened({ of: delivery, webhook, onReplayed }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const replay = may("webhooks:write") && (
    <Replay
      webhook={webhook}
      delivery={delivery}
      onReplayed={() => {
        close();
        onReplayed();
      }}
    />
  );
  return (
    <>
      <button type="button" class="delivery-name" onClick={() => setOpen(true)}>
        {delivery.event_type}
      </button>
      {open && <Details of={delivery} replay={replay} onClose={close} />}
    </>
  );
}

interface DetailsProps {
  of: Delivery;
  replay: ComponentChildren;
  onClose: () => void;
}

function Details({ of: delivery, replay, onClose }: DetailsProps) {
  const last = "died_at" in delivery ? delivery.died_at : delivery.last_attempt_at;
  const next = "next_attempt_at" in delivery ? delivery.next_attempt_at : null;
  const actions = (
    <>
      {replay}
      <Button onClick={onClose}>{common.close}</Button>
    </>
  );
  return (
    <Dialog wide title={delivery.event_type} onClose={onClose} actions={actions}>
      <Facts
        facts={[
          [texts.details.answer, answerOf(delivery)],
          [texts.deliveries.columns.attempts, formatNumber(delivery.attempts)],
          [texts.details.first, formatDateTime(delivery.first_attempt_at)],
          [texts.details.last, formatDateTime(last)],
          [texts.details.next, next && formatDateTime(next)],
          [texts.details.id, <code>{delivery.event_id}</code>],
        ]}
      />
      {delivery.response_body && (
        <>
          <h3>{texts.details.response}</h3>
          <Code label={texts.details.response} text={delivery.response_body} />
        </>
      )}
      <h3>{texts.details.body}</h3>
      <JsonView value={delivery.body} />
    </Dialog>
  );
}
