/* The fields that conditions are made of. A type of conditions is a list of them: see types.ts. */
import { Checkbox, type ComponentChildren, SelectField } from "#core";
import { conditions as texts } from "#texts/conditions";
import { NumberInput, TextInput } from "./inputs";
import { Pick } from "./Pick";
import type { Names } from "./names";
import { type Json, errorAt, isNumber, isText, optionsOf } from "./tree";
import type { Wrong } from "./errors";

export interface FieldProps {
  node: Json;
  /** Changes fields of the node; undefined removes one. */
  set: (changes: Json) => void;
  path: string;
  wrong: Wrong[];
}

/** A field of a condition. What it cannot show as it stands (`fits`) is edited as JSON, so that nothing is lost. */
export interface Field {
  keys: string[];
  label: string;
  fits: (node: Json) => boolean;
  show: (props: FieldProps) => ComponentChildren;
  /** Not always there: what is set to add it. */
  optional?: Json;
}

const labelOf = (name: string): string => (texts.fields as unknown as Record<string, string>)[name] ?? name;

const absentOr = (is: (value: unknown) => boolean, name: string) => (node: Json) => node[name] === undefined || is(node[name]);

export const optional = (field: Field, fresh: Json): Field => ({ ...field, optional: fresh });

export function text(name: string, label = labelOf(name)): Field {
  return {
    keys: [name],
    label,
    fits: absentOr(isText, name),
    show: ({ node, set, path, wrong }) => (
      <TextInput label={label} value={node[name] as string} onChange={(value) => set({ [name]: value })} error={errorAt(wrong, `${path}.${name}`)} />
    ),
  };
}

export function number(name: string, label = labelOf(name)): Field {
  return {
    keys: [name],
    label,
    fits: absentOr(isNumber, name),
    show: ({ node, set, path, wrong }) => (
      <NumberInput label={label} value={node[name] as number} onChange={(value) => set({ [name]: value })} error={errorAt(wrong, `${path}.${name}`)} />
    ),
  };
}

/** One of several values; `preset` is the one that applies if the field is left out. */
export function choice(name: string, names: Record<string, string>, { label = labelOf(name), preset = "" } = {}): Field {
  return {
    keys: [name],
    label,
    fits: absentOr((value) => isText(value) && value in names, name),
    show: ({ node, set, path, wrong }) => (
      <SelectField
        label={label}
        value={(node[name] as string) ?? preset}
        onChange={(value) => set({ [name]: value })}
        options={optionsOf(names)}
        error={errorAt(wrong, `${path}.${name}`)}
      />
    ),
  };
}

/** The name or id of something that exists, proposed while one types. */
export function named(name: string, of: Names, label = labelOf(name)): Field {
  return {
    keys: [name],
    label,
    fits: absentOr(isText, name),
    show: ({ node, set, path, wrong }) => (
      <Pick
        label={label}
        of={of}
        values={node[name] ? [node[name] as string] : []}
        onChange={([value]) => set({ [name]: value ?? "" })}
        error={errorAt(wrong, `${path}.${name}`)}
      />
    ),
  };
}

export function flag(name: string, label = labelOf(name)): Field {
  return {
    keys: [name],
    label,
    fits: absentOr((value) => typeof value === "boolean", name),
    show: ({ node, set }) => <Checkbox label={label} checked={node[name] === true} onChange={(on) => set({ [name]: on })} />,
  };
}
