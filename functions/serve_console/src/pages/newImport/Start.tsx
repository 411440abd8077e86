import { Button, Dialog, ErrorNote, type Model, TextField, VersionConflict, api, data, navigate, once, tagged, useAction, useState } from "#core";
import { newImport as texts } from "#texts/newImport";
import type { Mapping } from "./useDraft";

interface Props {
  file: string;
  mapping: Mapping;
  /** The stored mapping that was changed, if it was one. */
  stored: string | null;
  /** Of the mappings that are stored. */
  names: string[];
  /** That of the stored mapping when it was opened. */
  version: string | undefined;
  /** Takes the changes back: what is stored now is used. */
  onReset: () => void;
  onClose: () => void;
}

/** Imports the file by a stored mapping, or by the names of its columns, and shows how far it is. Throws ApiError. */
export async function startImport(file: string, mapping: string | null): Promise<void> {
  const begun = await data(api.POST("/v1/imports", { body: { key: file, mapping, again: false }, headers: once() }));
  navigate(`/imports/${begun.id}`);
}

/** Saves a mapping that was changed, and starts the import by it. */
export function Start({ file, mapping, stored, names, version, onReset, onClose }: Props) {
  const [name, setName] = useState(stored ?? mapping.name);
  const replaces = names.includes(name);
  const start = useAction(async (over: string | undefined) => {
    if (replaces) await replace(name, mapping, name === stored ? over : undefined);
    else await create(name, mapping);
    await startImport(file, name);
  });
  const wrong = start.error?.field === "name" ? start.error.message : undefined;
  return (
    <Dialog
      title={texts.start}
      onClose={onClose}
      onSubmit={() => void start.run(version)}
      actions={
        <>
          <Button onClick={onClose}>{texts.goOn}</Button>
          <Button kind="primary" type="submit" busy={start.running}>
            {texts.saveAndStart}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={texts.saveAs}
        hint={replaces ? texts.replaces(name) : texts.saveAsHint}
        error={wrong}
        value={name}
        maxLength={50}
        spellcheck={false}
        onChange={(typed) => {
          setName(typed);
          start.clear();
        }}
      />
      {start.error?.isEditConflict ? (
        <VersionConflict<Model["ImportMapping"]>
          mine={changesOf(mapping)}
          read={() => tagged(api.GET("/v1/import-mappings/{name}", { params: { path: { name } } }))}
          labels={texts.parts}
          onKeepMine={(etag) => void start.run(etag)}
          onTakeTheirs={onReset}
        />
      ) : (
        !wrong && <ErrorNote error={start.error} />
      )}
    </Dialog>
  );
}

function changesOf({ name: _proposed, kind: _kind, ...fields }: Mapping): Model["ImportMappingChanges"] {
  return fields as Model["ImportMappingChanges"];
}

/** The next files can be read by it, too. */
async function create(name: string, mapping: Mapping): Promise<void> {
  const body = { ...mapping, name } as Model["NewImportMapping"];
  await data(api.POST("/v1/import-mappings", { body, headers: once() }));
}

/** Another user may have changed it since: the API refuses to replace any version but the one given. */
async function replace(name: string, mapping: Mapping, version: string | undefined): Promise<void> {
  const params = { path: { name }, header: version ? { "If-Match": version } : {} };
  await data(api.PATCH("/v1/import-mappings/{name}", { params, body: changesOf(mapping) }));
}
