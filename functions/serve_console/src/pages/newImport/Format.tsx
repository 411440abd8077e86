import { type Model, Panel, SelectField, TextField } from "#core";
import { newImport as texts } from "#texts/newImport";
import type { Mapping } from "./useDraft";

const DELIMITERS = [",", ";", "\t", "|", "^", "~", ":", "#"];
const DATE_FORMATS = ["DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD", "YYYY/MM/DD"];

interface Props {
  mapping: Mapping;
  dialect: Model["Dialect"];
  onChange: (changes: Partial<Mapping>) => void;
}

/** How the file is written, where it is not detected rightly, and what happens to values that customers already have. */
export function Format({ mapping, dialect, onChange }: Props) {
  const { format } = texts;
  const detected = (found: string) => ({ value: "", label: format.detected(found) });
  return (
    <Panel title={format.title}>
      <SelectField
        label={format.delimiter}
        value={mapping.delimiter ?? ""}
        onChange={(delimiter) => onChange({ delimiter: delimiter || null })}
        options={[detected(named(dialect.delimiter)), ...withOther(DELIMITERS, mapping.delimiter).map((value) => ({ value, label: named(value) }))]}
      />
      <TextField
        type="number"
        inputMode="numeric"
        min={0}
        label={format.skipLines}
        placeholder={format.detected(String(dialect.skip_lines))}
        value={mapping.skip_lines === null ? "" : String(mapping.skip_lines)}
        onChange={(typed) => onChange({ skip_lines: /^\d+$/.test(typed) ? Number(typed) : null })}
      />
      <SelectField
        label={format.header}
        value={mapping.header === null ? "" : String(mapping.header)}
        onChange={(header) => onChange({ header: header === "" ? null : header === "true" })}
        options={[
          detected(dialect.header ? format.withHeader : format.withoutHeader),
          { value: "true", label: format.withHeader },
          { value: "false", label: format.withoutHeader },
        ]}
      />
      <TextField
        label={format.encoding}
        placeholder={format.detected(dialect.encoding)}
        value={mapping.encoding ?? ""}
        maxLength={30}
        spellcheck={false}
        onChange={(encoding) => onChange({ encoding: encoding || null })}
      />
      <details class="draft-more">
        <summary>{format.more}</summary>
        <div class="draft-more-fields">
          <SelectField
            label={format.dates}
            value={mapping.date_format ?? ""}
            onChange={(value) => onChange({ date_format: value || null })}
            options={[{ value: "", label: format.fromFile }, ...withOther(DATE_FORMATS, mapping.date_format).map((value) => ({ value, label: value }))]}
          />
          <SelectField
            label={format.decimals}
            value={mapping.decimal_mark ?? ""}
            onChange={(value) => onChange({ decimal_mark: value || null })}
            options={[
              { value: "", label: format.fromFile },
              { value: ".", label: format.point },
              { value: ",", label: format.comma },
            ]}
          />
          <SelectField
            label={format.others}
            value={mapping.other_columns}
            onChange={(other_columns) => onChange({ other_columns })}
            options={optionsOf(format.othersChoices)}
          />
          <SelectField label={format.write} value={mapping.write} onChange={(write) => onChange({ write })} options={optionsOf(format.writes)} />
          <SelectField
            label={format.conflict}
            value={mapping.conflict}
            onChange={(conflict) => onChange({ conflict })}
            options={optionsOf(format.conflicts)}
          />
          <SelectField
            label={format.kind}
            value={mapping.kind}
            onChange={(kind) => onChange({ kind, columns: [], lists: [], event_name: kind === "events" ? mapping.event_name : null })}
            options={optionsOf(format.kinds)}
          />
          {mapping.kind === "events" && (
            <TextField label={format.eventName} value={mapping.event_name ?? ""} onChange={(value) => onChange({ event_name: value || null })} />
          )}
        </div>
      </details>
    </Panel>
  );
}

const named = (delimiter: string): string => texts.format.delimiters[delimiter] ?? delimiter;

const withOther = (values: string[], value: string | null): string[] => (value && !values.includes(value) ? [...values, value] : values);

const optionsOf = (labels: Record<string, string>) => Object.entries(labels).map(([value, label]) => ({ value, label }));
