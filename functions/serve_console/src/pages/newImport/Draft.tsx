import { Play } from "lucide";
import {
  Badge,
  Button,
  ErrorNote,
  ErrorState,
  type Model,
  PageHeader,
  Panel,
  SelectField,
  Skeleton,
  api,
  data,
  may,
  plural,
  setQuery,
  useAction,
  useLoad,
  tagged,
  useShared,
  useState,
} from "#core";
import { importPage } from "#texts/importPage";
import { newImport as texts } from "#texts/newImport";
import { Columns } from "./Columns";
import { ForAll } from "./ForAll";
import { Format } from "./Format";
import { Sample } from "./Sample";
import { Start, startImport } from "./Start";
import { type DraftState, useDraft } from "./useDraft";

interface Props {
  file: string;
  mapping: string | null;
  back: { path: string; label: string };
}

/** How the file would be imported, and everything that changes it. */
export function Draft({ file, mapping: stored, back }: Props) {
  // Another mapping starts anew: changes of the former one do not apply to it.
  return <Editor key={stored ?? ""} file={file} mapping={stored} back={back} />;
}

function Editor({ file, mapping: stored, back }: Props) {
  const draft = useDraft(file, stored);
  const [saving, setSaving] = useState(false);
  const start = useAction(() => startImport(file, stored));
  const attributes = useShared("attributes", () => data(api.GET("/v1/attributes")));
  const mappings = useLoad((signal) => data(api.GET("/v1/import-mappings", { signal })), []);
  const version = useLoad((signal) => versionOf(stored, signal), []);
  const { preview, reading, mapping } = draft;
  const name = preview?.file.name ?? texts.title;
  const canStart = preview !== undefined && !reading.error && !reading.loading;
  return (
    <>
      <PageHeader
        title={name}
        back={back}
        actions={
          preview && (
            <Button kind="primary" icon={Play} disabled={!canStart} busy={start.running} onClick={() => (draft.changed ? setSaving(true) : void start.run())}>
              {texts.start}
            </Button>
          )
        }
      >
        {preview && <Summary draft={draft} />}
      </PageHeader>
      {!preview && reading.error && <ErrorState error={reading.error} onRetry={reading.reload} />}
      {!preview && !reading.error && <Skeleton lines={8} />}
      {preview && mapping && (
        <div class="draft" aria-busy={reading.loading}>
          <div class="draft-main">
            <ErrorNote error={reading.error ?? start.error} />
            <Problems problems={preview.problems} />
            <Columns draft={draft} preview={preview} mapping={mapping} attributes={attributes.data?.attributes ?? []} onDeclared={attributes.reload} />
            <Sample preview={preview} attributes={attributes.data?.attributes ?? []} />
          </div>
          <div class="draft-side">
            <Stored mappings={mappings.data?.mappings ?? []} chosen={stored} />
            {may("definitions:write") && (
              <>
                <ForAll mapping={mapping} onChange={draft.change} />
                <Format mapping={mapping} dialect={preview.dialect} onChange={draft.change} />
              </>
            )}
          </div>
        </div>
      )}
      {saving && mapping && (
        <Start
          file={file}
          mapping={mapping}
          stored={stored}
          names={mappings.data?.mappings.map((one) => one.name) ?? []}
          version={version.data}
          onReset={() => {
            draft.reset();
            setSaving(false);
          }}
          onClose={() => setSaving(false)}
        />
      )}
    </>
  );
}

/** The version of a stored mapping that the changes are made to. */
async function versionOf(name: string | null, signal: AbortSignal): Promise<string | undefined> {
  if (!name) return undefined;
  return (await tagged(api.GET("/v1/import-mappings/{name}", { params: { path: { name } }, signal }))).etag;
}

function Summary({ draft: { preview, changed } }: { draft: DraftState }) {
  if (!preview) return null;
  const rejected = preview.rows_rejected;
  return (
    <p class="draft-summary soft" role="status">
      {plural(preview.rows_read, texts.rowsRead)}
      {rejected > 0 && <Badge tone="warn">{plural(rejected, texts.wouldBeRejected)}</Badge>}
      {changed && <Badge tone="accent">{texts.changed}</Badge>}
    </p>
  );
}

const codes = { ...importPage.codes, ...importPage.warningCodes };
const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;

function Problems({ problems }: { problems: Model["PreviewWarning"][] }) {
  if (!problems.length) return null;
  return (
    <Panel title={texts.problems}>
      <ul class="draft-problems">
        {problems.map(({ code, message, rows }) => (
          <li key={code + message}>
            <span>{codes[code] ?? sentence(message)}</span>{" "}
            {rows !== null && <span class="soft small">{plural(rows, texts.rowsOfSample)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The mappings that are stored, of which one may fit the file. */
function Stored({ mappings, chosen }: { mappings: Model["ImportMapping"][]; chosen: string | null }) {
  if (!mappings.length && !chosen) return null;
  return (
    <Panel title={texts.stored}>
      <SelectField
        bare
        label={texts.stored}
        value={chosen ?? ""}
        onChange={(mapping) => setQuery({ mapping: mapping || null })}
        options={[
          { value: "", label: texts.automatic },
          ...mappings.map(({ name, description }) => ({ value: name, label: description ? `${name} – ${description}` : name })),
        ]}
      />
    </Panel>
  );
}
