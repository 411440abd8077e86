import { type IconNode, Plus } from "lucide";
import type { ComponentChildren } from "preact";
import { Button } from "../Button/Button";
import { EmptyState } from "../EmptyState/EmptyState";
import { PageHeader } from "../PageHeader/PageHeader";
import { Tabs } from "../Tabs/Tabs";
import { Collection, type CollectionProps } from "./Collection";
import "./CollectionPage.css";

interface Texts {
  title: string;
  /** Below the title: what is listed. */
  text: string;
  /** What the table is called by screen readers. */
  table: string;
  create?: { action: string };
  /** Shown instead of an empty table: what to do first. */
  none: { title: string; text: string };
}

interface Props<R, T extends string> extends Omit<CollectionProps<R>, "label" | "empty"> {
  texts: Texts;
  icon: IconNode;
  /** Opens what creates one; false if the caller may not create any. */
  onCreate: false | (() => void);
  /** Views of the list, of which one is selected. */
  tabs?: Omit<Parameters<typeof Tabs<T>>[0], "children">;
  /** Dialogs. */
  children?: ComponentChildren;
}

/** The page of a list that is read at once: title, button to create one, the list in its four states. */
export function CollectionPage<R, T extends string = never>({ texts, icon, onCreate, tabs, children, ...collection }: Props<R, T>) {
  const create = onCreate && texts.create && (
    <Button kind="primary" icon={Plus} onClick={onCreate}>
      {texts.create.action}
    </Button>
  );
  const list = (
    <Collection {...collection} label={texts.table} empty={<EmptyState icon={icon} title={texts.none.title} text={texts.none.text} />} />
  );
  return (
    <>
      <PageHeader title={texts.title} actions={create}>
        <p class="soft">{texts.text}</p>
      </PageHeader>
      {tabs ? (
        <div>
          <Tabs {...tabs}>
            <div class="collection-tab">{list}</div>
          </Tabs>
        </div>
      ) : (
        list
      )}
      {children}
    </>
  );
}
