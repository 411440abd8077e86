import { useEffect, useState } from "#core";

const query = matchMedia("(max-width: 47.99rem)");

/** Whether the columns are shown one at a time. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const follow = () => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}
