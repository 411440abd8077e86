import { Button, ErrorNote, type Model, SelectField, TextField, api, data, forget, navigate, once, part, toast, useAction, useState } from "#core";
import { segmentNew as texts } from "#texts/segment-new";

type Kind = Model["Segment"]["type"];

const KINDS = Object.entries(texts.kinds).map(([value, label]) => ({ value: value as Kind, label }));
const Conditions = part<typeof import("#parts/conditions")["default"]>("conditions");

/** The name and the condition of a new segment; `initial` is the condition that it begins with, null for none. */
export function Form({ initial }: { initial: unknown }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [kind, setKind] = useState<Kind>("dynamic");
  const [condition, setCondition] = useState(initial);
  const [wrong, setWrong] = useState<{ name?: string; condition?: string }>({});
  const create = useAction(async () => {
    const body = { name: name.trim(), description, type: kind, condition: (kind === "dynamic" ? condition : null) as never };
    const made = await data(api.POST("/v1/segments", { body, headers: once() }));
    forget("segments");
    navigate(`/segments/${made.id}`);
    if (kind === "dynamic") toast(texts.created);
  });

  function submit(event: Event) {
    event.preventDefault();
    const missing = {
      ...(!name.trim() && { name: texts.missing }),
      ...(kind === "dynamic" && condition === null && { condition: texts.empty }),
    };
    setWrong(missing);
    if (missing.name) (event.currentTarget as HTMLFormElement).querySelector("input")?.focus();
    if (!Object.keys(missing).length) void create.run();
  }

  return (
    <form class="segment-new" onSubmit={submit} noValidate>
      <div class="segment-new-about">
        <TextField label={texts.name} hint={texts.nameHint} value={name} onChange={setName} error={wrong.name} required maxLength={200} />
        <TextField label={texts.description} value={description} onChange={setDescription} maxLength={500} />
        <SelectField label={texts.kind} value={kind} onChange={setKind} options={KINDS} />
      </div>
      {kind === "static" && <p class="soft">{texts.staticText}</p>}
      {kind === "dynamic" && (
        <section class="segment-new-condition" aria-label={texts.condition}>
          <Conditions
            value={condition}
            recipes
            error={create.error}
            onChange={(next: unknown) => {
              create.clear();
              setWrong({});
              setCondition(next);
            }}
          />
        </section>
      )}
      <ErrorNote error={create.error} />
      {wrong.condition && (
        <p class="field-error" role="alert">
          {wrong.condition}
        </p>
      )}
      <div>
        <Button kind="primary" type="submit" busy={create.running}>
          {texts.create}
        </Button>
      </div>
    </form>
  );
}
