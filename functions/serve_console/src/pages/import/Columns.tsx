import { type Column, type Model, Panel, Table } from "#core";
import { importPage as texts } from "#texts/importPage";

type ReportColumn = Model["ReportColumn"];

/** What each column became, and how its cells were read. */
export const Columns = ({ columns }: { columns: ReportColumn[] }) => (
  <Panel title={texts.columns} flush>
    <Table
      label={texts.columns}
      columns={shown}
      rows={columns}
      keyOf={({ column }) => column}
      nameOf={({ column }) => column}
    />
  </Panel>
);

const shown: Column<ReportColumn>[] = [
  { id: "column", header: texts.column, cell: ({ column }) => column },
  { id: "target", header: texts.target, cell: ({ target }) => texts.targetOf(target.to, target.name, target.yes) },
  { id: "read", header: texts.readAs, from: "m", cell: (column) => <span class="soft small">{readAs(column)}</span> },
];

const readAs = ({ decimal_mark: mark, date_format: dates, words }: ReportColumn): string =>
  [mark && texts.decimal(mark), dates && texts.dates(dates), ...Object.entries(words).map(([word, meaning]) => `${word}: ${meaning}`)]
    .filter(Boolean)
    .join(", ");
