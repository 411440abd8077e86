import { Plus, X } from "lucide";
import { Button, IconButton } from "#core";
import { conditions as texts } from "#texts/conditions";
import { type Field, type FieldProps, number, optional } from "./fields";
import { Fields } from "./FieldList";
import { selector } from "./selector";
import { type Json, changed, errorOf, isJson, replaced, without } from "./tree";
import { window, within } from "./window";

const { fields } = texts;
const EVENT: Json = { event: "" };
const limits: Field[] = [optional(number("within_days"), { within_days: 7 }), within];

/** A part with fields of its own. */
function part(name: string, label: string, inner: Field[], { required = false } = {}): Field {
  const field: Field = {
    keys: [name],
    label,
    fits: (node) => node[name] === undefined || isJson(node[name]),
    show: ({ node, set, path, wrong }) => {
      const held = (node[name] as Json) ?? {};
      return (
        <fieldset class="part">
          <legend class="field-label">{label}</legend>
          <Fields fields={inner} node={held} set={(changes) => set({ [name]: changed(held, changes) })} path={`${path}.${name}`} wrong={wrong} />
        </fieldset>
      );
    },
  };
  return required ? field : optional(field, { [name]: EVENT });
}

/** Several parts with the same fields. */
function parts(name: string, label: string, inner: Field[], add: string): Field {
  return optional(
    {
      keys: [name],
      label,
      fits: (node) => node[name] === undefined || (Array.isArray(node[name]) && (node[name] as unknown[]).every(isJson)),
      show: (props) => <Parts {...props} {...{ name, label, inner, add }} />,
    },
    { [name]: [EVENT] },
  );
}

function Parts({ node, set, path, wrong, name, label, inner, add }: FieldProps & { name: string; label: string; inner: Field[]; add: string }) {
  const list = node[name] as Json[];
  const error = errorOf(wrong, `${path}.${name}`);
  return (
    <fieldset class="part">
      <legend class="field-label">{label}</legend>
      {error && <p class="field-error">{error}</p>}
      <ol class="parts">
        {list.map((one, at) => (
          <li key={at} class="filter" aria-label={fields.step(at + 1)}>
            <div class="parts-one">
              <Fields
                fields={inner}
                node={one}
                set={(changes) => set({ [name]: replaced(list, at, changed(one, changes)) })}
                path={`${path}.${name}.${at}`}
                wrong={wrong}
              />
            </div>
            <IconButton small icon={X} label={`${texts.remove}: ${fields.step(at + 1)}`} onClick={() => set({ [name]: without(list, at) })} />
          </li>
        ))}
      </ol>
      <div>
        <Button small icon={Plus} onClick={() => set({ [name]: [...list, EVENT] })}>
          {add}
        </Button>
      </div>
    </fieldset>
  );
}

const none = parts("without", fields.without, selector, texts.addWithout);

/** Events in an order: two, or up to five steps, and one that did not follow. */
export const sequence: Field[] = [
  part("first", fields.first, selector),
  part("then", fields.then, selector),
  parts("steps", fields.steps, [...selector, ...limits, none], texts.addStep),
  part("then_not", fields.then_not, [...selector, ...limits]),
  ...limits,
  none,
  window,
];
