import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "../Icon/Icon";
import "./EmptyState.css";

interface Props {
  icon: IconNode;
  title: string;
  /** What to do first. */
  text: string;
  action?: ComponentChildren;
}

/** What is shown instead of an empty list. */
export function EmptyState({ icon, title, text, action }: Props) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon of={icon} size={22} />
      </span>
      <h2>{title}</h2>
      <p class="soft">{text}</p>
      {action}
    </div>
  );
}
