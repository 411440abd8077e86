import { type Target, may, seesAll } from "#core";

/** What can be done with many customers at once, by the API's names; those of `direct` are buttons, the
 *  others in a menu. A key that is limited to classes may not change classes of others: `seesAll`. */
export const ACTIONS = [
  { id: "add_tags", needs: ["profiles:write"], direct: true },
  { id: "add_to_list", needs: ["profiles:write", "definitions:read"], direct: true },
  { id: "export", needs: ["profiles:export"], direct: true },
  { id: "set_attributes", needs: ["profiles:write"] },
  { id: "set_responsible", needs: ["profiles:write"] },
  { id: "add_classes", needs: ["profiles:write"], seesAll: true },
  { id: "remove_classes", needs: ["profiles:write"], seesAll: true },
  { id: "add_to_segment", needs: ["profiles:write", "segments:read"] },
  { id: "remove_from_segment", needs: ["profiles:write", "segments:read"] },
  { id: "remove_tags", needs: ["profiles:write"] },
  { id: "remove_from_list", needs: ["profiles:write", "definitions:read"] },
  { id: "merge", needs: ["profiles:write"] },
  { id: "delete", needs: ["profiles:write", "profiles:delete"] },
] as const;

export type ActionId = (typeof ACTIONS)[number]["id"];

const MOST_MERGED = 100;

/** What the key may do with the selection. */
export const offered = (target: Target) =>
  ACTIONS.filter(
    (action) => may(...action.needs) && (!("seesAll" in action) || seesAll()) && (action.id !== "merge" || isMergeable(target)),
  );

const isMergeable = ({ ids }: Target) => ids !== undefined && ids.length >= 2 && ids.length <= MOST_MERGED;
