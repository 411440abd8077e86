import {
  Button,
  ErrorNote,
  type Model,
  Stack,
  Tabs,
  VersionConflict,
  api,
  classes,
  common,
  tagged,
  toast,
  useAction,
  useState,
} from "#core";
import { form as texts } from "#texts/form";
import { Consents } from "./Consents";
import type { Definition, Form } from "./definition";
import { Fields } from "./Fields";
import { Code, Draft, Served } from "./Preview";
import { Settings } from "./Settings";

interface Props {
  form: Form;
  etag: string | undefined;
  edits: boolean;
  onChange: () => void;
}

type Beside = "draft" | "served" | "code";

const draftOf = ({ id, notices, version, created_at, updated_at, ...draft }: Form): Definition => draft;

/** The definition at the left, what it looks like at the right. */
export function Editor({ form, etag, edits, onChange }: Props) {
  const [draft, setDraft] = useState(() => draftOf(form));
  const [beside, setBeside] = useState<Beside>("draft");
  const changed = changes(form, draft);
  const path = { id: form.id };
  const save = useAction(async (version: string | undefined) => {
    const params = { path, header: version ? { "If-Match": version } : {} };
    await api.PATCH("/v1/forms/{id}", { params, body: changed as Model["FormChanges"] });
    toast(texts.saved);
    onChange();
  });
  const change = (part: Partial<Definition>) => setDraft((former) => ({ ...former, ...part }));
  const refused = save.error;
  return (
    <div class="form-editor">
      {edits && (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save.run(etag);
          }}
        >
          <Stack>
            <Fields fields={draft.fields} onChange={(fields) => change({ fields })} error={refused} />
            <Consents consents={draft.consents} onChange={(consents) => change({ consents })} error={refused} />
            <Settings draft={draft} onChange={change} error={refused} />
            {refused?.isEditConflict ? (
              <VersionConflict<Definition>
                mine={changed}
                read={() => tagged<Definition>(api.GET("/v1/forms/{id}", { params: { path } }))}
                labels={texts.names}
                onKeepMine={(version) => void save.run(version)}
                onTakeTheirs={onChange}
              />
            ) : (
              <ErrorNote error={refused} />
            )}
            <div class={classes("form-save", Object.keys(changed).length > 0 && "is-changed")}>
              <Button kind="primary" type="submit" busy={save.running} disabled={!Object.keys(changed).length}>
                {common.save}
              </Button>
              {Object.keys(changed).length > 0 && <span class="soft small">{texts.unsaved}</span>}
            </div>
          </Stack>
        </form>
      )}
      <div class="form-beside">
        <Tabs label={texts.tabs.label} tabs={TABS} selected={beside} onSelect={setBeside}>
          {beside === "draft" && <Draft draft={draft} />}
          {beside === "served" && <Served form={form} />}
          {beside === "code" && <Code form={form} />}
        </Tabs>
      </div>
    </div>
  );
}

const TABS: { id: Beside; label: string }[] = [
  { id: "draft", label: texts.tabs.draft },
  { id: "served", label: texts.tabs.served },
  { id: "code", label: texts.tabs.code },
];

const changes = (form: Form, draft: Definition): Partial<Definition> =>
  Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(form[name as keyof Form])),
  );
