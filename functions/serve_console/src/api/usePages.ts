import { useState } from "preact/hooks";
import { ApiError } from "./errors";
import { useLoad } from "./useLoad";

/** One page of a list, as `next_cursor` says. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** A list that is read page by page: `more` appends the next one. */
export interface Pages<T> {
  items: T[] | undefined;
  error: ApiError | undefined;
  loading: boolean;
  loadingMore: boolean;
  /** Why the next page could not be read; what is shown stays. */
  moreError: ApiError | undefined;
  /** Reads the next page; undefined after the last one. */
  more: (() => void) | undefined;
  reload: () => void;
  /** Replaces, adds or removes items that a change concerned. */
  change: (change: (items: T[]) => T[]) => void;
}

export function usePages<T>(
  read: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>,
  inputs: readonly unknown[],
): Pages<T> {
  const first = useLoad((signal) => read(undefined, signal), inputs, { keep: true });
  const [waiting, setWaiting] = useState(false);
  const [failed, setFailed] = useState<{ error: ApiError; of: Page<T> }>();
  const page = first.data;

  async function append(shown: Page<T>, cursor: string): Promise<void> {
    setWaiting(true);
    setFailed(undefined);
    try {
      const next = await read(cursor);
      first.replace({ items: [...shown.items, ...next.items], next: next.next });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailed({ error, of: shown });
    } finally {
      setWaiting(false);
    }
  }

  return {
    items: page?.items,
    error: first.error,
    loading: first.loading,
    loadingMore: waiting,
    moreError: failed && failed.of === page ? failed.error : undefined,
    more: page?.next && !waiting ? () => void append(page, page.next as string) : undefined,
    reload: first.reload,
    change: (change) => page && first.replace({ ...page, items: change(page.items) }),
  };
}
