import { ApiError, type Model } from "#core";
import { type Dialect, readRecords, writeRecords } from "./delimited";

/** The last columns of the file of rejected rows: where a row is, and why it was rejected. */
const ADDED = ["import_line", "import_code", "import_error"];
/** Characters of the file that the page reads: more rows than these are corrected in a spreadsheet. */
const MOST = 500_000;
const MOST_ROWS = 200;
const BOM = "\ufeff";

export interface RejectedRow {
  line: string;
  code: string;
  error: string;
  cells: string[];
}

export interface RejectedFile {
  /** Lines before the table, which are sent again as they are. */
  before: string;
  /** Names of the columns; null if the mapping says that its files have none. */
  header: string[] | null;
  rows: RejectedRow[];
  /** Whether the file has further rows. */
  more: boolean;
}

/** Reads the beginning of the file of rejected rows. Throws ApiError. */
export async function readRejected(url: string, dialect: Model["Dialect"], signal: AbortSignal): Promise<RejectedFile> {
  const { text, whole } = await beginning(url, signal);
  const [before, table] = divided(text.replace(BOM, ""), dialect.skip_lines);
  const records = readRecords(table, dialect, whole);
  const isNamed = records[0]?.slice(-ADDED.length).join() === ADDED.join();
  const rows = records.slice(isNamed ? 1 : 0).filter((record) => record.length >= ADDED.length);
  return {
    before,
    header: isNamed ? (records[0]?.slice(0, -ADDED.length) ?? []) : null,
    rows: rows.slice(0, MOST_ROWS).map(rowOf),
    more: !whole || rows.length > MOST_ROWS,
  };
}

function rowOf(record: string[]): RejectedRow {
  const [line = "", code = "", error = ""] = record.slice(-ADDED.length);
  return { line, code, error, cells: record.slice(0, -ADDED.length) };
}

/** The file to import: the corrected rows alone, as the file was written. */
export function corrected(file: RejectedFile, rows: string[][], dialect: Dialect, name: string): File {
  const width = file.header?.length ?? 0;
  const table = [...(file.header ? [file.header] : []), ...rows.map((cells) => (width ? fitted(cells, width) : cells))];
  return new File([file.before + writeRecords(table, dialect)], name, { type: "text/csv" });
}

/** A row has as many cells as the header; more than that only if they are not empty. */
function fitted(cells: string[], width: number): string[] {
  const filled = [...cells, ...Array.from({ length: Math.max(0, width - cells.length) }, () => "")];
  while (filled.length > width && !filled.at(-1)) filled.pop();
  return filled;
}

async function beginning(url: string, signal: AbortSignal): Promise<{ text: string; whole: boolean }> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ApiError(0, "unreachable", "");
  });
  if (!response.ok || !response.body) throw new ApiError(response.status, "file_gone", response.statusText);
  const reader = response.body.pipeThrough(new TextDecoderStream("utf-8", { ignoreBOM: true })).getReader();
  let text = "";
  while (text.length < MOST) {
    const { done, value } = await reader.read();
    if (done) return { text, whole: true };
    text += value;
  }
  await reader.cancel();
  return { text, whole: false };
}

/** The first lines, and what follows them. */
function divided(text: string, lines: number): [string, string] {
  let at = 0;
  for (let line = 0; line < lines; line += 1) {
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    at = end + 1;
  }
  return [text.slice(0, at), text.slice(at)];
}
