import { useRef, useState } from "preact/hooks";
import type { Model } from "../../api/client";

type Card = Model["ProfileCard"];

/** Customers that are selected: these, or everything that a list shows. */
export interface Target {
  ids?: string[];
  /** How the API selects them. */
  selection: object;
}

/** Customers chosen one by one, also across pages and filters; or all of a list, which the API selects by `all`. */
export function useSelection(all: object, shown: Card[] | undefined) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const known = useRef(new Map<string, Card>());
  for (const card of shown ?? []) known.current.set(card.id, card);
  // "All that match" is no longer what the reader has chosen when other filters are.
  const matching = JSON.stringify(all);
  const [chosenOf, setChosenOf] = useState(matching);
  if (chosenOf !== matching) {
    setChosenOf(matching);
    setEverything(false);
  }
  const used = useRef(false);
  const any = everything || selected.size > 0;
  used.current ||= any;
  const target: Target = everything ? { selection: all } : { ids: [...selected], selection: { ids: [...selected] } };
  return {
    selected: everything ? new Set((shown ?? []).map(({ id }) => id)) : selected,
    everything,
    any,
    /** Whether anything was chosen since the page is open: what acts on it is loaded then. */
    used: used.current,
    target,
    /** The cards of the chosen, where they have been shown. */
    cards: [...selected].map((id) => known.current.get(id)).filter((card) => card !== undefined),
    onChange: (ids: Set<string>) => {
      setEverything(false);
      setSelected(ids);
    },
    selectEverything: () => setEverything(true),
    clear: () => {
      setEverything(false);
      setSelected(new Set());
    },
  };
}

export type Chosen = ReturnType<typeof useSelection>;
