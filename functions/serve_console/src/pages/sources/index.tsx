import { Radio } from "lucide";
import {
  Ago,
  EnabledBadge,
  CollectionPage,
  type Column,
  type Model,
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
  return (
    <CollectionPage
      texts={texts}
      icon={Radio}
      loaded={sources}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      onCreate={may("sources:write") && (() => setCreating(true))}
    >
      {creating && <NewSource onClose={() => setCreating(false)} />}
    </CollectionPage>
  );
}
