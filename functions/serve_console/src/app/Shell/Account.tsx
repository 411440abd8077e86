import { ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide";
import { common } from "#texts/common";
import { caller, signOut } from "../../caller";
import { Avatar } from "../../components/Avatar/Avatar";
import { Icon } from "../../components/Icon/Icon";
import { Menu } from "../../components/Menu/Menu";
import { formatList } from "../../format";
import { useStore } from "../store";
import { type Theme, theme } from "../theme";

const THEMES: [Theme, typeof Sun][] = [
  ["system", Monitor],
  ["light", Sun],
  ["dark", Moon],
];

/** Whose key it is and what it sees, the appearance, and the way out. */
export function Account() {
  const { name, classes } = caller();
  const chosen = useStore(theme);
  const button = (
    <>
      <Avatar name={name} />
      <span class="account-words">
        <span class="truncate">{name}</span>
        <span class="soft small truncate">{classes ? common.seeing(formatList(classes)) : common.seeingAll}</span>
      </span>
      <Icon of={ChevronsUpDown} size={14} />
    </>
  );
  const themes = THEMES.map(([id, icon]) => ({
    label: common.theme[id],
    icon,
    checked: chosen === id,
    onSelect: () => theme.set(id),
  }));
  const items = [...themes, "line" as const, { label: common.signOut, icon: LogOut, onSelect: () => signOut() }];
  return <Menu class="account" above button={button} items={items} />;
}
