import { common } from "#texts/common";
import type { ApiError } from "../../api/errors";

const SERVER_ERROR = 500;

/** What happened, in a few words. */
export function titleOf(error: ApiError): string {
  if (error.status === 0) return common.errors.unreachable.title;
  if (error.status >= SERVER_ERROR && error.status !== 503) return common.errors.broken.title;
  return error.status === 404 ? common.errors.notFound : common.errors.refused;
}

/** What was wrong and what would be right: the API's own message, where it has one. */
export function messageOf(error: ApiError): string {
  if (error.status === 0) return common.errors.unreachable.text;
  if (error.status >= SERVER_ERROR && error.status !== 503) return common.errors.broken.text;
  const { message } = error;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
}
