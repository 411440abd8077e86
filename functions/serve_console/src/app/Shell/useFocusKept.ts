import { useEffect } from "preact/hooks";

/**
 * Where what had the focus is removed (a row that was settled, a message that was read), the title of the page has it, so
 * that the next Tab does not begin at the top.
 */
export function useFocusKept(main: { current: HTMLElement | null }): void {
  useEffect(() => {
    const page = main.current;
    if (!page) return undefined;
    let last: EventTarget | null = null;
    const remember = ({ target }: FocusEvent) => {
      last = target;
    };
    const watch = new MutationObserver(() => {
      const isLost = last instanceof HTMLElement && !last.isConnected && document.activeElement === document.body;
      if (!isLost || document.querySelector("dialog[open]")) return;
      last = null;
      page.querySelector("h1")?.focus({ preventScroll: true });
    });
    document.addEventListener("focusin", remember);
    watch.observe(page, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", remember);
      watch.disconnect();
    };
  }, []);
}
