import {
  Ago,
  ApiError,
  Author,
  Badge,
  Button,
  type Column,
  Dialog,
  ErrorState,
  type Model,
  Table,
  api,
  data,
  may,
  seesAll,
  toast,
  toastError,
  useLoad,
  useState,
} from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";
import { Conditions } from "./Conditions";
import { type Shown, change } from "./change";

type Version = Model["SegmentVersion"];

const { versions } = texts;

interface Props {
  shown: Shown;
  onChange: (shown: Shown) => void;
  onReload: () => void;
}

/** Every version of the definition, each to look at and to restore. */
export function Versions({ shown, onChange, onReload }: Props) {
  const { id, version: current, serving_version: serving } = shown.segment;
  const [open, setOpen] = useState<Version>();
  const all = useLoad((signal) => data(api.GET("/v1/segments/{id}/versions", { params: { path: { id } }, signal })), [id]);

  async function restore({ version, condition, name, description }: Version) {
    try {
      const before = shown.segment;
      const changed = await change(shown, { name, description, ...(condition && { condition }) });
      const undo = async () => {
        const { name: formerName, description: former, condition: formerCondition } = before;
        onChange(await change(changed, { name: formerName, description: former, ...(formerCondition && { condition: formerCondition }) }));
      };
      setOpen(undefined);
      onChange(changed);
      toast(versions.restored(version), undo);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
      if (error.isEditConflict) onReload();
    }
  }

  const columns: Column<Version>[] = [
    {
      id: "version",
      header: versions.columns.version,
      cell: ({ version, archived }) => (
        <span class="segment-about">
          <span class="number">{version}</span>
          {version === current && <Badge tone="accent">{versions.current}</Badge>}
          {version === serving && version !== current && <Badge tone="good">{versions.serving}</Badge>}
          {archived && <Badge>{versions.archived}</Badge>}
        </span>
      ),
    },
    { id: "name", header: versions.columns.name, from: "m", cell: ({ name }) => <span class="truncate">{name}</span> },
    { id: "by", header: versions.columns.by, from: "l", cell: ({ by, by_name: name }) => <Author source={by} name={name} /> },
    { id: "at", header: versions.columns.at, end: true, from: "m", cell: ({ created_at }) => <Ago instant={created_at} /> },
    {
      id: "show",
      header: versions.columns.show,
      end: true,
      cell: (version) => (
        <Button small aria-label={`${versions.show}: ${versions.shown(version.version)}`} onClick={() => setOpen(version)}>
          {versions.show}
        </Button>
      ),
    },
  ];
  return (
    <div class="versions">
      {all.error ? (
        <ErrorState error={all.error} onRetry={all.reload} />
      ) : (
        <Table
          label={versions.table}
          columns={columns}
          rows={all.data?.versions}
          keyOf={({ version }) => String(version)}
          nameOf={({ version }) => versions.shown(version)}
        />
      )}
      {open && (
        <Dialog
          wide
          title={versions.shown(open.version)}
          onClose={() => setOpen(undefined)}
          actions={
            <>
              <Button onClick={() => setOpen(undefined)}>{common.close}</Button>
              {open.version !== current && may("segments:write") && seesAll() && (
                <Button kind="primary" onClick={() => void restore(open)}>
                  {versions.restore}
                </Button>
              )}
            </>
          }
        >
          <Compared version={open} before={all.data?.versions.find(({ version }) => version === open.version - 1)} />
        </Dialog>
      )}
    </div>
  );
}

/** A version, with what it has changed of the one before it. */
function Compared({ version, before }: { version: Version; before: Version | undefined }) {
  const facts = before ? (["name", "description"] as const).filter((field) => version[field] !== before[field]) : [];
  const isOther = before !== undefined && (facts.length > 0 || JSON.stringify(version.condition) !== JSON.stringify(before.condition) || version.archived !== before.archived);
  return (
    <>
      <p class="soft">
        {!before && versions.first}
        {before && (isOther ? versions.compared(before.version) : versions.same(before.version))}
      </p>
      {before && version.archived !== before.archived && <p>{version.archived ? versions.wasArchived : versions.wasRestored}</p>}
      {before && facts.length > 0 && (
        <dl class="versions-facts">
          {facts.map((field) => (
            <div key={field}>
              <dt class="soft small">{versions.columns[field]}</dt>
              <dd>
                {before[field] && <del>{before[field]}</del>} {version[field] ? <ins>{version[field]}</ins> : <span class="soft">{versions.nothing}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {version.condition ? (
        <Conditions key={version.version} value={version.condition} before={before?.condition ?? undefined} readOnly />
      ) : (
        <p class="soft">{versions.static}</p>
      )}
    </>
  );
}
