import { Button, Combobox, Dialog, ErrorNote, type Model, SelectField, Tag, api, data, once, shared, toast, useAction, useState } from "#core";
import { exportsPage as texts } from "#texts/exports";

type By = "all" | "tag" | "list" | "segment";
type Format = Model["Export"]["format"];

/** Chooses who is exported, and the format. Filters are exported from the list of customers. */
export function NewExport({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [by, setBy] = useState<By>("all");
  const [chosen, setChosen] = useState<string>();
  const [format, setFormat] = useState<Format>("csv");
  const make = useAction(async () => {
    const selection = by === "all" ? { all: true } : { [by]: chosen };
    await data(api.POST("/v1/exports", { body: { ...selection, format } as Model["NewExport"], headers: once() }));
    toast(texts.begun);
    onClose();
    onMade();
  });
  return (
    <Dialog
      title={texts.action}
      onClose={onClose}
      onSubmit={() => void make.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" busy={make.running} disabled={by !== "all" && !chosen}>
            {texts.make}
          </Button>
        </>
      }
    >
      <SelectField
        label={texts.who}
        value={by}
        onChange={(value) => {
          setBy(value);
          setChosen(undefined);
        }}
        options={(["all", "tag", "list", "segment"] as const).map((value) => ({ value, label: texts.choices[value] }))}
      />
      {by !== "all" && (
        <>
          <Combobox key={by} label={texts.choices[by]} search={(text) => search(by, text)} onSelect={({ value }) => setChosen(value)} />
          {chosen && (
            <div>
              <Tag name={chosen} onRemove={() => setChosen(undefined)} />
            </div>
          )}
        </>
      )}
      <SelectField
        label={texts.format}
        value={format}
        onChange={setFormat}
        options={[
          { value: "csv", label: texts.formats.csv },
          { value: "xlsx", label: texts.formats.xlsx },
        ]}
      />
      <ErrorNote error={make.error} />
    </Dialog>
  );
}

async function search(by: Exclude<By, "all">, text: string) {
  const found = (await named(by)).filter((name) => name.toLowerCase().includes(text.toLowerCase()));
  return found.map((name) => ({ value: name, label: name }));
}

async function named(by: Exclude<By, "all">): Promise<string[]> {
  if (by === "tag") return (await shared("tags", () => data(api.GET("/v1/tags")))).tags.map(({ name }) => name);
  if (by === "list") return (await shared("lists", () => data(api.GET("/v1/lists")))).lists.map(({ name }) => name);
  return (await shared("segments", () => data(api.GET("/v1/segments")))).segments.map(({ name }) => name);
}
