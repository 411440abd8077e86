import { X } from "lucide";
import { common } from "#texts/common";
import { Icon } from "../Icon/Icon";
import "./Tag.css";

interface Props {
  name: string;
  /** Where the tag leads, if anywhere. */
  href?: string;
  onRemove?: () => void;
}

/** A tag, list or segment of a customer, or a chosen filter. */
export function Tag({ name, href, onRemove }: Props) {
  return (
    <span class="tag">
      {href ? (
        <a href={href} class="tag-name truncate">
          {name}
        </a>
      ) : (
        <span class="tag-name truncate" title={name}>
          {name}
        </span>
      )}
      {onRemove && (
        <button type="button" class="tag-remove" aria-label={common.remove(name)} onClick={onRemove}>
          <Icon of={X} size={12} />
        </button>
      )}
    </span>
  );
}
