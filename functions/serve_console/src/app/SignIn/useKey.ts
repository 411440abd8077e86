import { useState } from "preact/hooks";
import { common } from "#texts/common";
import type { ApiError } from "../../api/errors";
import { useAction } from "../../api/useAction";
import { signIn } from "../../caller";

const texts = common.signIn;
const SHAPE = /^sk_[\w-]{43}$/;
const UNKNOWN = 401;

/** What is wrong with what was typed, before it is sent anywhere. */
function flaw(key: string): string | undefined {
  if (key.startsWith("wk_")) return texts.writeKey;
  return SHAPE.test(key) ? undefined : texts.shape;
}

interface TypedKey {
  /** What the field of the key needs. */
  field: { value: string; onChange: (typed: string) => void; error: string | undefined };
  submit: () => void;
  running: boolean;
  /** Why the API could not be asked. */
  error: ApiError | undefined;
}

/** A key that is typed, checked, and signed in with. */
export function useKey(): TypedKey {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string>();
  const { run, running, error, clear } = useAction(signIn);
  const unknown = error?.status === UNKNOWN;

  function submit() {
    const found = flaw(key.trim());
    setWrong(found);
    if (!found) void run(key.trim());
  }

  function onChange(typed: string) {
    setKey(typed);
    setWrong(undefined);
    clear();
  }

  const message = wrong ?? (unknown ? texts.unknown : undefined);
  return { field: { value: key, onChange, error: message }, submit, running, error: unknown ? undefined : error };
}
