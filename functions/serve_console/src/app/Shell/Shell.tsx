import { Menu as Lines, X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "#texts/common";
import { may } from "../../caller";
import { IconButton } from "../../components/Button/Button";
import { Toasts } from "../../components/Toast/Toast";
import { HOME } from "../../routes";
import { assetUrl, href } from "../addresses";
import { followLinks, usePlace } from "../router";
import { useFocusKept } from "./useFocusKept";
import { Account } from "./Account";
import { Nav } from "./Nav";
import { Search } from "./Search";
import "./Shell.css";

/** What surrounds every page: the navigation at its left, which a phone opens by a button. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const { path } = usePlace();
  const main = useRef<HTMLElement>(null);
  useFocusOnArrival(main, path, () => setOpen(false));
  useFocusKept(main);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div class="shell" onClick={followLinks} onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <a class="skip button button-primary" href="#main" onClick={skip}>
        {common.skip}
      </a>
      <header class={open ? "side is-open" : "side"}>
        <div class="side-top">
          <a class="brand" href={href(HOME)} aria-label={common.product}>
            <img src={assetUrl("icon.svg")} alt="" width={24} height={24} />
            <span class="brand-name">{common.product}</span>
          </a>
          {may("profiles:read") && <Search />}
          <IconButton
            class="side-toggle"
            icon={open ? X : Lines}
            label={open ? common.close : common.menu}
            aria-expanded={open}
            aria-controls="side"
            onClick={() => setOpen(!open)}
          />
        </div>
        <div class="side-content" id="side">
          <Nav />
          <Account />
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      <Toasts />
    </div>
  );
}

/** A page that was gone to is read from its title on, as one that was loaded would be. */
function useFocusOnArrival(main: { current: HTMLElement | null }, path: string, arrived: () => void): void {
  const former = useRef(path);
  useEffect(() => {
    if (former.current === path) return undefined;
    former.current = path;
    arrived();
    scrollTo(0, 0);
    const timer = setInterval(() => {
      const title = main.current?.querySelector("h1");
      if (!title) return;
      clearInterval(timer);
      title.focus({ preventScroll: true });
    }, 30);
    return () => clearInterval(timer);
  }, [path]);
}
