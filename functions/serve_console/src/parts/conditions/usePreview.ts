import { ApiError, type Model, api, data, may, once, useEffect, useState } from "#core";

export type Preview = Model["SegmentPreview"];

const PAUSE = 500;
const SAMPLE = 5;

/** Who the condition selects, a moment after the last change; an answer to an older condition is dropped. */
export function usePreview(condition: unknown, wanted: boolean) {
  const [state, setState] = useState<{ preview?: Preview; error?: ApiError; busy: boolean }>({ busy: false });
  const text = wanted && condition !== null && may("profiles:read") ? JSON.stringify(condition) : undefined;
  useEffect(() => {
    if (text === undefined) return setState({ busy: false });
    const abort = new AbortController();
    setState((former) => ({ ...former, busy: true }));
    const timer = setTimeout(() => {
      const body = { condition: JSON.parse(text), kind: "any" as const, sample: SAMPLE };
      data(api.POST("/v1/segments/preview", { body, headers: once(), signal: abort.signal })).then(
        (preview) => abort.signal.aborted || setState({ preview, busy: false }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          if (!(error instanceof ApiError)) throw error;
          setState({ error, busy: false });
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return state;
}
