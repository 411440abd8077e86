import {
  ApiError,
  Avatar,
  Badge,
  Button,
  type ComponentChildren,
  Dialog,
  ErrorNote,
  Facts,
  type Model,
  api,
  common,
  data,
  formatDate,
  href,
  once,
  useAction,
  useLoad,
} from "#core";
import { conflicts as texts } from "#texts/conflicts";
import type { Conflict } from "./conflict";

interface Props {
  conflict: Conflict;
  onClose: () => void;
  onSettled: () => void;
}

/** The people who claim an identity, side by side; the reader chooses its owner. */
export function Settle({ conflict, onClose, onSettled }: Props) {
  const { identity } = conflict;
  const settle = useAction(async (owner: string) => {
    const chosen = { identity: { type: identity.type, value: identity.value }, owner };
    const result = await data(api.POST("/v1/conflicts/settle", { body: { conflicts: [chosen] }, headers: once() }));
    const [failed] = result.failed;
    if (failed) throw new ApiError(409, failed.code, failed.message);
    onSettled();
  });
  const owner = conflict.owner ?? conflict.profile_id;
  return (
    <Dialog wide title={texts.settle.title(identity.value)} onClose={onClose} actions={<Button onClick={onClose}>{common.cancel}</Button>}>
      <p>
        {texts.reasons[conflict.reason].text} {texts.settle.text}
      </p>
      <ErrorNote error={settle.error} />
      <ul class="claims">
        <Claimant id={owner} note={<Badge tone="good">{texts.settle.owner}</Badge>} busy={settle.running} onChoose={settle.run} />
        {conflict.claimers
          .filter(({ profile_id }) => profile_id !== owner)
          .map((claim) => (
            <Claimant key={claim.profile_id} id={claim.profile_id} note={<Claim of={claim} />} busy={settle.running} onChoose={settle.run} />
          ))}
      </ul>
    </Dialog>
  );
}

const Claim = ({ of: claim }: { of: Model["ClaimedBy"] }) => (
  <span class="soft small">
    {texts.settle.trust[claim.trust]}. {texts.settle.since(formatDate(claim.since))}
  </span>
);

interface ClaimantProps {
  id: string;
  note: ComponentChildren;
  busy: boolean;
  onChoose: (id: string) => Promise<boolean>;
}

function Claimant({ id, note, busy, onChoose }: ClaimantProps) {
  const profile = useLoad((signal) => data(api.GET("/v1/profiles/{id}", { params: { path: { id } }, signal })), [id]);
  const { attributes, identities = [] } = profile.data ?? {};
  const text = (name: string) => (typeof attributes?.[name] === "string" ? (attributes[name] as string) : null);
  const name = [text("first_name"), text("last_name")].filter(Boolean).join(" ") || text("email") || texts.settle.unnamed;
  const shown = identities.filter(({ type }) => type !== "anonymous_id").map(({ type, value }): [string, string] => [type, value]);
  return (
    <li class="claim">
      <div class="claim-head">
        <Avatar name={profile.data ? name : null} />
        <a class="truncate" href={href(`/customers/${id}`)}>
          {profile.error ? texts.settle.gone : profile.data ? name : id}
        </a>
      </div>
      {note}
      <Facts facts={[...shown, ["city", text("city")]]} />
      <Button busy={busy} aria-label={`${texts.settle.choose}: ${name}`} onClick={() => void onChoose(id)}>
        {texts.settle.choose}
      </Button>
    </li>
  );
}
