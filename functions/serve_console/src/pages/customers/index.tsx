import { Download, Plus, SlidersHorizontal, Users } from "lucide";
import {
  Button,
  type ComponentProps,
  Dialog,
  EmptyState,
  ErrorState,
  LoadMore,
  type Model,
  type PageProps,
  PageHeader,
  Table,
  Tabs,
  may,
  part,
  plural,
  setQuery,
  useSelection,
  useState,
  type Address,
} from "#core";
import { create } from "#texts/create";
import { customers as texts } from "#texts/customers";
import { columns, nameOf } from "./columns";
import { CreateDialog } from "./create";
import { ChosenFilters } from "./filters/ChosenFilters";
import { Filters } from "./filters/Filters";
import { FILTER_NAMES, filterBody } from "./filters/names";
import { type Kind, SORTS, type View, sortInQuery, useCustomers, viewOf } from "./useCustomers";

const Bulk = part<typeof import("#parts/bulk")["default"]>("bulk");
type BulkAction = ComponentProps<typeof Bulk>["action"];

const KINDS = { recognised: "recognised", anonymous: "anonymous", all: "any", deleted: undefined };

/** How the API selects all that the list shows. */
function selectionOf({ kind, filter }: View): object {
  const which = { kind: KINDS[kind] };
  return Object.keys(filter).length ? { filter: filterBody(filter), ...which } : { all: true, ...which };
}

export const address: Address = {
  kind: Object.keys(KINDS),
  sort: SORTS,
  ...Object.fromEntries(FILTER_NAMES.map((name) => [name, null])),
};

export default function Customers({ query }: PageProps) {
  const view = viewOf(query);
  const { kind, sort, filter } = view;
  const { pages, counts } = useCustomers(view);
  const selection = useSelection(selectionOf(view), pages.items);
  const [action, setAction] = useState<BulkAction>();
  const [creating, setCreating] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const chosen = Object.keys(filter).length;
  const select = (other: Kind) => setQuery({ kind: other === "recognised" ? null : other, sort: null }, { replace: false });
  function exportAll() {
    selection.selectEverything();
    setAction("export");
  }
  return (
    <>
      <PageHeader
        title={texts.title}
        actions={
          <>
            {kind !== "deleted" && may("profiles:export") && (
              <Button icon={Download} onClick={exportAll}>
                {texts.exportAll}
              </Button>
            )}
            {may("profiles:write") && (
              <Button kind="primary" icon={Plus} onClick={() => setCreating(true)}>
                {create.open}
              </Button>
            )}
          </>
        }
      />
      <div class="customers-columns">
        <aside class="customers-filters" aria-label={texts.filters.title}>
          <Filters filter={filter} query={query} />
        </aside>
        <div class="customers-list">
          <Tabs label={texts.kindsLabel} tabs={tabsOf(counts)} selected={kind} onSelect={select}>
            <div class="customers">
              <div class="customers-bar">
                <Button class="customers-open" icon={SlidersHorizontal} onClick={() => setDrawer(true)}>
                  {texts.filters.open}
                  {chosen > 0 && <span class="filter-count number">{chosen}</span>}
                </Button>
                <ChosenFilters filter={filter} kind={kind} />
              </div>
              {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
              {pages.items?.length === 0 && !pages.more && <None view={view} />}
              {!pages.error && (pages.items?.length !== 0 || pages.more) && (
                <Table
                  label={texts.table}
                  columns={columns}
                  rows={pages.items}
                  busy={pages.loading}
                  keyOf={({ id }) => id}
                  nameOf={nameOf}
                  selection={kind !== "deleted" && (may("profiles:write") || may("profiles:export")) ? selection : undefined}
                  sort={sort}
                  onSort={kind === "recognised" ? (next) => setQuery({ sort: sortInQuery(next) }) : undefined}
                />
              )}
              {pages.items && (pages.items.length > 0 || pages.more) && (
                <LoadMore
                  pages={pages}
                  shown={pages.items.length ? plural(pages.items.length, texts.shown) : texts.searchedSoFar}
                />
              )}
              {selection.used && <Bulk chosen={selection} action={action} onAct={setAction} onOver={pages.reload} />}
            </div>
          </Tabs>
        </div>
      </div>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {drawer && (
        <Dialog
          drawer
          title={texts.filters.title}
          onClose={() => setDrawer(false)}
          actions={
            <Button kind="primary" onClick={() => setDrawer(false)}>
              {texts.filters.done}
            </Button>
          }
        >
          <Filters filter={filter} query={query} />
        </Dialog>
      )}
    </>
  );
}

const tabsOf = (stats: Model["Stats"] | undefined): { id: Kind; label: string; count?: number }[] => [
  { id: "recognised", label: texts.kinds.recognised, count: stats?.recognised },
  { id: "anonymous", label: texts.kinds.anonymous, count: stats?.anonymous },
  { id: "all", label: texts.kinds.all, count: stats?.total },
  { id: "deleted", label: texts.kinds.deleted },
];

/** What is shown instead of an empty list: what to change, or what to do first. */
function None({ view }: { view: View }) {
  const { none } = texts;
  if (Object.keys(view.filter).length) {
    const clear = () => setQuery(Object.fromEntries(FILTER_NAMES.map((name) => [name, null])), { replace: false });
    const action = <Button onClick={clear}>{none.filtered.action}</Button>;
    return <EmptyState icon={Users} title={none.filtered.title} text={none.filtered.text} action={action} />;
  }
  if (view.kind === "all") return <EmptyState icon={Users} title={none.title} text={none.text} />;
  const action = <Button onClick={() => setQuery({ kind: "all", sort: null }, { replace: false })}>{none.ofKind.action}</Button>;
  return <EmptyState icon={Users} title={none.ofKind.title} text={none.ofKind.text} action={action} />;
}
