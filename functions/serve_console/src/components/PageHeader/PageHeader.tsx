import { ChevronLeft } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { common } from "#texts/common";
import { href } from "../../app/addresses";
import { Icon } from "../Icon/Icon";
import "./PageHeader.css";

interface Props {
  title: string;
  /** Before the title: an avatar. */
  before?: ComponentChildren;
  /** Below the title: a sentence, badges. */
  children?: ComponentChildren;
  actions?: ComponentChildren;
  /** The page above this one. */
  back?: { path: string; label: string };
}

/** The title of a page, which is the title of the tab, too. Every page has one. */
export function PageHeader({ title, before, children, actions, back }: Props) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <header class="page-header">
      {back && (
        <a class="page-back small" href={href(back.path)}>
          <Icon of={ChevronLeft} size={14} />
          {back.label}
        </a>
      )}
      <div class="page-title">
        {before}
        <div class="page-words">
          <h1 tabIndex={-1} title={title}>
            {title}
          </h1>
          {children}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </div>
    </header>
  );
}
