import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Route } from "../routes";
import type { Address } from "./address";
import { assetUrl } from "./addresses";

/** What a page gets: the parameters of its path, and the query of its address. */
export interface PageProps {
  params: Record<string, string>;
  query: URLSearchParams;
}

/** What `src/pages/<name>/index.tsx` exports as its default. */
export type PageComponent = ComponentType<PageProps>;

/** A page, and what the query of its address may hold. */
export interface PageModule {
  default: PageComponent;
  address?: Address;
}

declare const STYLED: string[];
const loaded = new Map<string, PageModule>();

/** A route's page; undefined while it is loaded, "failed" if it cannot be, as after an update. */
export function usePage(route: Route | undefined): PageModule | "failed" | undefined {
  const [, setCount] = useState(0);
  const [failed, setFailed] = useState<string>();
  const name = route?.page;
  useEffect(() => {
    if (!name || loaded.has(name)) return;
    load(name).then(
      (page) => {
        loaded.set(name, page);
        setCount((count) => count + 1);
      },
      () => setFailed(name),
    );
  }, [name]);
  if (!name) return undefined;
  return failed === name ? "failed" : loaded.get(name);
}

/** Loads a page, or a part that several pages share, with its styles. */
export async function load(name: string): Promise<PageModule> {
  const [module] = await Promise.all([import(assetUrl(`${name}.js`)), STYLED.includes(name) ? style(name) : undefined]);
  return module;
}

function style(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = assetUrl(`${name}.css`);
    link.onload = () => resolve();
    link.onerror = reject;
    document.head.append(link);
  });
}
