import { SearchX, UserRoundCheck, UsersRound } from "lucide";
import {
  COUNT_UP_TO,
  type Column,
  EmptyState,
  ErrorState,
  LinkButton,
  LoadMore,
  type NameInUse,
  type NamesOf,
  PageHeader,
  Skeleton,
  Table,
  TextField,
  api,
  caller,
  data,
  formatCount,
  href,
  may,
  plural,
  seesAll,
  useLoad,
  usePages,
  useState,
} from "#core";
import { namesInUse as texts } from "#texts/names-in-use";
import "./names-in-use.css";

const ICONS = { classes: UsersRound, responsibles: UserRoundCheck };
const FILTERS = { classes: "class", responsibles: "responsible" };

/** Names of the keys that are limited to a class, by class. */
type Keys = Map<string, string[]>;

/** The classes or responsible users that customers have: how many customers each has, and a way to them. */
export default function NamesInUse({ of }: { of: NamesOf }) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState("name");
  const pages = usePages<NameInUse>((cursor, signal) => read(of, cursor, signal), [of]);
  const showsKeys = of === "classes" && may("keys:write") && seesAll();
  const keys = useLoad((signal) => (showsKeys ? readKeys(signal) : Promise.resolve<Keys>(new Map())), [of]);
  const words = texts.of[of];
  const all = pages.items && [...pages.items, ...withoutCustomers(pages.items, pages.more ? undefined : keys.data)];
  const wanted = text.trim().toLocaleLowerCase();
  const found = all && sorted(all, sort).filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const own = caller().classes;
  const error = pages.error ?? keys.error;
  const retry = () => {
    pages.reload();
    keys.reload();
  };
  return (
    <>
      <PageHeader title={words.title}>
        <p class="soft">{words.about}</p>
        {of === "classes" && own && <p class="soft">{texts.own(own.join(", "))}</p>}
      </PageHeader>
      <div class="names-in-use">
        {error && <ErrorState error={error} onRetry={retry} />}
        {!all && !pages.error && <Skeleton lines={6} />}
        {all?.length === 0 && !pages.more && (
          <EmptyState
            icon={ICONS[of]}
            title={words.none.title}
            text={words.none.text}
            action={<LinkButton href={href("/customers")}>{texts.toCustomers}</LinkButton>}
          />
        )}
        {all && found && (all.length > 0 || pages.more) && (
          <>
            <div class="names-in-use-search">
              <TextField bare type="search" label={texts.search} placeholder={texts.search} value={text} onChange={setText} />
            </div>
            {found.length > 0 ? (
              <Table
                label={words.title}
                columns={columnsOf(of, showsKeys ? keys.data : undefined)}
                rows={found}
                keyOf={({ name }) => name}
                nameOf={({ name }) => name}
                sort={sort}
                onSort={setSort}
              />
            ) : (
              <EmptyState icon={SearchX} title={texts.noMatch.title} text={texts.noMatch.text} />
            )}
            <LoadMore pages={pages} shown={plural(found.length, words.shown)} />
          </>
        )}
      </div>
    </>
  );
}

async function read(of: NamesOf, cursor: string | undefined, signal: AbortSignal | undefined) {
  const params = { query: { count_up_to: COUNT_UP_TO, ...(cursor && { cursor }) } };
  if (of === "classes") {
    const page = await data(api.GET("/v1/classes", { params, signal }));
    return { items: page.classes, next: page.next_cursor };
  }
  const page = await data(api.GET("/v1/responsibles", { params, signal }));
  return { items: page.responsibles, next: page.next_cursor };
}

async function readKeys(signal: AbortSignal): Promise<Keys> {
  const keys: Keys = new Map();
  for (const { name, classes, revoked_at } of (await data(api.GET("/v1/api-keys", { signal }))).api_keys) {
    if (!revoked_at) for (const one of classes ?? []) keys.set(one, [...(keys.get(one) ?? []), name]);
  }
  return keys;
}

/** Classes that no customer has, although keys are limited to them. */
const withoutCustomers = (names: NameInUse[], keys: Keys = new Map()): NameInUse[] =>
  [...keys.keys()].filter((name) => !names.some((one) => one.name === name)).map((name) => ({ name, count: 0, more: false }));

/** The list of customers. A comma in a name is no separator. */
const customersOf = (of: NamesOf, name: string): string => {
  const query = new URLSearchParams({ kind: "all", [FILTERS[of]]: name.replaceAll(",", "\\,") });
  return href(`/customers?${query.toString()}`);
};

function columnsOf(of: NamesOf, keys: Keys | undefined): Column<NameInUse>[] {
  const name: Column<NameInUse> = {
    id: "name",
    header: texts.table.name,
    sort: "name",
    cell: (entry) => (
      <a class="name-in-use truncate" href={customersOf(of, entry.name)}>
        {entry.name}
      </a>
    ),
  };
  const count: Column<NameInUse> = {
    id: "count",
    header: texts.table.count,
    sort: "count",
    end: true,
    cell: formatCount,
  };
  const tasks: Column<NameInUse> = {
    id: "tasks",
    header: texts.table.tasks,
    end: true,
    cell: (entry) => (
      <a href={href(`/tasks?${new URLSearchParams({ assignee: entry.name }).toString()}`)} aria-label={texts.tasksOf(entry.name)}>
        {texts.tasks}
      </a>
    ),
  };
  const limited: Column<NameInUse> = {
    id: "keys",
    header: texts.table.keys,
    from: "m",
    cell: (entry) => <span class="names-in-use-keys truncate">{keys?.get(entry.name)?.join(", ") ?? <span class="soft">–</span>}</span>,
  };
  return of === "responsibles" ? [name, count, tasks] : keys ? [name, limited, count] : [name, count];
}

function sorted(names: NameInUse[], sort: string): NameInUse[] {
  const by = sort.replace("-", "");
  const compare = (one: NameInUse, other: NameInUse) => (by === "count" && one.count - other.count) || one.name.localeCompare(other.name);
  return [...names].sort((one, other) => (sort.startsWith("-") ? -compare(one, other) : compare(one, other)));
}
