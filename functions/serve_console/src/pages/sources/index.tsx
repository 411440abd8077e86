import { Plus, Radio } from "lucide";
import {
  Ago,
  EnabledBadge,
  Button,
  Collection,
  type Column,
  EmptyState,
  type Model,
  PageHeader,
  api,
  data,
  formatNumber,
  href,
  may,
  useLoad,
  useState,
} from "#core";
import { sources as texts } from "#texts/sources";
import { NewSource } from "./NewSource";

type Source = Model["Source"];

const columns: Column<Source>[] = [
  { id: "name", header: texts.columns.name, cell: ({ id, name }) => <a href={href(`/sources/${id}`)}>{name}</a> },
  { id: "kind", header: texts.columns.kind, from: "m", cell: ({ kind }) => texts.kinds[kind] },
  { id: "state", header: texts.columns.state, cell: ({ enabled }) => <EnabledBadge enabled={enabled} /> },
  {
    id: "origins",
    header: texts.columns.origins,
    from: "l",
    cell: ({ allowed_origins }) => allowed_origins.join(", ") || <span class="soft">{texts.defaultOrigins}</span>,
  },
  {
    id: "limit",
    header: texts.columns.limit,
    end: true,
    from: "m",
    cell: ({ rate_limit }) => (rate_limit === null ? texts.noLimit : formatNumber(rate_limit)),
  },
  { id: "created", header: texts.columns.created, end: true, from: "m", cell: ({ created_at }) => <Ago instant={created_at} date /> },
];

export default function Sources() {
  const [creating, setCreating] = useState(false);
  const sources = useLoad(async (signal) => (await data(api.GET("/v1/sources", { signal }))).sources, []);
  const create = may("sources:write") && (
    <Button kind="primary" icon={Plus} onClick={() => setCreating(true)}>
      {texts.create.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={texts.title} actions={create}>
        <p class="soft">{texts.text}</p>
      </PageHeader>
      <Collection
        label={texts.table}
        loaded={sources}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<EmptyState icon={Radio} title={texts.none.title} text={texts.none.text} />}
      />
      {creating && <NewSource onClose={() => setCreating(false)} />}
    </>
  );
}
