import { SelectField, TextField } from "#core";
import { customer as texts } from "#texts/customer";
import { type Definition, definitionOf, labelOf } from "./attributes";

interface Props {
  name: string;
  type: Definition["type"];
  value: string;
  onChange: (value: string) => void;
}

/** The field that fits the type of an attribute. */
export function AttributeInput({ name, type, value, onChange }: Props) {
  const described = { label: labelOf(name), bare: true, value, onChange };
  const definition = definitionOf(name);
  if (type === "boolean") {
    return <SelectField {...described} options={["", "true", "false"].map((one) => ({ value: one, label: texts.booleans[one] ?? "" }))} />;
  }
  if (type === "choice" && definition?.choices.length) {
    const choices = ["", ...definition.choices, ...(value && !definition.choices.includes(value) ? [value] : [])];
    return <SelectField {...described} options={choices.map((one) => ({ value: one, label: one || texts.none }))} />;
  }
  const hint = { list: texts.attribute.listHint, datetime: texts.attribute.datetimeHint }[type as string];
  const input = { number: "decimal" as const }[type as "number"];
  return (
    <TextField
      {...described}
      hint={hint}
      type={type === "date" ? "date" : definition?.format === "email" ? "email" : definition?.format === "phone" ? "tel" : "text"}
      inputMode={input}
    />
  );
}
