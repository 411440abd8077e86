import { Search as Glass } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { common } from "#texts/common";
import { api, data } from "../../api/client";
import type { components } from "#schema";
import { type Choice, Combobox } from "../../components/Combobox/Combobox";
import { Icon } from "../../components/Icon/Icon";
import { navigate } from "../router";
import "./Search.css";

type Result = components["schemas"]["SearchResult"];

const SHOWN = 8;

/** Finds customers by how a name, an e-mail address or a company begins, and by whole ids and phones; `/` goes to it. */
export function Search() {
  const root = useRef<HTMLDivElement>(null);
  useSlash(() => root.current?.querySelector("input")?.focus());
  return (
    <div class="search" role="search" ref={root}>
      <Icon of={Glass} />
      <Combobox
        bare
        label={common.searching.label}
        placeholder={common.searching.placeholder}
        none={(text) => (isEnough(text) ? common.searching.none : common.searching.how)}
        search={find}
        onSelect={({ value }) => navigate(`/customers/${value}`)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

async function find(text: string, signal: AbortSignal): Promise<Choice[]> {
  if (!isEnough(text)) return [];
  const { results } = await data(api.GET("/v1/search", { params: { query: { q: text, limit: SHOWN } }, signal }));
  return results.map(choiceOf);
}

/** What the API searches for: two characters, or one that is not ASCII, such as a Chinese family name. */
const isEnough = (text: string) => text.length >= 2 || /[^\x00-\x7f]/.test(text);

function choiceOf({ match, profile }: Result): Choice {
  const label = profile.name ?? profile.email ?? profile.phone ?? common.searching.unnamed;
  const detail = match === "company" ? profile.company : profile.email !== label ? profile.email : profile.phone;
  return { value: profile.id, label, ...(detail && { detail }) };
}

/** Acts when `/` is pressed where it is not typed. */
function useSlash(act: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
