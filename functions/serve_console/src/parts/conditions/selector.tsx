import { conditions as texts } from "#texts/conditions";
import { type Field, type FieldProps, choice, named, optional } from "./fields";
import { Filters, filtersFit } from "./Filters";
import { Pick } from "./Pick";
import { errorAt, isText } from "./tree";

const { fields } = texts;
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** The names of events: one is `event`, several are `events`. */
const events: Field = {
  keys: ["event", "events"],
  label: fields.event,
  fits: ({ event, events: several }) =>
    (event === undefined || isText(event)) && (several === undefined || isTexts(several)) && (event === undefined || several === undefined),
  show: (props) => <Events {...props} />,
};

function Events({ node, set, path, wrong }: FieldProps) {
  const names = (node.events as string[]) ?? (node.event === undefined || node.event === "" ? [] : [node.event as string]);
  function change(next: string[]) {
    if (next.length > 1 || (node.events && next.length)) set({ event: undefined, events: next });
    else set({ events: undefined, event: next[0] });
  }
  return (
    <Pick
      several
      of="events"
      label={fields.event}
      placeholder={names.length ? texts.addEvent : texts.anyEvent}
      values={names}
      onChange={change}
      error={errorAt(wrong, `${path}.event`) ?? errorAt(wrong, `${path}.events`)}
    />
  );
}

const where: Field = optional(
  {
    keys: ["where"],
    label: fields.where,
    fits: ({ where: filters }) => filters === undefined || filtersFit(filters),
    show: ({ node, set, path, wrong }) => (
      <Filters filters={node.where as unknown[]} onChange={(next) => set({ where: next.length ? next : undefined })} path={`${path}.where`} wrong={wrong} label={fields.where} />
    ),
  },
  { where: [{ property: "", operator: "equals", value: "" }] },
);

/** Which events are meant. */
export const selector: Field[] = [
  events,
  optional(choice("kind", texts.activityKinds, { label: fields.activity, preset: "track" }), { kind: "page" }),
  optional(named("source", "sources"), { source: "" }),
  where,
];
