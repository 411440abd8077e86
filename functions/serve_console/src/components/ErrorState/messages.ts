import { common } from "#texts/common";
import { type ApiError, TOO_MANY } from "../../api/errors";
import { plural } from "../../format";

const SERVER_ERROR = 500;

/** What happened, in a few words. */
export function titleOf(error: ApiError): string {
  if (error.status === 0) return common.errors.unreachable.title;
  if (isBroken(error)) return common.errors.broken.title;
  if (error.status === TOO_MANY) return common.errors.busy.title;
  return error.status === 404 ? common.errors.notFound : common.errors.refused;
}

/** What was wrong and what would be right: the API's own message, where it has one. */
export function messageOf(error: ApiError): string {
  if (error.status === 0) return common.errors.unreachable.text;
  if (isBroken(error)) return common.errors.broken.text;
  if (error.status === TOO_MANY) return error.retryAfter ? plural(error.retryAfter, common.errors.busy.after) : common.errors.busy.text;
  const message = withoutPlace(error);
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
}

/** "tags.add.0: must have at most 100 characters" opens with a place in the request, which readers have not written. */
function withoutPlace({ details, message }: ApiError): string {
  const errors = Array.isArray(details.errors) ? (details.errors as { field: string; message: string }[]) : [];
  return errors.find((error) => message === `${error.field}: ${error.message}`)?.message ?? message;
}

/** A 503 of the API says what to wait for; that of a proxy, and other failures, say nothing that helps. */
const isBroken = ({ status, code, message }: ApiError): boolean =>
  !message || code === "internal_error" || (status >= SERVER_ERROR && status !== 503);
