import { Ellipsis, ListChecks, Plus, SearchX, Tags } from "lucide";
import {
  Ago,
  Button,
  type Column,
  EmptyState,
  ErrorState,
  Icon,
  Menu,
  PageHeader,
  Skeleton,
  Table,
  TagCloud,
  TextField,
  forget,
  formatCount,
  href,
  may,
  plural,
  seesAll,
  useLoad,
  useState,
} from "#core";
import { groups as texts } from "#texts/named-groups";
import { Delete, Edit } from "./Edit";
import { type Named, type Of, ROUTES } from "./routes";
import "./groups.css";

const CLOUD = 100;

type Doing = { what: "create" } | { what: "edit" | "delete"; group: Named };

/** Tags or lists: who has them is a click away, and they are managed in the table. */
export default function NamedGroups({ of }: { of: Of }) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState("name");
  const [doing, setDoing] = useState<Doing>();
  const read = useLoad(ROUTES[of].read, [of]);
  const mayChange = may("definitions:write") && seesAll();
  const words = texts.of[of];
  const wanted = text.trim().toLocaleLowerCase();
  const found = read.data && sorted(read.data, sort).filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const create = mayChange && (
    <Button kind="primary" icon={Plus} onClick={() => setDoing({ what: "create" })}>
      {words.create}
    </Button>
  );
  const props = {
    of,
    onClose: () => setDoing(undefined),
    onChanged: () => {
      forget(of);
      read.reload();
    },
  };
  return (
    <>
      <PageHeader title={words.title} actions={create}>
        <p class="soft">{words.about}</p>
      </PageHeader>
      <div class="groups">
        {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
        {read.loading && !read.data && <Skeleton lines={6} />}
        {read.data?.length === 0 && (
          <EmptyState icon={of === "tags" ? Tags : ListChecks} title={words.none.title} text={words.none.text} action={create} />
        )}
        {found && read.data && read.data.length > 0 && (
          <>
            <div class="groups-search">
              <TextField bare type="search" label={texts.search} placeholder={texts.search} value={text} onChange={setText} />
            </div>
            {of === "tags" && found.length > 0 && (
              <TagCloud label={words.cloud} tags={mostUsed(found)} hrefOf={(name) => customersOf(of, name)} />
            )}
            {found.length > 0 ? (
              <Table
                label={words.table}
                columns={columnsOf(of, mayChange, setDoing)}
                rows={found}
                keyOf={({ id }) => id}
                nameOf={({ name }) => name}
                sort={sort}
                onSort={setSort}
              />
            ) : (
              <EmptyState icon={SearchX} title={texts.noMatch.title} text={texts.noMatch.text} />
            )}
            <p class="soft small" role="status">
              {plural(found.length, words.shown)}
            </p>
          </>
        )}
      </div>
      {doing?.what === "create" && <Edit {...props} />}
      {doing?.what === "edit" && <Edit {...props} group={doing.group} />}
      {doing?.what === "delete" && <Delete {...props} group={doing.group} />}
    </>
  );
}

/** The list of who has it. A comma in a name is no separator. */
const customersOf = (of: Of, name: string): string => {
  const query = new URLSearchParams({ kind: "all", [ROUTES[of].filter]: name.replaceAll(",", "\\,") });
  return href(`/customers?${query.toString()}`);
};

function columnsOf(of: Of, mayChange: boolean, onDo: (doing: Doing) => void): Column<Named>[] {
  const columns: Column<Named>[] = [
    {
      id: "name",
      header: texts.table.name,
      sort: "name",
      cell: ({ name }) => (
        <a class="group-name truncate" href={customersOf(of, name)}>
          {name}
        </a>
      ),
    },
    {
      id: "description",
      header: texts.table.description,
      from: "m",
      cell: ({ description }) => <span class="group-about truncate">{description}</span>,
    },
    { id: "count", header: texts.table.count, sort: "count", end: true, cell: formatCount },
    {
      id: "created",
      header: texts.table.created,
      sort: "created_at",
      end: true,
      from: "m",
      cell: ({ created_at }) => <Ago instant={created_at} date />,
    },
  ];
  const menu: Column<Named> = {
    id: "actions",
    header: texts.table.actions,
    end: true,
    cell: (group) => (
      <Menu
        align="end"
        label={texts.actions(group.name)}
        button={<Icon of={Ellipsis} />}
        items={[
          { label: texts.edit, onSelect: () => onDo({ what: "edit", group }) },
          { label: texts.delete, danger: true, onSelect: () => onDo({ what: "delete", group }) },
        ]}
      />
    ),
  };
  return mayChange ? [...columns, menu] : columns;
}

function sorted(named: Named[], sort: string): Named[] {
  const by = sort.replace("-", "") as "name" | "count" | "created_at";
  const compare = (one: Named, other: Named) =>
    by === "count" ? one.count - other.count : one[by].localeCompare(other[by]);
  return [...named].sort((one, other) => (sort.startsWith("-") ? -compare(one, other) : compare(one, other)));
}

/** Those of the most customers, by name. */
const mostUsed = (named: Named[]) =>
  sorted(named, "-count")
    .slice(0, CLOUD)
    .sort((one, other) => one.name.localeCompare(other.name));
