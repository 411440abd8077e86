import { Button, Dialog, ErrorNote, type Model, TextField, api, data, navigate, once, useAction, useState } from "#core";
import { newImport as texts } from "#texts/newImport";
import type { Mapping } from "./useDraft";

interface Props {
  file: string;
  mapping: Mapping;
  /** The stored mapping that was changed, if it was one. */
  stored: string | null;
  /** Of the mappings that are stored. */
  names: string[];
  onClose: () => void;
}

/** Imports the file by a stored mapping, or by the names of its columns, and shows how far it is. Throws ApiError. */
export async function startImport(file: string, mapping: string | null): Promise<void> {
  const begun = await data(api.POST("/v1/imports", { body: { key: file, mapping, again: false }, headers: once() }));
  navigate(`/imports/${begun.id}`);
}

/** Saves a mapping that was changed, and starts the import by it. */
export function Start({ file, mapping, stored, names, onClose }: Props) {
  const [name, setName] = useState(stored ?? mapping.name);
  const replaces = names.includes(name);
  const start = useAction(async () => {
    await save(name, mapping, replaces);
    await startImport(file, name);
  });
  const wrong = start.error?.field === "name" ? start.error.message : undefined;
  return (
    <Dialog
      title={texts.start}
      onClose={onClose}
      onSubmit={() => void start.run()}
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
      {!wrong && <ErrorNote error={start.error} />}
    </Dialog>
  );
}

/** The next files can be read by it, too. */
async function save(name: string, mapping: Mapping, replaces: boolean): Promise<void> {
  const { name: _proposed, kind, ...fields } = mapping;
  if (replaces) {
    const body = fields as Model["ImportMappingChanges"];
    await data(api.PATCH("/v1/import-mappings/{name}", { params: { path: { name } }, body }));
  } else {
    const body = { ...fields, kind, name } as Model["NewImportMapping"];
    await data(api.POST("/v1/import-mappings", { body, headers: once() }));
  }
}
