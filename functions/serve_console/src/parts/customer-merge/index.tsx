import {
  Ago,
  ApiError,
  Avatar,
  Badge,
  Button,
  Combobox,
  Dialog,
  ErrorNote,
  ErrorState,
  type Model,
  Skeleton,
  api,
  channelName,
  data,
  formatNumber,
  once,
  toast,
  useAction,
  useLoad,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { find } from "./find";
import "./customer-merge.css";

type Profile = Model["Profile"];
type Card = Model["ProfileCard"];
type Preview = Model["MergePreview"];

interface Props {
  profile: Profile;
  etag: string | undefined;
  label: (name: string) => string;
  show: (value: unknown) => string | null;
  onMerged: () => Promise<void>;
  onClose: () => void;
}

/** Merges another customer into this one: chosen among duplicates or by search, previewed side by side, undone by the toast. */
export default function MergeDialog(props: Props) {
  const [other, setOther] = useState<{ id: string; name: string }>();
  return other ? <Preview {...props} other={other} onBack={() => setOther(undefined)} /> : <Choose {...props} onChoose={setOther} />;
}

const nameOf = (card: Card): string => card.name ?? card.email ?? card.phone ?? texts.unnamed;

function Choose({ profile, onChoose, onClose }: Props & { onChoose: (other: { id: string; name: string }) => void }) {
  const { id } = profile;
  const duplicates = useLoad((signal) => data(api.GET("/v1/profiles/{id}/duplicates", { params: { path: { id } }, signal })), [id]);
  const search = async (text: string, signal: AbortSignal) =>
    (await find(text, signal))
      .filter((card) => card.id !== id)
      .map((card) => ({ value: card.id, label: nameOf(card), detail: [card.name && card.email, card.city].filter(Boolean).join(", ") }));
  return (
    <Dialog title={texts.merge.title} onClose={onClose}>
      <Combobox
        label={texts.merge.search}
        placeholder={texts.merge.placeholder}
        search={search}
        onSelect={({ value, label }) => onChoose({ id: value, name: label })}
      />
      <h3>{texts.merge.duplicates}</h3>
      {duplicates.error && <ErrorState error={duplicates.error} onRetry={duplicates.reload} />}
      {!duplicates.data && !duplicates.error && <Skeleton lines={3} />}
      {duplicates.data?.candidates.length === 0 && <p class="soft">{texts.merge.none}</p>}
      <ul class="merge-candidates">
        {duplicates.data?.candidates.map(({ profile: card, reasons, score }) => (
          <li key={card.id}>
            <button type="button" class="merge-candidate" onClick={() => onChoose({ id: card.id, name: nameOf(card) })}>
              <Avatar name={card.name ?? card.email} />
              <span class="merge-words">
                <span class="truncate">{nameOf(card)}</span>
                <span class="soft small truncate">{[card.email, card.city].filter(Boolean).join(", ")}</span>
                <span class="soft small">{reasons.map((reason) => texts.merge.reasons[reason] ?? reason.replaceAll("_", " ")).join(", ")}</span>
              </span>
              <Badge tone={score >= 0.8 ? "good" : "neutral"}>{texts.merge.likely(formatNumber(Math.round(score * 100)))}</Badge>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

type PreviewProps = Props & { other: { id: string; name: string }; onBack: () => void };

function Preview({ profile, etag, label, show, other, onMerged, onBack, onClose }: PreviewProps) {
  const { id } = profile;
  const body = { profiles: [other.id] };
  const loaded = useLoad(async (signal) => {
    const [preview, theirs] = await Promise.all([
      data(api.POST("/v1/profiles/{id}/merge", { params: { path: { id }, query: { dry_run: true } as never }, body, signal })),
      data(api.GET("/v1/profiles/{id}", { params: { path: { id: other.id } }, signal })),
    ]);
    return { preview: preview as Preview, theirs };
  }, [id, other.id]);
  const merge = useAction(async () => {
    const header = { ...once(), ...(etag && { "If-Match": etag }) };
    try {
      await api.POST("/v1/profiles/{id}/merge", { params: { path: { id }, header }, body });
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isEditConflict) throw error;
      // The customer has changed since the preview: it is shown anew, and merged only when it is confirmed again.
      await onMerged();
      loaded.reload();
      throw new ApiError(412, error.code, texts.merge.changed, error.details);
    }
    toast(texts.merge.done(other.name), async () => {
      await api.POST("/v1/profiles/{id}/unmerge", { params: { path: { id }, header: once() }, body: { profile: other.id } });
      await onMerged();
    });
    await onMerged();
    onClose();
  });
  return (
    <Dialog
      title={texts.merge.preview(other.name)}
      onClose={onClose}
      wide
      actions={
        <>
          <Button onClick={onBack}>{texts.merge.back}</Button>
          <Button kind="primary" disabled={!loaded.data} busy={merge.running} onClick={() => void merge.run()}>
            {texts.merge.action}
          </Button>
        </>
      }
    >
      {loaded.error && <ErrorState error={loaded.error} onRetry={loaded.reload} />}
      {!loaded.data && !loaded.error && <Skeleton lines={8} />}
      {loaded.data && <SideBySide mine={profile} theirs={loaded.data.theirs} result={loaded.data.preview} label={label} show={show} />}
      <p class="soft small">{texts.merge.undoable}</p>
      <ErrorNote error={merge.error} />
    </Dialog>
  );
}

interface Sides {
  mine: Profile;
  theirs: Profile;
  result: Preview;
  label: Props["label"];
  show: Props["show"];
}

function SideBySide({ mine, theirs, result, label, show }: Sides) {
  const names = [...new Set([...Object.keys(mine.attributes), ...Object.keys(theirs.attributes)])].sort();
  const conflicts = new Set(result.conflicts.map(({ attribute }) => attribute));
  const sets = (["tags", "lists", "classes"] as const).filter((part) => mine[part].length || theirs[part].length);
  const identities = (of: { identities: { type: string; value: string }[] }) => of.identities.map(({ value }) => value).join(", ");
  return (
    <div class="merge-scroll" tabIndex={0} role="region" aria-label={texts.merge.table}>
      <table class="merge-table" role="table">
        <caption class="visually-hidden">{texts.merge.table}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <td role="cell" />
            <th scope="col" role="columnheader">{texts.merge.this}</th>
            <th scope="col" role="columnheader">{texts.merge.other}</th>
            <th scope="col" role="columnheader">{texts.merge.result}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {names.map((name) => (
            <Row
              key={name}
              name={label(name)}
              mine={show(mine.attributes[name])}
              theirs={show(theirs.attributes[name])}
              result={show(result.attributes[name]?.value)}
              conflict={conflicts.has(name)}
            />
          ))}
          {sets.map((part) => (
            <Row key={part} name={texts.parts[part] ?? part} mine={mine[part].join(", ")} theirs={theirs[part].join(", ")} result={result[part].join(", ")} />
          ))}
          <Row name={texts.parts.consents ?? ""} mine={consents(mine)} theirs={consents(theirs)} result={consents(result)} />
          <Row name={texts.identities.title} mine={identities(mine)} theirs={identities(theirs)} result={identities(result)} />
          <Row name={texts.orders.count} mine={count(mine)} theirs={count(theirs)} result={count(result)} />
          <tr role="row">
            <th scope="row" role="rowheader">{texts.orders.lastSeen}</th>
            <td role="cell">
              <Ago instant={mine.last_seen} />
            </td>
            <td role="cell">
              <Ago instant={theirs.last_seen} />
            </td>
            <td role="cell" />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

const consents = (of: Pick<Profile, "consents">): string =>
  Object.entries(of.consents)
    .map(([key, { state }]) => `${channelName(key)}: ${texts.consents.states[state]}`)
    .join(", ");

const count = ({ totals }: Pick<Profile, "totals">): string => (totals ? formatNumber(totals.orders) : "–");

interface RowProps {
  name: string;
  mine: string | null;
  theirs: string | null;
  result: string | null;
  conflict?: boolean;
}

function Row({ name, mine, theirs, result, conflict }: RowProps) {
  const value = (text: string | null) => text || <span class="soft">–</span>;
  return (
    <tr role="row" class={conflict ? "is-conflict" : undefined}>
      <th scope="row" role="rowheader">
        {name} {conflict && <Badge tone="warn">{texts.merge.conflict}</Badge>}
      </th>
      <td role="cell">{conflict && mine !== result ? <del>{mine}</del> : value(mine)}</td>
      <td role="cell">{conflict && theirs !== result ? <del>{theirs}</del> : value(theirs)}</td>
      <td role="cell" class="merge-result">{value(result)}</td>
    </tr>
  );
}
