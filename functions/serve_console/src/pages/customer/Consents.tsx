import { ChevronRight } from "lucide";
import {
  Ago,
  Author,
  Badge,
  Button,
  CHANNELS,
  Dialog,
  ErrorNote,
  Icon,
  LoadMore,
  type Model,
  Panel,
  Skeleton,
  TextArea,
  TextField,
  type Tone,
  api,
  channelName,
  data,
  formatDateTime,
  plural,
  useAction,
  usePages,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { useCard } from "./card";

type Consent = Model["Consent"];
type Entry = Model["LedgerEntry"];
type State = "granted" | "denied";

const TONES: Record<Consent["state"], Tone> = { granted: "good", denied: "bad", pending: "warn", expired: "neutral" };

interface Asked {
  channel: string;
  purpose: string | null;
  state: State;
}

/** The consents by channel, with the state, source and time of each. */
export function Consents() {
  const { profile, editable } = useCard();
  const [asked, setAsked] = useState<Asked>();
  const [ledger, setLedger] = useState(false);
  const keys = [...CHANNELS, ...Object.keys(profile.consents).filter((key) => !CHANNELS.some((channel) => channel === key))];
  return (
    <Panel
      title={texts.consents.title}
      actions={
        <Button small kind="quiet" onClick={() => setLedger(true)}>
          {texts.consents.proof}
        </Button>
      }
    >
      <ul class="consents">
        {keys.map((key) => (
          <Row key={key} id={key} consent={profile.consents[key]} onAsk={editable ? setAsked : undefined} />
        ))}
      </ul>
      {asked && <Statement asked={asked} onClose={() => setAsked(undefined)} />}
      {ledger && <Ledger id={profile.id} onClose={() => setLedger(false)} />}
    </Panel>
  );
}

function Row({ id, consent, onAsk }: { id: string; consent: Consent | undefined; onAsk?: (asked: Asked) => void }) {
  const state = consent?.state;
  const asked = { channel: consent?.channel ?? id, purpose: consent && consent.purpose !== "marketing" ? consent.purpose : null };
  return (
    <li class="consent">
      <span class="consent-words">
        <span>{channelName(id)}</span>
        <span class="soft small">
          {consent ? <Ago instant={consent.at} /> : texts.consents.unknown}
          {consent?.expires_at && ` · ${texts.consents.until(formatDateTime(consent.expires_at))}`}
        </span>
      </span>
      {state && <Badge tone={TONES[state]}>{texts.consents.states[state]}</Badge>}
      {onAsk && (
        <span class="consent-actions">
          {state !== "granted" && (
            <Button small aria-label={texts.consents.grantOf(channelName(id))} onClick={() => onAsk({ ...asked, state: "granted" })}>
              {texts.consents.grant}
            </Button>
          )}
          {state !== "denied" && (
            <Button small aria-label={texts.consents.blockOf(channelName(id))} onClick={() => onAsk({ ...asked, state: "denied" })}>
              {texts.consents.block}
            </Button>
          )}
        </span>
      )}
    </li>
  );
}

/** Records what the person has said, with the proof of it. */
function Statement({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const card = useCard();
  const [seen] = useState({ profile: card.profile, etag: card.etag });
  const [proof, setProof] = useState("");
  const [source, setSource] = useState("");
  const name = channelName(asked.channel);
  const granting = asked.state === "granted";
  const save = useAction(async () => {
    const consent = { ...asked, proof: proof.trim() || null, source: source.trim() || null };
    const done = granting ? texts.consents.granted(name) : texts.consents.blocked(name);
    if (await card.edit({ consents: [consent] }, done, seen)) onClose();
  });
  return (
    <Dialog
      title={granting ? texts.consents.grantOf(name) : texts.consents.blockOf(name)}
      onClose={onClose}
      onSubmit={() => void save.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" busy={save.running}>
            {granting ? texts.consents.grant : texts.consents.block}
          </Button>
        </>
      }
    >
      <TextArea
        label={texts.consents.wording}
        hint={granting ? texts.consents.wordingHint : undefined}
        value={proof}
        onChange={setProof}
        rows={3}
        maxLength={5000}
      />
      <TextField label={texts.consents.source} hint={texts.consents.sourceHint} value={source} onChange={setSource} maxLength={100} />
      <ErrorNote error={save.error} />
    </Dialog>
  );
}

/** Every statement, newest first, with its proof. */
function Ledger({ id, onClose }: { id: string; onClose: () => void }) {
  const pages = usePages<Entry>(
    async (cursor, signal) => {
      const query = { limit: 50, cursor };
      const page = await data(api.GET("/v1/profiles/{id}/consents", { params: { path: { id }, query }, signal }));
      return { items: page.ledger, next: page.next_cursor };
    },
    [id],
  );
  return (
    <Dialog title={texts.consents.ledger} onClose={onClose} wide>
      <ErrorNote error={pages.error} />
      {!pages.items && pages.loading && <Skeleton lines={4} />}
      {pages.items?.length === 0 && <p class="soft">{texts.consents.none}</p>}
      <ul class="ledger">
        {pages.items?.map((entry) => (
          <li key={`${entry.activity_id} ${entry.key}`} class="ledger-entry">
            <span class="ledger-line">
              <strong>{channelName(entry.key)}</strong>
              <Badge tone={TONES[entry.state]}>{texts.consents.states[entry.state]}</Badge>
              <span class="soft small ledger-time">{formatDateTime(entry.at)}</span>
            </span>
            {entry.proof && <q class="ledger-proof">{entry.proof}</q>}
            <span class="soft small">
              <Icon of={ChevronRight} size={12} /> <Author source={entry.source} name={entry.source_name} />
              {entry.times > 1 && ` · ${plural(entry.times, texts.consents.times)}`}
              {entry.expires_at && ` · ${texts.consents.until(formatDateTime(entry.expires_at))}`}
            </span>
          </li>
        ))}
      </ul>
      {pages.items && pages.more && <LoadMore pages={pages} shown={plural(pages.items.length, texts.consents.shown)} />}
    </Dialog>
  );
}
