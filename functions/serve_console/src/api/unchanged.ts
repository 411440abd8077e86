import { ApiError } from "./errors";

/**
 * Refuses a change, as the API refuses others by `If-Match`, if another user has changed the same fields since they were
 * shown: for what the API keeps no version of. Other fields stay as they are. Throws ApiError with status 412.
 */
export async function ensureUnchanged<T extends object>(shown: T, changes: Partial<T>, read: () => Promise<T>): Promise<void> {
  const stored = await read();
  const names = Object.keys(changes) as (keyof T)[];
  const changed = names.some((name) => JSON.stringify(stored[name]) !== JSON.stringify(shown[name]));
  if (changed) throw new ApiError(412, "version_conflict", "it has been changed by another user");
}
