import {
  Combobox,
  type Model,
  NameField,
  NamesField,
  READ,
  SelectField,
  Tag,
  TextField,
  api,
  data,
  may,
  proposals,
  seesAll,
  shared,
} from "#core";
import { bulk as texts } from "#texts/bulk";
import type { ActionId } from "./actions";
import type { Entered } from "./entered";

interface Props {
  action: ActionId;
  entered: Entered;
  cards: Model["ProfileCard"][];
  /** What is said at the field that is empty. */
  missing: string | undefined;
  onChange: (change: Partial<Entered>) => void;
}

/** The fields of an action. */
export function Inputs(props: Props) {
  const { action, entered, cards, onChange } = props;
  switch (action) {
    case "add_tags":
    case "remove_tags":
      return <TagInput {...props} />;
    case "add_to_list":
    case "remove_from_list":
      return <ListInput {...props} />;
    case "add_to_segment":
    case "remove_from_segment":
      return <SegmentInput {...props} />;
    case "set_attributes":
      return <AttributeInput {...props} />;
    case "set_responsible":
      return (
        <NameField
          of="responsibles"
          label={texts.responsible}
          hint={texts.responsibleHint}
          value={entered.responsible ?? ""}
          onChange={(responsible) => onChange({ responsible })}
        />
      );
    case "add_classes":
    case "remove_classes":
      return (
        <NamesField
          of="classes"
          label={texts.classes}
          hint={action === "add_classes" ? texts.classesHint : undefined}
          error={props.missing}
          values={entered.classes}
          onChange={(classes) => onChange({ classes })}
          create={action === "add_classes" ? texts.use : undefined}
        />
      );
    case "export":
      return (
        <SelectField
          label={texts.format}
          value={entered.format}
          options={(["csv", "xlsx", "jsonl"] as const).map((value) => ({ value, label: texts.formats[value] }))}
          onChange={(format) => onChange({ format })}
        />
      );
    case "merge":
      return (
        <SelectField
          label={texts.into}
          hint={texts.mergeHint}
          value={entered.into}
          options={cards.map((card) => ({ value: card.id, label: `${card.name ?? card.phone ?? texts.nameless} (${card.email ?? card.id.slice(0, 8)})` }))}
          onChange={(into) => onChange({ into })}
        />
      );
    case "delete":
      return <p>{texts.deleteHint}</p>;
  }
}

const propose = async (field: "tag" | "list" | "segment", text: string, chosen: string[]) =>
  proposals(may(field === "segment" ? "segments:read" : "definitions:read") ? await READ[field]() : [], text, chosen).map(
    ({ name }) => ({ value: name, label: name }),
  );

function TagInput({ action, entered, missing, onChange }: Props) {
  const { tags } = entered;
  return (
    <>
      <Combobox
        label={texts.tags}
        error={missing}
        search={(text) => propose("tag", text, tags)}
        {...(action === "add_tags" && { create: texts.use })}
        onSelect={({ value }) => onChange({ tags: [...new Set([...tags, value])] })}
      />
      {tags.length > 0 && (
        <div class="picked">
          {tags.map((tag) => (
            <Tag key={tag} name={tag} onRemove={() => onChange({ tags: tags.filter((other) => other !== tag) })} />
          ))}
        </div>
      )}
    </>
  );
}

function ListInput({ action, entered, missing, onChange }: Props) {
  const mayCreate = action === "add_to_list" && may("definitions:write") && seesAll();
  const known = async (name: string) => (await READ.list()).some((list) => list.name === name);
  return (
    <>
      <Combobox
        label={texts.list}
        error={missing}
        search={(text) => propose("list", text, [])}
        {...(mayCreate && { create: texts.newList })}
        onSelect={async ({ value }) => onChange({ list: value, newList: (await known(value)) ? undefined : value })}
      />
      <Picked name={entered.list} onRemove={() => onChange({ list: undefined, newList: undefined })} />
    </>
  );
}

function SegmentInput({ entered, missing, onChange }: Props) {
  return (
    <>
      <Combobox
        label={texts.segment}
        error={missing}
        search={(text) => propose("segment", text, [])}
        onSelect={({ value }) => onChange({ segment: value })}
      />
      <Picked name={entered.segment} onRemove={() => onChange({ segment: undefined })} />
    </>
  );
}

function Picked({ name, onRemove }: { name: string | undefined; onRemove: () => void }) {
  if (!name) return null;
  return (
    <div class="picked">
      <Tag name={name} onRemove={onRemove} />
    </div>
  );
}

/** Identities belong to one customer, and are not set for many. */
const OF_ONE = new Set(["email", "phone"]);

const readAttributes = async () =>
  (await shared("attributes", () => data(api.GET("/v1/attributes")))).attributes.filter(
    ({ archived, name }) => !archived && !OF_ONE.has(name),
  );

function AttributeInput({ entered, missing, onChange }: Props) {
  const { attribute } = entered;
  const search = async (text: string) => {
    const wanted = text.toLocaleLowerCase();
    const found = may("definitions:read") ? await readAttributes() : [];
    return found
      .filter(({ name, label }) => label.toLocaleLowerCase().includes(wanted) || name.includes(wanted))
      .map(({ name, label }) => ({ value: name, label, ...(label !== name && { detail: name }) }));
  };
  const select = async (name: string) => {
    const found = may("definitions:read") ? (await readAttributes()).find((one) => one.name === name) : undefined;
    onChange({ attribute: found ?? { name, label: name, type: "text" }, value: "" });
  };
  return (
    <>
      <Combobox
        label={texts.attribute}
        error={missing}
        search={search}
        onSelect={({ value }) => void select(value)}
        {...(!may("definitions:read") && { create: texts.use })}
      />
      {attribute && (
        <TextField
          label={texts.value(attribute.label)}
          hint={texts.emptied}
          type={attribute.type === "date" ? "date" : "text"}
          value={entered.value ?? ""}
          onChange={(value) => onChange({ value })}
        />
      )}
    </>
  );
}
