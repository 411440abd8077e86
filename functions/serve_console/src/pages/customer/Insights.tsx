import { Plus } from "lucide";
import {
  Ago,
  ApiError,
  Button,
  Combobox,
  Dialog,
  ErrorNote,
  Facts,
  type Model,
  Panel,
  Stat,
  Stats,
  TextField,
  api,
  data,
  formatMoney,
  formatNumber,
  may,
  once,
  part,
  setQuery,
  shared,
  toast,
  useAction,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { shown } from "./attributes";
import { useCard } from "./card";
import "./insights.css";

const Explain = part<typeof import("#parts/customer-explain")["default"]>("customer-explain");
const Ledger = part<typeof import("#parts/customer-ledger")["default"]>("customer-ledger");

/** Orders, revenue by currency, and visits. */
export function Orders() {
  const { profile } = useCard();
  const { totals } = profile;
  if (!totals) return null;
  const revenue = Object.entries(totals.revenue_by_currency);
  const [currency] = revenue.length === 1 ? (revenue[0] ?? []) : [];
  return (
    <Panel
      title={texts.orders.title}
      actions={
        totals.orders > 0 && (
          <Button small kind="quiet" onClick={() => setQuery({ category: "shopping", tab: null, column: "timeline" })}>
            {texts.orders.show}
          </Button>
        )
      }
    >
      <Stats>
        <Stat label={texts.orders.count}>{formatNumber(totals.orders)}</Stat>
        {revenue.length <= 1 && <Stat label={texts.orders.revenue}>{formatMoney(totals.revenue, currency)}</Stat>}
        {revenue.map(([code, amount]) => revenue.length > 1 && <Stat key={code} label={texts.orders.revenueIn(code)}>{formatMoney(amount, code)}</Stat>)}
        <Stat label={texts.orders.pages}>{formatNumber(totals.pages)}</Stat>
      </Stats>
      <Facts
        facts={[
          [texts.orders.average, revenue.length === 1 && totals.average_order !== null ? formatMoney(totals.average_order, currency) : null],
          [texts.orders.refunds, totals.refunds ? `${formatNumber(totals.refunds)} (${formatMoney(totals.refunded, currency)})` : null],
          [texts.orders.last, profile.last_transaction_at && <Ago instant={profile.last_transaction_at} />],
          [texts.orders.activities, formatNumber(totals.activities)],
          [texts.orders.lastSeen, profile.last_seen && <Ago instant={profile.last_seen} />],
          [texts.orders.firstSeen, profile.first_seen && <Ago instant={profile.first_seen} date />],
        ]}
      />
    </Panel>
  );
}

/** The segments that the customer is in: why, and until when; and why not in another one. */
export function Segments() {
  const { profile, editable, refresh } = useCard();
  const [asking, setAsking] = useState(false);
  const [explained, setExplained] = useState<string>();
  const explains = may("segments:read");
  return (
    <Panel
      title={texts.segments.title}
      actions={
        explains && (
          <Button small kind="quiet" onClick={() => setAsking(!asking)} aria-expanded={asking}>
            {texts.segments.whyNot}
          </Button>
        )
      }
    >
      {asking && (
        <Combobox
          bare
          label={texts.segments.choose}
          placeholder={texts.segments.choose}
          search={knownSegments}
          onSelect={({ value }) => {
            setExplained(value);
            setAsking(false);
          }}
        />
      )}
      {!profile.segments.length && <p class="soft small">{texts.segments.none}</p>}
      <ul class="segments">
        {profile.segments.map((name) => (
          <li key={name} class="segment">
            {explains ? (
              <button type="button" class="link-button" onClick={() => setExplained(name)} title={texts.segments.why(name)}>
                <span class="truncate">{name}</span>
                <span class="soft small">{texts.segments.whyShort}</span>
              </button>
            ) : (
              <span class="truncate">{name}</span>
            )}
          </li>
        ))}
      </ul>
      {explained && <Explain id={profile.id} segment={explained} editable={editable} onChange={refresh} onClose={() => setExplained(undefined)} />}
    </Panel>
  );
}

async function knownSegments(text: string) {
  const { segments } = await shared("segments.all", () => data(api.GET("/v1/segments")));
  const wanted = text.toLocaleLowerCase();
  return segments.filter(({ name }) => name.toLocaleLowerCase().includes(wanted)).slice(0, 30).map(({ id, name }) => ({ value: id, label: name }));
}

/** Points with their ledger; some are added by hand. */
export function Scores() {
  const { profile, editable } = useCard();
  const [ledger, setLedger] = useState<string>();
  const [giving, setGiving] = useState<string>();
  const scores = Object.entries(profile.scores);
  if (!scores.length) return null;
  return (
    <Panel title={texts.scores.title}>
      <ul class="scores">
        {scores.map(([name, value]) => (
          <li key={name} class="score">
            <span class="score-name truncate">{name}</span>
            <strong class="number">{shown(value) ?? texts.values.unknown}</strong>
            <span class="score-actions">
              <Button small kind="quiet" aria-label={texts.scores.ledgerOf(name)} onClick={() => setLedger(name)}>
                {texts.scores.ledger}
              </Button>
              {editable && (
                <Button small icon={Plus} aria-label={texts.scores.addTo(name)} onClick={() => setGiving(name)}>
                  {texts.scores.add}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {ledger && <Ledger id={profile.id} score={ledger} onClose={() => setLedger(undefined)} />}
      {giving && <Points score={giving} onClose={() => setGiving(undefined)} />}
    </Panel>
  );
}

function Points({ score, onClose }: { score: string; onClose: () => void }) {
  const { id, refresh } = useCard();
  const [points, setPoints] = useState("");
  const [reason, setReason] = useState("");
  const give = async (amount: number, why: string) => {
    const params = { path: { id, score }, header: once() };
    await api.POST("/v1/profiles/{id}/scores/{score}/points", { params, body: { points: amount, ...(why && { reason: why }) } as Model["NewPoints"] });
    await refresh();
  };
  const save = useAction(async () => {
    const amount = Number(points);
    if (!points.trim() || Number.isNaN(amount)) throw new ApiError(400, "invalid_parameter", texts.scores.noNumber, { field: "points" });
    await give(amount, reason.trim());
    toast(texts.scores.given(formatNumber(amount), score), () => give(-amount, texts.scores.takenBack));
    onClose();
  });
  const wrong = save.error?.field === "points" ? save.error.message : undefined;
  return (
    <Dialog
      title={texts.scores.addTo(score)}
      onClose={onClose}
      onSubmit={() => void save.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" busy={save.running}>
            {texts.scores.add}
          </Button>
        </>
      }
    >
      <TextField label={texts.scores.points} hint={texts.scores.pointsHint} value={points} onChange={setPoints} inputMode="decimal" error={wrong} required />
      <TextField label={texts.scores.reason} value={reason} onChange={setReason} maxLength={500} />
      {!wrong && <ErrorNote error={save.error} />}
    </Dialog>
  );
}

/** Aggregates and expressions, as they are now. */
export function Values() {
  const { profile } = useCard();
  const aggregates = Object.entries(profile.aggregates);
  const expressions = Object.entries(profile.expressions);
  return (
    <>
      {aggregates.length > 0 && <ValuePanel title={texts.values.aggregates} values={aggregates} />}
      {expressions.length > 0 && <ValuePanel title={texts.values.expressions} values={expressions} />}
    </>
  );
}

const ValuePanel = ({ title, values }: { title: string; values: [string, Model["Profile"]["aggregates"][string]][] }) => (
  <Panel title={title}>
    <Facts facts={values.map(([name, value]) => [name, shown(value) ?? <span class="soft">{texts.values.unknown}</span>])} />
  </Panel>
);
