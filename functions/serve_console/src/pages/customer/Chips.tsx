import { Plus } from "lucide";
import { type Choice, Button, Combobox, Tag, href, useEffect, useRef, useState } from "#core";
import { customer as texts } from "#texts/customer";

interface Props {
  names: string[];
  /** Where each leads, if anywhere. */
  link?: (name: string) => string;
  /** What an addition is called: "Add tag". */
  add: string;
  none: string;
  /** What may be added; without it, any name. */
  search?: (text: string) => Promise<Choice[]>;
  /** Undefined where the key may not change them. */
  onAdd?: (name: string) => void;
  onRemove?: (name: string) => void;
  /** Whether a name that is not proposed may be added. */
  open?: boolean;
}

/** Tags, lists or classes of the customer: each removed by its cross, another added by its name. */
export function Chips({ names, link, add, none, search, onAdd, onRemove, open }: Props) {
  const [adding, setAdding] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (adding) root.current?.querySelector<HTMLElement>("input")?.focus();
  }, [adding]);
  const close = () => {
    setAdding(false);
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(".chips-add")?.focus());
  };
  const proposed = async (text: string) => {
    const wanted = text.toLocaleLowerCase();
    const found = (await search?.(text)) ?? [];
    return found.filter(({ value, label }) => !names.includes(value) && label.toLocaleLowerCase().includes(wanted)).slice(0, 20);
  };
  return (
    <div class="chips" ref={root}>
      {names.map((name) => (
        <Tag key={name} name={name} href={link && href(link(name))} onRemove={onRemove && (() => onRemove(name))} />
      ))}
      {!names.length && !adding && <span class="soft small">{none}</span>}
      {onAdd && !adding && (
        <Button small kind="quiet" class="chips-add" icon={Plus} onClick={() => setAdding(true)}>
          {add}
        </Button>
      )}
      {onAdd && adding && (
        <div class="chips-field" onKeyDown={(event) => event.key === "Escape" && close()}>
          <Combobox
            bare
            label={add}
            placeholder={add}
            search={proposed}
            create={open ? (text) => texts.create(text) : undefined}
            onSelect={({ value }) => {
              onAdd(value);
              close();
            }}
          />
          <Button small onClick={close}>
            {texts.close}
          </Button>
        </div>
      )}
    </div>
  );
}
