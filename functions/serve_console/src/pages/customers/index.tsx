import { Users } from "lucide";
import {
  Button,
  EmptyState,
  ErrorState,
  LoadMore,
  type Model,
  type PageProps,
  PageHeader,
  Table,
  Tabs,
  api,
  data,
  plural,
  setQuery,
  usePages,
  useState,
} from "#core";
import { customers as texts } from "#texts/customers";
import { columns, nameOf } from "./columns";

type Card = Model["ProfileCard"];
type Kind = "all" | Card["kind"];
type Sort = "last_activity" | "-last_activity";

const BY_ACTIVITY = "-last_activity";

export default function Customers({ query }: PageProps) {
  const kind = (query.get("kind") ?? "recognised") as Kind;
  // The API lists the recognised only in other orders than that of their activity.
  const sort = kind === "recognised" ? (query.get("sort") ?? BY_ACTIVITY) : BY_ACTIVITY;
  const [counts, setCounts] = useState<Model["Stats"]>();
  const pages = usePages<Card>(
    async (cursor, signal) => {
      const filter = { ...(kind !== "all" && { kind }), sort: sort as Sort, limit: 50 };
      const part = cursor ? { cursor } : { counts: true };
      const page = await data(api.GET("/v1/profiles", { params: { query: { ...filter, ...part } }, signal }));
      if (page.counts) setCounts(page.counts);
      return { items: page.profiles, next: page.next_cursor };
    },
    [kind, sort],
  );
  const select = (chosen: Kind) => setQuery({ kind: chosen === "recognised" ? null : chosen, sort: null }, { replace: false });
  return (
    <>
      <PageHeader title={texts.title} />
      <div>
        <Tabs label={texts.kindsLabel} tabs={tabsOf(counts)} selected={kind} onSelect={select}>
          <div class="customers">
            {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
            {pages.items?.length === 0 && !pages.more && <None kind={kind} onShowAll={() => select("all")} />}
            {!pages.error && (pages.items?.length !== 0 || pages.more) && (
              <Table
                label={texts.table}
                columns={columns}
                rows={pages.items}
                busy={pages.loading}
                keyOf={({ id }) => id}
                nameOf={nameOf}
                sort={sort}
                onSort={kind === "recognised" ? (next) => setQuery({ sort: next === BY_ACTIVITY ? null : next }) : undefined}
              />
            )}
            {pages.items && <LoadMore pages={pages} shown={plural(pages.items.length, texts.shown)} />}
          </div>
        </Tabs>
      </div>
    </>
  );
}

const tabsOf = (stats: Model["Stats"] | undefined): { id: Kind; label: string; count?: number }[] => [
  { id: "recognised", label: texts.kinds.recognised, count: stats?.recognised },
  { id: "anonymous", label: texts.kinds.anonymous, count: stats?.anonymous },
  { id: "all", label: texts.kinds.all, count: stats?.total },
  { id: "deleted", label: texts.kinds.deleted },
];

function None({ kind, onShowAll }: { kind: Kind; onShowAll: () => void }) {
  const { none } = texts;
  if (kind === "all") return <EmptyState icon={Users} title={none.title} text={none.text} />;
  const action = <Button onClick={onShowAll}>{none.filtered.action}</Button>;
  return <EmptyState icon={Users} title={none.filtered.title} text={none.filtered.text} action={action} />;
}
