import { ShieldCheck } from "lucide";
import {
  Badge,
  Button,
  type Column,
  EmptyState,
  PageHeader,
  type PageProps,
  PagedCollection,
  SelectField,
  api,
  data,
  href,
  may,
  plural,
  setQuery,
  toast,
  usePages,
  useState,
  type Address,
  known,
} from "#core";
import { conflicts as texts } from "#texts/conflicts";
import { Settle } from "./Settle";
import type { Conflict } from "./conflict";
import "./conflicts.css";

type Reason = Conflict["reason"];

const REASONS = [
  { value: "" as const, label: texts.all },
  ...Object.entries(texts.reasons).map(([value, { title }]) => ({ value: value as Reason, label: title })),
];
const keyOf = ({ identity }: Conflict): string => `${identity.type}:${identity.value}`;

const NAMES = Object.keys(texts.reasons) as Reason[];
export const address: Address = { reason: NAMES };

export default function Conflicts({ query }: PageProps) {
  const reason = known(query, "reason", NAMES) ?? "";
  const [settling, setSettling] = useState<Conflict>();
  const pages = usePages<Conflict>(
    async (cursor, signal) => {
      const filter = { ...(reason && { reason }), ...(cursor && { cursor }), limit: 50 };
      const page = await data(api.GET("/v1/conflicts", { params: { query: filter }, signal }));
      return { items: page.conflicts, next: page.next_cursor };
    },
    [reason],
  );
  return (
    <>
      <PageHeader title={texts.title}>
        <p class="soft">{texts.text}</p>
      </PageHeader>
      <div class="conflicts-filter">
        <SelectField label={texts.filter} value={reason} onChange={(value) => setQuery({ reason: value || null })} options={REASONS} />
      </div>
      <PagedCollection
        label={texts.list}
        pages={pages}
        columns={columnsOf(setSettling)}
        keyOf={keyOf}
        nameOf={({ identity }) => identity.value}
        empty={<EmptyState icon={ShieldCheck} title={texts.none.title} text={texts.none.text} />}
        shown={texts.shown}
      />
      {settling && (
        <Settle
          conflict={settling}
          onClose={() => setSettling(undefined)}
          onSettled={() => {
            toast(texts.settle.done(settling.identity.value));
            setSettling(undefined);
            pages.change((all) => all.filter((one) => keyOf(one) !== keyOf(settling)));
          }}
        />
      )}
    </>
  );
}

const columnsOf = (onSettle: (conflict: Conflict) => void): Column<Conflict>[] => [
  {
    id: "identity",
    header: texts.columns.identity,
    cell: ({ identity, profile_id }) => (
      <span class="conflict-identity">
        <a href={href(`/customers/${profile_id}`)}>{identity.value}</a>
        <span class="soft small">{identity.type}</span>
      </span>
    ),
  },
  {
    id: "reason",
    header: texts.columns.reason,
    from: "m",
    cell: ({ reason }) => (
      <span title={texts.reasons[reason].text}>
        <Badge tone="warn">{texts.reasons[reason].title}</Badge>
      </span>
    ),
  },
  { id: "claims", header: texts.columns.claims, from: "m", cell: ({ claimers }) => plural(claimers.length, texts.claims) },
  {
    id: "settle",
    header: texts.columns.settle,
    end: true,
    cell: (conflict) =>
      may("profiles:write") && (
        <Button small aria-label={texts.settle.label(conflict.identity.value)} onClick={() => onSettle(conflict)}>
          {texts.settle.action}
        </Button>
      ),
  },
];
