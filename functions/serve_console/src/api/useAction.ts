import { useState } from "preact/hooks";
import { ApiError } from "./errors";

/** A change that the reader asks for: while it runs, its button waits; what the API refuses is shown, not thrown. */
export interface Action<A extends unknown[]> {
  run: (...input: A) => Promise<boolean>;
  running: boolean;
  error: ApiError | undefined;
  /** Forgets the error, when the reader corrects the input. */
  clear: () => void;
}

/** `run` tells whether the change was made. */
export function useAction<A extends unknown[]>(perform: (...input: A) => Promise<unknown>): Action<A> {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<ApiError>();

  async function run(...input: A): Promise<boolean> {
    setRunning(true);
    setError(undefined);
    try {
      await perform(...input);
      return true;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      return false;
    } finally {
      setRunning(false);
    }
  }

  return { run, running, error, clear: () => setError(undefined) };
}
