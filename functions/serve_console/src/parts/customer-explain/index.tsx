import { Check, X } from "lucide";
import { Badge, Button, Dialog, ErrorNote, ErrorState, Icon, type Model, Skeleton, api, data, formatDate, formatDateTime, toast, useAction, useLoad } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer-explain.css";

type Explained = Model["Explained"];

interface Props {
  id: string;
  /** By name or id. */
  segment: string;
  editable: boolean;
  /** After a decision by hand. */
  onChange: () => Promise<void>;
  onClose: () => void;
}

/** Why the customer is in a segment or not, condition by condition, and when time alone changes that. */
export default function Explain({ id, segment, editable, onChange, onClose }: Props) {
  const path = { id, segment };
  const loaded = useLoad((signal) => data(api.GET("/v1/profiles/{id}/segments/{segment}/explain", { params: { path }, signal })), [id, segment]);
  const found = loaded.data;
  const put = async (member: boolean | null) => {
    if (member === null) await api.DELETE("/v1/profiles/{id}/segments/{segment}", { params: { path } });
    else await api.PUT("/v1/profiles/{id}/segments/{segment}", { params: { path }, body: { member } });
    loaded.reload();
    await onChange();
  };
  const decide = useAction(async (member: boolean | null) => {
    const before = found?.by_hand ?? null;
    await put(member);
    toast(texts.explain.decided, () => put(before === null ? null : before === "in"));
  });
  return (
    <Dialog
      title={found?.name ?? texts.segments.title}
      onClose={onClose}
      wide
      actions={
        editable &&
        found && (
          <>
            {found.by_hand !== null && (
              <Button busy={decide.running} onClick={() => void decide.run(null)}>
                {texts.explain.byCondition}
              </Button>
            )}
            <Button busy={decide.running} onClick={() => void decide.run(!found.member)}>
              {found.member ? texts.explain.keepOut : texts.explain.putIn}
            </Button>
          </>
        )
      }
    >
      {loaded.error && <ErrorState error={loaded.error} onRetry={loaded.reload} />}
      {!found && !loaded.error && <Skeleton lines={5} />}
      {found && (
        <>
          <p class="explain-state">
            <Badge tone={found.member ? "good" : "neutral"}>{found.member ? texts.explain.in : texts.explain.out}</Badge>
            {found.by_hand && <span>{texts.explain.byHand[found.by_hand]}</span>}
            <strong>{found.next_change ? texts.explain.until(formatDateTime(found.next_change)) : texts.explain.noEnd}</strong>
          </p>
          {found.hidden && <p class="soft">{texts.timeline.hidden}</p>}
          {found.tree ? (
            <ul class="explain-tree">
              <Branch branch={found.tree} />
            </ul>
          ) : (
            !found.hidden && <p class="soft">{texts.explain.static}</p>
          )}
          <p class="soft small">{texts.explain.asOf(formatDateTime(found.at), found.version)}</p>
        </>
      )}
      <ErrorNote error={decide.error} />
    </Dialog>
  );
}

function Branch({ branch }: { branch: Explained }) {
  const evidence = evidenceOf(branch.evidence);
  return (
    <li class="explain-branch">
      <div class="explain-line">
        <span class={branch.holds ? "explain-mark is-true" : "explain-mark"}>
          <Icon of={branch.holds ? Check : X} size={14} />
          <span class="visually-hidden">{branch.holds ? texts.explain.holds : texts.explain.fails}</span>
        </span>
        <div class="explain-words">
          <span>{sentence(branch.condition)}</span>
          {evidence && <span class="soft small">{evidence}</span>}
          {branch.next_change && <span class="soft small">{texts.explain.changes(formatDateTime(branch.next_change))}</span>}
        </div>
      </div>
      {branch.parts.length > 0 && (
        <ul class="explain-tree">
          {branch.parts.map((part, index) => (
            <Branch key={index} branch={part} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** A condition in words: its type, what it is about, how it compares, and when. */
function sentence(condition: Record<string, unknown>): string {
  const { type, window, ...rest } = condition;
  const name = texts.explain.types[String(type)] ?? String(type);
  const parts = Object.entries(rest)
    .filter(([, value]) => value !== null && typeof value !== "object")
    .map(([key, value]) => (["operator"].includes(key) ? String(value).replaceAll("_", " ") : ABOUT.has(key) ? `“${value}”` : ["value", "percent"].includes(key) ? String(value) : `${key.replaceAll("_", " ")} ${value}`));
  return [name, ...parts, windowOf(window)].filter(Boolean).join(" ");
}

const ABOUT = new Set(["event", "name", "tag", "segment", "list", "attribute", "channel", "user", "class"]);

function windowOf(window: unknown): string {
  if (!window || typeof window !== "object") return "";
  return Object.entries(window)
    .map(([key, value]) => texts.explain.windows[key]?.(String(value)) ?? `${key.replaceAll("_", " ")} ${String(value)}`)
    .join(", ");
}

/** What was found: values, days, the events that count. */
function evidenceOf(evidence: Record<string, unknown>): string {
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${texts.explain.evidence[key] ?? key.replaceAll("_", " ")}: ${formatEvidence(value)}`)
    .join(" · ");
}

function formatEvidence(value: unknown): string {
  if (Array.isArray(value)) return value.slice(0, 5).map(formatEvidence).join(", ") || texts.none;
  if (value && typeof value === "object") {
    const { name, at, ...rest } = value as Record<string, unknown>;
    if (typeof at === "string") return `${name ?? ""} ${formatDateTime(at)}`.trim();
    return Object.entries({ ...(name !== undefined && { name }), ...rest }).map(([key, one]) => `${key.replaceAll("_", " ")} ${formatEvidence(one)}`).join(", ");
  }
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(`${value}T12:00:00Z`);
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value)) return formatDateTime(value);
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  return String(value);
}
