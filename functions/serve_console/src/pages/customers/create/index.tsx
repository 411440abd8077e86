import {
  ApiError,
  Checkbox,
  Combobox,
  Dialog,
  ErrorNote,
  type Model,
  READ,
  SelectField,
  Tag,
  TextArea,
  TextField,
  api,
  caller,
  channelName,
  data,
  href,
  may,
  navigate,
  once,
  proposals,
  toast,
  useAction,
  useState,
} from "#core";
import { create as texts } from "#texts/create";
import { ASKED_CHANNELS, FIELDS, type Form, bodyOf, problemsOf } from "./form";
import "./create.css";

/** A customer made by hand, with the consents that the person has given and their wording. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const classes = caller().classes ?? [];
  const [form, setForm] = useState<Form>({ values: {}, tags: [], channels: [], proof: "", class: "" });
  const [tried, setTried] = useState(false);
  const save = useAction(async () => {
    const made = await data(api.POST("/v1/profiles", { body: bodyOf(form) as Model["NewProfile"], headers: once() }));
    const { first_name, last_name, email, phone } = form.values;
    toast(texts.created([first_name, last_name].filter(Boolean).join(" ") || email || phone || ""));
    navigate(`/customers/${made.id}`);
  });
  const problems = problemsOf(form, classes);
  const errors = { ...(tried ? problems : {}), ...refusedFields(save.error) };
  const change = (part: Partial<Form>) => {
    save.clear();
    setForm({ ...form, ...part });
  };
  const submit = () => {
    setTried(true);
    if (!Object.keys(problems).length) void save.run();
  };
  return (
    <Dialog
      wide
      title={texts.title}
      onClose={onClose}
      onSubmit={submit}
      submit={{ label: texts.action, busy: save.running }}
    >
      <div class="create-fields">
        {FIELDS.map((name) => (
          <TextField
            key={name}
            label={texts[name]}
            autoFocus={name === "first_name"}
            autocomplete="off"
            type={name === "email" ? "email" : name === "phone" ? "tel" : "text"}
            hint={name === "phone" ? texts.phoneHint : undefined}
            error={errors[name]}
            value={form.values[name] ?? ""}
            onChange={(value) => change({ values: { ...form.values, [name]: value } })}
          />
        ))}
        <Tags tags={form.tags} onChange={(tags) => change({ tags })} />
        {classes.length > 1 && (
          <SelectField
            label={texts.class}
            error={errors.class}
            value={form.class}
            options={[{ value: "", label: texts.someClass }, ...classes.map((value) => ({ value, label: value }))]}
            onChange={(chosen) => change({ class: chosen })}
          />
        )}
      </div>
      <fieldset class="create-consents">
        <legend class="field-label">{texts.consents}</legend>
        {ASKED_CHANNELS.map((channel) => (
          <Checkbox
            key={channel}
            label={channelName(channel)}
            checked={form.channels.includes(channel)}
            onChange={(on) => change({ channels: on ? [...form.channels, channel] : form.channels.filter((one) => one !== channel) })}
          />
        ))}
      </fieldset>
      {form.channels.length > 0 && (
        <TextArea
          label={texts.proof}
          rows={2}
          maxLength={5000}
          error={errors.proof}
          value={form.proof}
          onChange={(proof) => change({ proof })}
        />
      )}
      {save.error?.code === "identity_taken" ? <Taken error={save.error} /> : !hasFields(save.error) && <ErrorNote error={save.error} />}
    </Dialog>
  );
}

function Tags({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }) {
  const search = async (text: string) =>
    may("definitions:read") ? proposals(await READ.tag(), text, tags).map(({ name }) => ({ value: name, label: name })) : [];
  return (
    <div class="create-tags">
      <Combobox
        label={texts.tags}
        search={search}
        create={texts.useTag}
        onSelect={({ value }) => onChange([...new Set([...tags, value])])}
      />
      {tags.map((tag) => (
        <Tag key={tag} name={tag} onRemove={() => onChange(tags.filter((other) => other !== tag))} />
      ))}
    </div>
  );
}

/** Who has the address already, where the key may know it. */
function Taken({ error }: { error: ApiError }) {
  const id = error.details.id;
  return (
    <p class="error-note" role="alert">
      {texts.taken} {typeof id === "string" && <a href={href(`/customers/${id}`)}>{texts.openTaken}</a>}
    </p>
  );
}

interface Refused {
  field: string;
  message: string;
}

const refusedOf = (error: ApiError | undefined): Refused[] => (error?.details.errors as Refused[] | undefined) ?? [];
const hasFields = (error: ApiError | undefined): boolean => Object.keys(refusedFields(error)).length > 0;

/** What the API refuses, by the fields of the form. */
const refusedFields = (error: ApiError | undefined): Record<string, string> =>
  Object.fromEntries(
    refusedOf(error)
      .map(({ field, message }) => [field.replace(/^attributes\./, ""), message] as const)
      .filter(([field]) => FIELDS.some((one) => one === field)),
  );
