/* The timeline as it is read, and read again while the card is open. */
import { ApiError, type Model, type Pages, api, data, useEffect, usePages, useRef } from "#core";

export type Activity = Model["Activity"];

const PAGE = 30;
const SOONEST = 5_000;
const LATEST = 60_000;
const SLOWER = 1.5;

async function readPage(id: string, category: string, cursor?: string, signal?: AbortSignal): Promise<Model["Timeline"]> {
  const query = { limit: PAGE, cursor, ...(category !== "all" && { category }) };
  return data(api.GET("/v1/profiles/{id}/activities", { params: { path: { id }, query: query as { limit: number } }, signal }));
}

interface Timeline {
  pages: Pages<Activity>;
  /** Why nothing is shown, if the person has not consented to it. */
  hidden: boolean;
  /** Ids that have arrived while the card was open. */
  fresh: ReadonlySet<string>;
}

/**
 * Reads the activities of a category. `changed`: counts changes made on the card, after which it is read at once.
 * `onNews` is called when something has happened elsewhere.
 */
export function useTimeline(id: string, category: string, changed: number, onNews: () => void): Timeline {
  const hidden = useRef(false);
  const fresh = useRef(new Set<string>());
  const pages = usePages<Activity>(
    async (cursor, signal) => {
      const page = await readPage(id, category, cursor, signal);
      hidden.current = page.hidden !== undefined && page.hidden !== null;
      return { items: page.activities, next: page.next_cursor };
    },
    [id, category],
  );
  const latest = useRef(pages);
  latest.current = pages;
  const news = useRef(onNews);
  news.current = onNews;

  /** Returns whether there was something new. */
  async function look(): Promise<boolean> {
    const shown = latest.current.items;
    if (!shown) return false;
    const page = await readPage(id, category);
    const known = new Set(shown.map((one) => one.id));
    const added = page.activities.filter((one) => !known.has(one.id));
    if (!added.length) return false;
    for (const one of added) fresh.current.add(one.id);
    if (added.length === page.activities.length && shown.length) latest.current.reload();
    else latest.current.change((items) => byTime([...added, ...items.filter((one) => !added.some(({ id: other }) => other === one.id))]));
    return true;
  }

  usePolling(look, () => news.current(), [id, category], changed);
  return { pages, hidden: hidden.current, fresh: fresh.current };
}

const byTime = (items: Activity[]): Activity[] => [...items].sort((one, other) => other.occurred_at.localeCompare(one.occurred_at));

/**
 * Looks for news every 5 seconds at first, and more and more rarely while there are none, at least once a minute; never while the
 * tab is hidden, and at once when it is shown again or something was changed here.
 */
function usePolling(look: () => Promise<boolean>, onNews: () => void, inputs: readonly unknown[], changed: number): void {
  const wake = useRef<(own: boolean) => void>(() => undefined);
  useEffect(() => {
    let pause = SOONEST;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;

    async function turn(own: boolean) {
      clearTimeout(timer);
      if (!document.hidden) {
        const found = await look().catch((error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          return false; // It is tried again, more and more rarely.
        });
        if (ended) return;
        pause = found || own ? SOONEST : Math.min(pause * SLOWER, LATEST);
        if (found && !own) onNews();
      }
      timer = setTimeout(() => void turn(false), pause);
    }

    wake.current = (own) => {
      pause = SOONEST;
      void turn(own);
    };
    const onShow = () => document.hidden || wake.current(false);
    document.addEventListener("visibilitychange", onShow);
    timer = setTimeout(() => void turn(false), pause);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onShow);
    };
  }, inputs);
  useEffect(() => {
    if (changed) wake.current(true);
  }, [changed]);
}
