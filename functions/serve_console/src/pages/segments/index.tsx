import { ChartPie, Plus } from "lucide";
import {
  EmptyState,
  ErrorState,
  Button,
  type ComponentChildren,
  LinkButton,
  PageHeader,
  type PageProps,
  Table,
  Tabs,
  TextField,
  api,
  data,
  href,
  may,
  plural,
  seesAll,
  setQuery,
  useInterval,
  useLoad,
  type Address,
  known,
} from "#core";
import { segments as texts } from "#texts/segments";
import { type Segment, columns } from "./columns";
import "./segments.css";

const WHILE_BUILDING = 3000;

const SHOWN = ["active", "archived"] as const;
type Shown = (typeof SHOWN)[number];

export const address: Address = { shown: SHOWN, q: null };

export default function Segments({ query }: PageProps) {
  const shown: Shown = known(query, "shown", SHOWN) ?? "active";
  const text = query.get("q") ?? "";
  const all = useLoad((signal) => data(api.GET("/v1/segments", { params: { query: { archived: true } }, signal })), []);
  useInterval(all.reload, all.data?.segments.some(({ state }) => state === "building") ? WHILE_BUILDING : null);
  const rows = all.data?.segments.filter(({ archived }) => archived === (shown === "archived"));
  const found = rows?.filter((segment) => fits(segment, text));
  const create = may("segments:write") && seesAll() && (
    <LinkButton kind="primary" icon={Plus} href={href("/segments/new")}>
      {texts.create}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={texts.title} actions={create}>
        <p class="soft">{texts.about}</p>
      </PageHeader>
      <div>
        <Tabs
          label={texts.shownLabel}
          tabs={tabsOf(all.data?.segments)}
          selected={shown}
          onSelect={(chosen) => setQuery({ shown: chosen === "active" ? null : chosen }, { replace: false })}
        >
          <div class="segments">
            {all.error && <ErrorState error={all.error} onRetry={all.reload} />}
            {!all.error && rows?.length !== 0 && (
              <div class="segments-search">
                <TextField
                  bare
                  type="search"
                  label={texts.search}
                  placeholder={texts.searchHint}
                  value={text}
                  onChange={(typed) => setQuery({ q: typed || null })}
                />
              </div>
            )}
            {found?.length === 0 && <None shown={shown} text={rows?.length ? text : ""} create={create} />}
            {!all.error && found?.length !== 0 && (
              <Table label={texts.table} columns={columns} rows={found} keyOf={({ id }) => id} nameOf={({ name }) => name} />
            )}
            {found && found.length > 0 && (
              <p class="soft small" role="status">
                {plural(found.length, texts.total)}
              </p>
            )}
          </div>
        </Tabs>
      </div>
    </>
  );
}

const tabsOf = (all: Segment[] | undefined): { id: Shown; label: string; count?: number }[] => [
  { id: "active", label: texts.shown.active, count: all?.filter(({ archived }) => !archived).length },
  { id: "archived", label: texts.shown.archived, count: all?.filter(({ archived }) => archived).length },
];

function fits({ name, slug, description }: Segment, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  return [name, slug ?? "", description].some((part) => part.toLocaleLowerCase().includes(wanted));
}

function None({ shown, text, create }: { shown: Shown; text: string; create: ComponentChildren }) {
  const { none } = texts;
  if (text) {
    const clear = <Button onClick={() => setQuery({ q: null })}>{none.showAll}</Button>;
    return <EmptyState icon={ChartPie} title={none.filtered} text={none.filteredText(text)} action={clear} />;
  }
  if (shown === "archived") return <EmptyState icon={ChartPie} title={none.archived} text={none.archivedText} />;
  return <EmptyState icon={ChartPie} title={none.title} text={none.text} action={create} />;
}
