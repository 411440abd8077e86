import { Download, FileDown } from "lucide";
import {
  Ago,
  Button,
  type Column,
  EmptyState,
  JobActions,
  JobProgress,
  JobState,
  LinkButton,
  type Model,
  PageHeader,
  PagedCollection,
  api,
  data,
  formatNumber,
  isUnfinished,
  useInterval,
  usePages,
  useState,
} from "#core";
import { exportsPage as texts } from "#texts/exports";
import { NewExport } from "./NewExport";
import "./exports.css";

type Export = Model["Export"];

const REFRESH = 2000;
/** Links to files are valid for 15 minutes: they are read again before. */
const RENEW = 600_000;

/** Files of customers: made here, and downloaded until they are deleted. */
export default function Exports() {
  const [making, setMaking] = useState(false);
  const pages = usePages<Export>(async (cursor, signal) => {
    const page = await data(api.GET("/v1/exports", { params: { query: { limit: 50, ...(cursor && { cursor }) } }, signal }));
    return { items: page.exports, next: page.next_cursor };
  }, []);
  useInterval(pages.reload, pages.items?.some(isUnfinished) ? REFRESH : RENEW);
  const create = (
    <Button kind="primary" icon={FileDown} onClick={() => setMaking(true)}>
      {texts.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={texts.title} actions={create} />
      <div class="exports">
        <PagedCollection
          live
          label={texts.table}
          pages={pages}
          columns={columnsOf(pages.reload)}
          keyOf={({ id }) => id}
          nameOf={nameOf}
          empty={<EmptyState icon={FileDown} title={texts.none.title} text={texts.none.text} />}
          shown={texts.shown}
        />
      </div>
      {making && <NewExport onClose={() => setMaking(false)} onMade={pages.reload} />}
    </>
  );
}

const nameOf = ({ file, format }: Export): string => file?.name ?? texts.unnamed(format.toUpperCase());

const columnsOf = (onChange: () => void): Column<Export>[] => [
  {
    id: "file",
    header: texts.columns.file,
    cell: (one) => (
      <span class="exports-file">
        <span class="exports-name truncate">{nameOf(one)}</span>
        <span class="soft small truncate">{one.error?.message ?? texts.selectedBy[one.selected_by]}</span>
      </span>
    ),
  },
  {
    id: "state",
    header: texts.columns.state,
    from: "m",
    cell: (one) => (isUnfinished(one) ? <JobProgress job={one} /> : <JobState state={one.state} />),
  },
  { id: "rows", header: texts.columns.rows, end: true, from: "m", cell: ({ file }) => file && formatNumber(file.rows) },
  { id: "created", header: texts.columns.created, end: true, from: "m", cell: (one) => <Ago instant={one.created_at} /> },
  { id: "until", header: texts.columns.until, end: true, from: "l", cell: ({ file }) => <Ago instant={file?.expires_at} /> },
  { id: "actions", header: texts.columns.actions, end: true, cell: (one) => <Actions one={one} onChange={onChange} /> },
];

function Actions({ one, onChange }: { one: Export; onChange: () => void }) {
  if (!one.file) return <JobActions small job={one} kind="export" onChange={onChange} />;
  if (!one.file.url) return <span class="soft small">{texts.deleted}</span>;
  return (
    <LinkButton small icon={Download} href={one.file.url} download={one.file.name}>
      {texts.download}
    </LinkButton>
  );
}
