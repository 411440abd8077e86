import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { callersKey, onOtherScopes, session } from "../caller";
import { ApiError, TOO_MANY } from "./errors";

/** What a page reads: `data` stays while it is read again, and if that fails, so that nothing jumps or is lost. */
export interface Loaded<T> {
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  /** Reads it again. */
  reload: () => void;
  /** Shows what a change has answered, without reading again. */
  replace: (data: T) => void;
}

/**
 * Reads when the page opens, and again when one of `inputs` changes; an answer to older inputs is dropped.
 * `keep`: whether the data of the former inputs stays visible meanwhile.
 */
export function useLoad<T>(
  read: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  { keep = false } = {},
): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError; loading: boolean }>({ loading: true });
  const [turn, setTurn] = useState(0);
  const asked = useRef(read);
  asked.current = read;
  const former = useRef(turn);
  useEffect(() => {
    const abort = new AbortController();
    const again = former.current !== turn;
    former.current = turn;
    setState(({ data }) => ({ ...((keep || again) && data !== undefined ? { data } : {}), loading: true }));
    asked.current(abort.signal).then(
      (data) => abort.signal.aborted || setState({ data, loading: false }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        const stays = again && passes(error);
        setState(({ data }) => ({ ...(stays && data !== undefined ? { data } : {}), error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [...inputs, turn]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const refused = state.error?.status === 401;
  // What an expired key could not read is read again with the next one.
  useEffect(() => (refused ? session.subscribe(() => callersKey() && reload()) : undefined), [refused]);
  useEffect(() => onOtherScopes(reload), []);
  const replace = useCallback((data: T) => setState({ data, loading: false }), []);
  return { data: state.data, error: state.error, loading: state.loading, reload, replace };
}

/** Whether it says nothing about what was read before: that is still there, and may still be seen. */
const passes = ({ status }: ApiError): boolean => status === 0 || status === 401 || status === TOO_MANY || status >= 500;
