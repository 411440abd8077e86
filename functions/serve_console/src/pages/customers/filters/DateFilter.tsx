import { Button, SelectField, TextField } from "#core";
import { customers as texts } from "#texts/customers";
import { operatorOf } from "./describe";
import { DATE_OPERATORS, DAY_OPERATORS, type DateField, type DateOperator, type Filter, filterName } from "./names";
import { useOperand } from "./useOperand";

const { filters } = texts;
const QUICK = [7, 30, 90];
const MOST_DAYS = 36_500;

interface Props {
  field: DateField;
  filter: Filter;
  onChange: (changes: Record<string, string | null>) => void;
}

/** A date by days ago or by calendar, with the periods that are asked for most. */
export function DateFilter({ field, filter, onChange }: Props) {
  const [given, value] = operatorOf(filter, field, DATE_OPERATORS) ?? [];
  const { operator, setOperator, text, setText } = useOperand<DateOperator>(given, value, "less_than_days_ago");
  const days = DAY_OPERATORS.some((one) => one === operator);
  const label = filters.fields[field];

  function apply(chosen: DateOperator, entered: string) {
    const none = Object.fromEntries(DATE_OPERATORS.map((one) => [filterName(field, one), null]));
    onChange({ ...none, [filterName(field, chosen)]: entered || null });
  }

  function choose(chosen: DateOperator) {
    const fits = DAY_OPERATORS.some((one) => one === chosen) === days;
    setOperator(chosen);
    if (!fits) setText("");
    if (text) apply(chosen, fits ? text : "");
  }

  const enter = (entered: string) => {
    setText(entered);
    if (isComplete(operator, entered)) apply(operator, entered);
  };

  return (
    <div class="filter-block">
      <div class="filter-quick">
        {QUICK.map((count) => {
          const isOn = given === "less_than_days_ago" && value === String(count);
          return (
            <Button key={count} small aria-pressed={isOn} onClick={() => apply("less_than_days_ago", isOn ? "" : String(count))}>
              {filters.within(count)}
            </Button>
          );
        })}
      </div>
      <SelectField
        bare
        label={filters.operatorOf(label)}
        value={operator}
        options={DATE_OPERATORS.map((one) => ({ value: one, label: filters.dateOperators[one] }))}
        onChange={choose}
      />
      {days ? (
        <TextField
          bare
          key="days"
          type="number"
          label={filters.daysOf(label)}
          placeholder={filters.days}
          min={operator === "less_than_days_ago" ? 1 : 0}
          max={MOST_DAYS}
          value={text}
          onChange={enter}
        />
      ) : (
        <TextField bare key="date" type="date" label={filters.dateOf(label)} value={text.slice(0, 10)} onChange={enter} />
      )}
    </div>
  );
}

/** Nothing, which removes the filter, or what the API takes. */
function isComplete(operator: DateOperator, text: string): boolean {
  if (!text) return true;
  if (DAY_OPERATORS.some((one) => one === operator)) {
    return /^\d+$/.test(text) && Number(text) >= (operator === "less_than_days_ago" ? 1 : 0) && Number(text) <= MOST_DAYS;
  }
  return Number(text.slice(0, 4)) >= 1970; // a year that is still being typed is no year
}
