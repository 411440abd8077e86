import { type Column, type Model, Panel, Table, formatNumber } from "#core";
import { newImport as texts } from "#texts/newImport";
import { channelOf } from "./targets";
import type { Preview } from "./useDraft";

type Row = Preview["rows"][number];
type Attribute = Model["Attribute"];

/** The first rows as they would be imported, with what would be rejected. */
export function Sample({ preview, attributes }: { preview: Preview; attributes: Attribute[] }) {
  if (!preview.rows.length) return null;
  return (
    <Panel title={texts.sample} flush>
      <Table
        label={texts.sample}
        columns={columnsOf(attributes)}
        rows={preview.rows}
        keyOf={({ row }) => String(row)}
        nameOf={({ row }) => texts.row(row)}
      />
    </Panel>
  );
}

const columnsOf = (attributes: Attribute[]): Column<Row>[] => [
  { id: "who", header: texts.who, cell: (row) => <Who row={row} /> },
  { id: "what", header: texts.becomes, from: "m", cell: (row) => <Values row={row} attributes={attributes} /> },
  { id: "line", header: texts.lineNumber, end: true, cell: ({ line }) => formatNumber(line) },
];

function Who({ row: { identities, problems, cells } }: { row: Row }) {
  return (
    <span class="sample-who">
      <span class="truncate">{identities.map(({ value }) => value).join(", ") || <span class="soft">{cells.join(" · ")}</span>}</span>
      {problems.map(({ code, message }) => (
        <span key={code} class="sample-problem small">
          {message}
        </span>
      ))}
    </span>
  );
}

function Values({ row, attributes }: { row: Row; attributes: Attribute[] }) {
  const labels = new Map(attributes.map(({ name, label }) => [name, label]));
  const ids = row.identities.map(({ value }) => value);
  const isNew = ([, value]: [string, unknown]) => !ids.includes(String(value));
  const values = [
    ...(row.event ? [[texts.event, row.event]] : []),
    ...(row.time ? [[texts.time, row.time]] : []),
    ...Object.entries({ ...row.attributes, ...row.properties }).filter(isNew).map(([name, value]) => [labels.get(name) ?? name, shown(value)]),
    ...Object.entries(row.consents).map(([key, { state }]) => [channelOf(key), texts.states[String(state)] ?? String(state)]),
    ...(row.tags.length ? [[texts.tags, row.tags.join(", ")]] : []),
  ];
  return (
    <ul class="sample-values small">
      {values.map(([name, value]) => (
        <li key={name}>
          <span class="soft">{name}</span> {value}
        </li>
      ))}
    </ul>
  );
}

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
