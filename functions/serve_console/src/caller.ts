/*
 * The one place where the caller is known. Today it is an API key, kept in the tab's sessionStorage: it is not in any
 * address, it is gone when the tab is closed, and only requests to the API contain it.
 */
import { API } from "./app/addresses";
import { ApiError, errorOf } from "./api/errors";
import { store } from "./app/store";
import type { components } from "#schema";

/** Who calls, as `GET /v1/me` tells. */
export type Caller = components["schemas"]["Caller"];
/** Why the page asks for a key: there is none yet, the API refused it, or the person signed out. */
export type SignedOut = "none" | "refused" | "signed_out";

const KEY = "console.key";
let key = sessionStorage.getItem(KEY) ?? "";

/** Who is signed in, or why nobody is; null while a kept key is looked up. `expired`: the API refuses the key since. */
type Session = { caller: Caller; expired?: boolean } | { signedOut: SignedOut } | null;
export const session = store<Session>(key ? null : { signedOut: "none" });

export const callersKey = (): string => key;

/** Looks up whose key it is and keeps it for the tab. Throws ApiError. */
export async function signIn(typed: string): Promise<void> {
  const response = await fetch(`${API}/v1/me`, { headers: { authorization: `Bearer ${typed}` } }).catch(() => {
    throw new ApiError(0, "unreachable", "");
  });
  if (!response.ok) throw await errorOf(response);
  key = typed;
  sessionStorage.setItem(KEY, typed);
  session.set({ caller: await response.json() });
}

/** Continues with the key that the tab has kept. Throws ApiError if the API cannot be asked. */
export async function resume(): Promise<void> {
  await signIn(key).catch((error: ApiError) => {
    if (error.status !== 401) throw error;
    signOut("refused");
  });
}

/** The API no longer accepts the key: another one is asked for over the page, which keeps what was entered. */
export function expire(): void {
  key = "";
  sessionStorage.removeItem(KEY);
  const current = session.get();
  if (!current || !("caller" in current)) session.set({ signedOut: "refused" });
  else if (!current.expired) session.set({ caller: current.caller, expired: true });
}

/** Shows the page without asking for a key, to read or copy what was entered; the next request asks again. */
export function lookOn(): void {
  const current = session.get();
  if (current && "caller" in current) session.set({ caller: current.caller });
}

/** Forgets the key, and everything that was read with it: the page starts anew. */
export function signOut(why: SignedOut = "signed_out"): void {
  key = "";
  sessionStorage.removeItem(KEY);
  session.set({ signedOut: why });
}

/** Who is signed in. Pages are shown to nobody else. */
export function caller(): Caller {
  const current = session.get();
  if (!current || !("caller" in current)) throw new Error("nobody is signed in");
  return current.caller;
}

/** Calls `act` when another key is signed in with that has other scopes or classes: what was read is to be read again. */
export function onOtherScopes(act: () => void): () => void {
  let former = scopesNow();
  return session.subscribe(() => {
    const current = scopesNow();
    if (!current || current === former) return;
    former = current;
    act();
  });
}

function scopesNow(): string | undefined {
  const current = session.get();
  if (!current || !("caller" in current)) return undefined;
  const { scopes, classes, time_zone } = current.caller;
  return JSON.stringify([scopes, classes, time_zone]);
}

/** Whether the caller has all of these scopes, as the API decides it. */
export function may(...scopes: string[]): boolean {
  const granted = caller().scopes;
  return granted.includes("admin") || scopes.every((scope) => granted.includes(scope));
}

/** Whether the caller sees all customers: some routes refuse a key that is limited to classes. */
export const seesAll = (): boolean => caller().classes === null;
