import type { ActionId } from "./actions";

/** What the dialogs of actions ask for. */
export interface Entered {
  tags: string[];
  classes: string[];
  /** The name of a list; `newList` is the same if it is to be created. */
  list?: string;
  newList?: string;
  segment?: string;
  attribute?: { name: string; label: string; type: string };
  value?: string;
  responsible?: string;
  format: "csv" | "xlsx" | "jsonl";
  into: string;
}

/** Whether everything that the action needs is there. */
export function isEntered(action: ActionId, { tags, classes, list, segment, attribute }: Entered): boolean {
  if (action === "add_tags" || action === "remove_tags") return tags.length > 0;
  if (action === "add_classes" || action === "remove_classes") return classes.length > 0;
  if (action === "add_to_list" || action === "remove_from_list") return Boolean(list);
  if (action === "add_to_segment" || action === "remove_from_segment") return Boolean(segment);
  return action !== "set_attributes" || attribute !== undefined;
}

/** The action as the API takes it. */
export function actionOf(type: ActionId, entered: Entered): object {
  switch (type) {
    case "add_tags":
    case "remove_tags":
      return { type, tags: entered.tags };
    case "add_classes":
    case "remove_classes":
      return { type, classes: entered.classes };
    case "add_to_list":
    case "remove_from_list":
      return { type, list: entered.list };
    case "add_to_segment":
    case "remove_from_segment":
      return { type, segment: entered.segment };
    case "set_attributes":
      return { type, attributes: { [entered.attribute?.name ?? ""]: valueOf(entered) } };
    case "set_responsible":
      return { type, responsible: entered.responsible?.trim() || null };
    case "merge":
      return { type, into: entered.into };
    default:
      return { type };
  }
}

/** The value in the type of its attribute; what does not fit is sent as it is, and the API says what would be right. */
function valueOf({ attribute, value = "" }: Entered): string | number | boolean | null {
  const text = value.trim();
  if (!text) return null;
  if (attribute?.type === "number" && Number.isFinite(Number(text))) return Number(text);
  if (attribute?.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
