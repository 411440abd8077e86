import { useEffect, useRef } from "preact/hooks";

/** Does something again and again while the page is open and visible; null pauses it. For jobs and live lists. */
export function useInterval(act: () => void, milliseconds: number | null): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (milliseconds === null) return undefined;
    const timer = setInterval(() => document.hidden || latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
}
