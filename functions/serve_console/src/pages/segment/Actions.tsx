import { Archive, ArchiveRestore, Camera, Download, Ellipsis, Pencil, Trash2 } from "lucide";
import { Button, Icon, Menu, type MenuItem, may, seesAll, toast, toastError, ApiError, useState } from "#core";
import { segment as texts } from "#texts/segment";
import { type Shown, change } from "./change";
import { Delete } from "./Delete";
import { Export } from "./Export";
import { Rename } from "./Rename";
import { Snapshot } from "./Snapshot";

interface Props {
  shown: Shown;
  onChange: (shown: Shown) => void;
  onReload: () => void;
}

type Open = "rename" | "export" | "snapshot" | "remove";

/** What can be done with a segment, as far as the caller may. */
export function Actions({ shown, onChange, onReload }: Props) {
  const [open, setOpen] = useState<Open>();
  const { segment } = shown;
  const close = () => setOpen(undefined);
  const mayChange = may("segments:write") && seesAll();

  async function archive(archived: boolean) {
    try {
      const changed = await change(shown, { archived });
      onChange(changed);
      const undo = async () => onChange(await change(changed, { archived: !archived }));
      toast(archived ? texts.archive.done : texts.archive.restored, undo);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
      if (error.isEditConflict) onReload();
    }
  }

  const items: (MenuItem | "line")[] = [];
  if (mayChange) items.push({ label: texts.rename.action, icon: Pencil, onSelect: () => setOpen("rename") });
  if (mayChange && segment.serving_version !== null && !segment.archived)
    items.push({ label: texts.snapshot.action, icon: Camera, onSelect: () => setOpen("snapshot") });
  if (mayChange && !segment.archived) items.push({ label: texts.archive.action, icon: Archive, onSelect: () => void archive(true) });
  if (mayChange && segment.archived)
    items.push({ label: texts.archive.restore, icon: ArchiveRestore, onSelect: () => void archive(false) });
  if (mayChange) items.push("line", { label: texts.remove.action, icon: Trash2, danger: true, onSelect: () => setOpen("remove") });
  return (
    <>
      {may("profiles:export") && !segment.archived && (
        <Button icon={Download} onClick={() => setOpen("export")}>
          {texts.export.action}
        </Button>
      )}
      {items.length > 0 && <Menu align="end" label={texts.actionsLabel} button={<Icon of={Ellipsis} />} items={items} class="segment-menu" />}
      {open === "rename" && <Rename shown={shown} onChange={onChange} onClose={close} />}
      {open === "export" && <Export segment={segment} onClose={close} />}
      {open === "snapshot" && <Snapshot segment={segment} onClose={close} />}
      {open === "remove" && <Delete segment={segment} onClose={close} />}
    </>
  );
}
