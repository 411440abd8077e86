import { common } from "#texts/common";
import { Badge } from "../Badge/Badge";

/** Whether something is enabled; by default "On" or "Off". */
export const EnabledBadge = ({ enabled, labels = common }: { enabled: boolean; labels?: { on: string; off: string } }) => (
  <Badge tone={enabled ? "good" : "neutral"}>{enabled ? labels.on : labels.off}</Badge>
);
