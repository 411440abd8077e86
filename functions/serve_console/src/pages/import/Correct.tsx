import { Download, Send } from "lucide";
import { Button, ErrorNote, ErrorState, LinkButton, type Model, Panel, Skeleton, api, data, navigate, once, plural, toast, upload, useAction, useLoad, useState } from "#core";
import { importPage as texts } from "#texts/importPage";
import { type RejectedFile, type RejectedRow, corrected, readRejected } from "./rejected";

interface Props {
  one: Model["Import"];
  file: Model["ReportFile"];
}

/** The rejected rows with their errors: corrected here, and sent again. */
export function Correct({ one, file }: Props) {
  const { dialect } = one.report;
  // The link changes with each reading of the import; the file does not.
  const read = useLoad(async (signal) => dialect && readRejected(file.url, dialect, signal), [file.key]);
  const [edits, setEdits] = useState<ReadonlyMap<number, string[]>>(new Map());

  const send = useAction(async (rejected: RejectedFile, by: Model["Dialect"]) => {
    const name = `corrected-${one.file_name.replace(/\.gz$/, "")}`;
    const rows = [...edits].sort(([one], [other]) => one - other).map(([, cells]) => cells);
    const key = await upload(corrected(rejected, rows, by, name), () => undefined);
    const begun = await data(api.POST("/v1/imports", { body: { key, mapping: one.mapping, again: false }, headers: once() }));
    toast(plural(rows.length, texts.sent));
    navigate(`/imports/${begun.id}`);
  });

  function edit(row: number, cells: string[], original: string[]) {
    const next = new Map(edits);
    if (cells.join("\n") === original.join("\n")) next.delete(row);
    else next.set(row, cells);
    setEdits(next);
  }

  const rejected = read.data;
  const download = (
    <LinkButton small icon={Download} href={file.url} download={`rejected-${one.file_name}`}>
      {texts.download}
    </LinkButton>
  );
  return (
    <Panel title={texts.correct} actions={download}>
      <p class="soft small">{texts.correctHint}</p>
      {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
      {read.loading && <Skeleton lines={4} />}
      {rejected && dialect && (
        <>
          <div class="fix-frame" role="group" aria-label={texts.correct} tabIndex={0}>
            <table class="fix">
              <thead>
                <tr>
                  {headerOf(rejected).map((name, index) => (
                    <th key={index} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              {rejected.rows.map((row, index) => (
                <Row
                  key={index}
                  row={row}
                  header={headerOf(rejected)}
                  cells={edits.get(index) ?? row.cells}
                  onChange={(cells) => edit(index, cells, row.cells)}
                />
              ))}
            </table>
          </div>
          {rejected.more && <p class="soft small">{texts.moreRejected}</p>}
          <ErrorNote error={send.error} />
          <div class="fix-foot">
            <Button kind="primary" icon={Send} disabled={!edits.size} busy={send.running} onClick={() => void send.run(rejected, dialect)}>
              {edits.size ? plural(edits.size, texts.send) : texts.sendNone}
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}

interface RowProps {
  row: RejectedRow;
  header: string[];
  cells: string[];
  onChange: (cells: string[]) => void;
}

function Row({ row, header, cells, onChange }: RowProps) {
  const change = (at: number, value: string) => {
    const next = Array.from({ length: Math.max(cells.length, at + 1) }, (_, index) => (index === at ? value : (cells[index] ?? "")));
    // A cell that was missing and is empty again is not a change.
    while (next.length > row.cells.length && next.at(-1) === "") next.pop();
    onChange(next);
  };
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={header.length} class="fix-error">
          <span class="fix-message">
            <strong>{texts.line(row.line)}</strong> {row.error}
          </span>
        </th>
      </tr>
      <tr>
        {header.map((name, index) => (
          <td key={index}>
            <input
              class="input fix-cell"
              aria-label={texts.cell(name, row.line)}
              value={cells[index] ?? ""}
              onInput={(event) => change(index, event.currentTarget.value)}
            />
          </td>
        ))}
      </tr>
    </tbody>
  );
}

/** A name for each cell of the longest row. */
function headerOf({ header, rows }: RejectedFile): string[] {
  const width = Math.max(header?.length ?? 0, ...rows.map(({ cells }) => cells.length));
  return Array.from({ length: width }, (_, index) => header?.[index] || texts.columnAt(index + 1));
}
