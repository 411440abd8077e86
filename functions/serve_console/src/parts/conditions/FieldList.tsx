import { Plus, X } from "lucide";
import { IconButton, Button, JsonEditor } from "#core";
import { conditions as texts } from "#texts/conditions";
import type { Field, FieldProps } from "./fields";
import { type Json, errorOf } from "./tree";

interface Props extends FieldProps {
  fields: Field[];
  /** Fields that are shown elsewhere: the type of a condition. */
  elsewhere?: string[];
}

/** The fields of a condition, a step or a selector; what they do not show is edited as JSON. */
export function Fields({ fields, elsewhere = [], ...place }: Props) {
  const { node, set, path, wrong } = place;
  const isThere = ({ keys }: Field) => keys.some((key) => node[key] !== undefined);
  const shown = fields.filter((field) => field.fits(node) && (!field.optional || isThere(field)));
  const addable = fields.filter((field) => field.optional && !isThere(field));
  const covered = new Set([...elsewhere, ...shown.flatMap(({ keys }) => keys)]);
  const rest = Object.entries(node).filter(([key]) => !covered.has(key));
  const other = wrong.filter(({ field }) => field === path || isUnshown(field, path, covered, fields));

  function setRest(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const removed = Object.fromEntries(rest.map(([key]) => [key, undefined]));
    set({ ...removed, ...(value as Json) });
  }

  return (
    <>
      <div class="fields">
        {shown.map((field) => (
          <div key={field.keys[0]} class={field.optional ? "field-set is-optional" : "field-set"}>
            {field.show(place)}
            {field.optional && (
              <IconButton
                small
                icon={X}
                label={texts.removeField(field.label)}
                onClick={() => set(Object.fromEntries(field.keys.map((key) => [key, undefined])))}
              />
            )}
          </div>
        ))}
      </div>
      {rest.length > 0 && <JsonEditor key={rest.map(([key]) => key).join()} label={texts.other} value={Object.fromEntries(rest)} rows={4} onChange={setRest} />}
      {other.map(({ field, message }) => (
        <p key={field} class="field-error" role="alert">
          {message}
        </p>
      ))}
      {addable.length > 0 && (
        <div class="fields-add">
          {addable.map((field) => (
            <Button key={field.keys[0]} small kind="quiet" icon={Plus} aria-label={texts.addField(field.label)} onClick={() => set(field.optional as Json)}>
              {field.label}
            </Button>
          ))}
        </div>
      )}
      {errorOf(wrong, `${path}.type`) && <p class="field-error">{errorOf(wrong, `${path}.type`)}</p>}
    </>
  );
}

/** Whether an error is about a field of this node that no control shows. */
function isUnshown(field: string, path: string, covered: Set<string>, fields: Field[]): boolean {
  if (!field.startsWith(`${path}.`)) return false;
  const key = field.slice(path.length + 1).split(".")[0] ?? "";
  return key !== "type" && !(covered.has(key) && fields.some(({ keys }) => keys.includes(key)));
}
