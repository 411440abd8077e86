import { useRef, useState } from "#core";
import { filterBody } from "../filters/names";
import type { Card, View } from "../useCustomers";
import type { Target } from "./actions";

const KINDS = { recognised: "recognised", anonymous: "anonymous", all: "any", deleted: undefined };

/** Customers chosen one by one, also across pages and filters; or all that match the filters. */
export function useSelection(view: View, shown: Card[] | undefined) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const known = useRef(new Map<string, Card>());
  for (const card of shown ?? []) known.current.set(card.id, card);
  // "All that match" is no longer what the reader has chosen when other filters are.
  const matching = JSON.stringify([view.kind, view.filter]);
  const [chosenOf, setChosenOf] = useState(matching);
  if (chosenOf !== matching) {
    setChosenOf(matching);
    setEverything(false);
  }
  const target: Target = everything
    ? { selection: selectionOf(view) }
    : { ids: [...selected], selection: { ids: [...selected] } };
  return {
    selected: everything ? new Set((shown ?? []).map(({ id }) => id)) : selected,
    everything,
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

function selectionOf({ kind, filter }: View): object {
  const which = { kind: KINDS[kind] };
  return Object.keys(filter).length ? { filter: filterBody(filter), ...which } : { all: true, ...which };
}
