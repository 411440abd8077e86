import { Field } from "#core";
import { customers as texts } from "#texts/customers";
import { operatorOf } from "./describe";
import { type Filter, TEXT_OPERATORS, type TextField, type TextOperator, filterName } from "./names";
import { useOperand } from "./useOperand";

const { filters } = texts;

interface Props {
  field: TextField;
  filter: Filter;
  onChange: (changes: Record<string, string | null>) => void;
}

/** A text with its operator. It applies by Enter, or when the field is left. */
export function TextFilter({ field, filter, onChange }: Props) {
  const [given, value] = operatorOf(filter, field, TEXT_OPERATORS) ?? [];
  const { operator, setOperator, text, setText } = useOperand<TextOperator>(given, value, "contains");
  const label = filters.fields[field];

  function apply(chosen: TextOperator, entered: string) {
    const none = Object.fromEntries(TEXT_OPERATORS.map((one) => [filterName(field, one), null]));
    onChange({ ...none, [filterName(field, chosen)]: entered.trim() || null });
  }

  return (
    <div class="filter-line">
      <Field label={label}>
        {(control) => (
          <input
            class="input"
            maxLength={500}
            placeholder={filters.anyText}
            {...control}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onChange={(event) => apply(operator, event.currentTarget.value)}
          />
        )}
      </Field>
      <select
        class="filter-operator"
        aria-label={filters.operatorOf(label)}
        value={operator}
        onChange={(event) => {
          const chosen = event.currentTarget.value as TextOperator;
          setOperator(chosen);
          if (text.trim()) apply(chosen, text);
        }}
      >
        {TEXT_OPERATORS.map((one) => (
          <option key={one} value={one}>
            {filters.operators[one]}
          </option>
        ))}
      </select>
    </div>
  );
}
