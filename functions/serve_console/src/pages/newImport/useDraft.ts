import { type Loaded, type Model, api, data, useEffect, useLoad, useRef, useState } from "#core";
import type { Target } from "./targets";

export type Preview = Model["Preview"];
export type Mapping = Model["MappingBody"];
type Columns = Mapping["columns"];

const PAUSE = 300;

export interface DraftState {
  /** The latest preview that succeeded. */
  preview: Preview | undefined;
  reading: Loaded<Preview>;
  /** The mapping as it was changed here, or as it was proposed. */
  mapping: Mapping | undefined;
  changed: boolean;
  change: (changes: Partial<Mapping>) => void;
  /** Takes all changes back. */
  reset: () => void;
  setTarget: (place: number, target: Target) => void;
}

/** A mapping that is changed here: each change shows how the file would be read then. */
export function useDraft(key: string, stored: string | null): DraftState {
  const [draft, setDraft] = useState<Mapping>();
  const settled = useSettled(draft);
  const body = { key, mapping: settled ?? stored };
  const reading = useLoad(
    // The API describes what it takes more narrowly than what it proposes; both are the same mapping.
    (signal) => data(api.POST("/v1/imports/preview", { body: body as Model["PreviewRequest"], signal })),
    [key, stored, settled],
    { keep: true },
  );
  const latest = useRef<Preview>(undefined);
  latest.current = reading.data ?? latest.current;
  const preview = latest.current;
  const mapping = draft ?? preview?.mapping;
  const change = (changes: Partial<Mapping>) => mapping && setDraft({ ...mapping, ...changes });

  function setTarget(place: number, target: Target) {
    if (!mapping || !preview) return;
    const column = nameOf(preview, place);
    const others = mapping.columns.filter((one) => one.column !== place && !isNamed(one, preview, place));
    const columns: Columns = [...others, { column, ...target }];
    const order = new Map(preview.columns.map((one) => [nameOf(preview, one.place), one.place]));
    const at = ({ column: one }: Columns[number]) => (typeof one === "number" ? one : (order.get(one) ?? 0));
    change({ columns: columns.sort((one, other) => at(one) - at(other)) });
  }

  return { preview, reading, mapping, changed: draft !== undefined, change, reset: () => setDraft(undefined), setTarget };
}

const isNamed = ({ column }: Columns[number], { columns }: Preview, place: number): boolean =>
  typeof column === "string" && column.toLowerCase() === columns.find((one) => one.place === place)?.column.toLowerCase();

/** A column by its name, or by its place where the name is not its own. */
function nameOf({ columns, dialect }: Preview, place: number): string | number {
  const name = columns.find((one) => one.place === place)?.column ?? "";
  const same = columns.filter(({ column }) => column.toLowerCase() === name.toLowerCase());
  return dialect.header && name && same.length === 1 && name !== `column ${place}` ? name : place;
}

/** The value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
