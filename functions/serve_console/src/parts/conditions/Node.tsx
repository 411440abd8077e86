import { Ellipsis } from "lucide";
import { type Choice, Combobox, type ComponentChildren, Icon, JsonEditor, Menu, type MenuItem, SelectField, useEffect, useRef } from "#core";
import { conditions as texts } from "#texts/conditions";
import { Fields } from "./FieldList";
import type { Wrong } from "./errors";
import { type Json, changed, errorOf, isJson, moved, optionsOf, replaced, titleOf, without } from "./tree";
import { TYPES, type Type, fresh, isType } from "./types";

interface Props {
  node: unknown;
  onChange: (node: unknown) => void;
  path: string;
  wrong: Wrong[];
  /** What its place allows: removing, moving. */
  more?: MenuItem[];
}

/** A condition: a group of conditions, one with its fields, or JSON where the builder does not know it. */
export function Node(props: Props) {
  const { node } = props;
  if (isJson(node) && (node.type === "and" || node.type === "or") && Array.isArray(node.conditions)) return <Group {...props} node={node} />;
  if (isJson(node) && node.type === "not" && "condition" in node) return <Not {...props} node={node} />;
  if (isJson(node) && isType(node.type)) return <Leaf {...props} node={node} type={node.type} />;
  return (
    <Frame {...props}>
      <JsonEditor label={texts.other} value={node} rows={6} onChange={props.onChange} />
    </Frame>
  );
}

type Typed = Omit<Props, "node"> & { node: Json };

const Leaf = ({ type, ...props }: Typed & { type: Type }) => (
  <Frame {...props}>
    <Fields
      fields={TYPES[type].fields}
      elsewhere={["type"]}
      node={props.node}
      set={(changes) => props.onChange(changed(props.node, changes))}
      path={props.path}
      wrong={props.wrong}
    />
  </Frame>
);

/** The title of a condition and what can be done with it. */
function Frame({ node, onChange, more = [], children, head }: Props & { children: ComponentChildren; head?: ComponentChildren }) {
  const title = titleOf(node);
  const groups: MenuItem[] = [
    { label: texts.groupIn(texts.groups.and), onSelect: () => onChange({ type: "and", conditions: [node] }) },
    { label: texts.groupIn(texts.groups.or), onSelect: () => onChange({ type: "or", conditions: [node] }) },
    { label: texts.groupIn(texts.groups.not), onSelect: () => onChange({ type: "not", condition: node }) },
  ];
  const items = [...groups, ...unwrapped(node, onChange), ...(more.length ? (["line", ...more] as const) : [])];
  return (
    <div class="node" role="group" aria-label={title}>
      <div class="node-head">
        {head ?? <strong>{title}</strong>}
        <Menu align="end" label={texts.actions(title)} button={<Icon of={Ellipsis} />} items={items} />
      </div>
      {children}
    </div>
  );
}

/** A group of one can be taken away around it. */
function unwrapped(node: unknown, onChange: (node: unknown) => void): MenuItem[] {
  if (!isJson(node)) return [];
  const only = node.type === "not" ? node.condition : Array.isArray(node.conditions) && node.conditions.length === 1 ? node.conditions[0] : undefined;
  return only === undefined ? [] : [{ label: texts.unwrap, onSelect: () => onChange(only) }];
}

function Not({ node, onChange, path, wrong, more }: Typed) {
  return (
    <Frame node={node} onChange={onChange} path={path} wrong={wrong} {...(more && { more })}>
      <Others node={node} known={["type", "condition"]} onChange={onChange} />
      <Node node={node.condition} onChange={(condition) => onChange(changed(node, { condition }))} path={`${path}.condition`} wrong={wrong} />
    </Frame>
  );
}

function Group({ node, onChange, path, wrong, more }: Typed) {
  const root = useRef<HTMLDivElement>(null);
  const focusNext = useRef<"last" | "add" | undefined>(undefined);
  const list = node.conditions as unknown[];
  const title = titleOf(node);
  const set = (conditions: unknown[]) => onChange(changed(node, { conditions }));
  useEffect(() => {
    const next = focusNext.current;
    focusNext.current = undefined;
    const own = root.current;
    if (next === "add") own?.querySelector<HTMLElement>(":scope > .node-add input")?.focus();
    if (next === "last") own?.querySelector<HTMLElement>(":scope > ul > li:last-child :is(input, select, textarea)")?.focus();
  }, [list.length]);

  function itemsOf(at: number): MenuItem[] {
    const remove = () => {
      focusNext.current = "add";
      set(without(list, at));
    };
    return [
      ...(at > 0 ? [{ label: texts.moveUp, onSelect: () => set(moved(list, at, at - 1)) }] : []),
      ...(at < list.length - 1 ? [{ label: texts.moveDown, onSelect: () => set(moved(list, at, at + 1)) }] : []),
      { label: texts.duplicate, onSelect: () => set([...list.slice(0, at + 1), list[at], ...list.slice(at + 1)]) },
      { label: texts.remove, danger: true, onSelect: remove },
    ];
  }

  const error = errorOf(wrong, path) ?? errorOf(wrong, `${path}.conditions`);
  const head = (
    <SelectField bare label={texts.groupLabel} value={node.type as "and" | "or"} onChange={(type) => onChange(changed(node, { type }))} options={optionsOf(JOINS)} />
  );
  return (
    <Frame node={node} onChange={onChange} path={path} wrong={wrong} head={head} {...(more && { more })}>
      <Others node={node} known={["type", "conditions"]} onChange={onChange} />
      {error && <p class="field-error">{error}</p>}
      <div class="node-group" ref={root}>
        <ul class="node-list">
          {list.map((one, at) => (
            <li key={at}>
              <Node node={one} onChange={(next) => set(replaced(list, at, next))} path={`${path}.conditions.${at}`} wrong={wrong} more={itemsOf(at)} />
            </li>
          ))}
        </ul>
        <AddCondition
          label={texts.addTo(title)}
          onAdd={(condition) => {
            focusNext.current = "last";
            set([...list, condition]);
          }}
        />
      </div>
    </Frame>
  );
}

const JOINS = { and: texts.groups.and, or: texts.groups.or };
const CHOICES: Choice[] = optionsOf<string>({ ...texts.types, ...texts.groups });

/** The field that adds a condition of any type. */
export function AddCondition({ label, onAdd }: { label: string; onAdd: (condition: Json) => void }) {
  const search = (text: string) => CHOICES.filter((choice) => choice.label.toLocaleLowerCase().includes(text.toLocaleLowerCase()));
  return (
    <div class="node-add">
      <Combobox bare label={label} placeholder={texts.add} search={search} onSelect={({ value }) => onAdd(fresh(value as Type))} />
    </div>
  );
}

/** Fields of a group that the builder does not know. */
function Others({ node, known, onChange }: { node: Json; known: string[]; onChange: (node: unknown) => void }) {
  const rest = Object.entries(node).filter(([key]) => !known.includes(key));
  if (!rest.length) return null;
  const kept = Object.fromEntries(Object.entries(node).filter(([key]) => known.includes(key)));
  return <JsonEditor label={texts.other} value={Object.fromEntries(rest)} rows={3} onChange={(value) => isJson(value) && onChange({ ...kept, ...value })} />;
}
