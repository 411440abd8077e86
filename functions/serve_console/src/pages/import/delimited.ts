/* Reads and writes the file of rejected rows: text divided by a delimiter, with cells in quotes where they contain it. */

export interface Dialect {
  delimiter: string;
  quote: string;
}

const QUOTE = '"';

/** The records of a text. One that the end of the text cuts off is left out unless the text is whole. */
export function readRecords(text: string, { delimiter, quote }: Dialect, whole: boolean): string[][] {
  const mark = quote || QUOTE;
  const records: string[][] = [];
  let record: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== mark) cell += character;
      else if (text[at + 1] === mark) cell += text.charAt((at += 1));
      else quoted = false;
    } else if (character === mark && cell === "") quoted = true;
    else if (character === delimiter) {
      record.push(cell);
      cell = "";
    } else if (character === "\n") {
      records.push([...record, cell]);
      record = [];
      cell = "";
    } else if (character !== "\r" || text[at + 1] !== "\n") cell += character;
  }
  if (whole && (record.length || cell)) records.push([...record, cell]);
  return records;
}

/** Writes records as a text that `readRecords` and the import read as the same cells. */
export function writeRecords(records: string[][], { delimiter, quote }: Dialect): string {
  const mark = quote || QUOTE;
  const written = (cell: string): string =>
    cell.includes(delimiter) || cell.includes(mark) || /^\s|[\r\n]|\s$/.test(cell) ? mark + cell.replaceAll(mark, mark + mark) + mark : cell;
  return records.map((record) => `${record.map(written).join(delimiter)}\r\n`).join("");
}
