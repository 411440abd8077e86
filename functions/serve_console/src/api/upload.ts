import { common } from "#texts/common";
import { api, data, type Model } from "./client";
import { ApiError } from "./errors";

const LONGEST_NAME = 200;

/**
 * Sends a file to the bucket by a link for this one file, and returns its key, by which it is previewed and imported.
 * `onProgress` receives the number of bytes sent. Throws ApiError.
 */
export async function upload(file: File, onProgress: (sent: number) => void, signal?: AbortSignal): Promise<string> {
  const body = { name: file.name.slice(-LONGEST_NAME), size: file.size };
  const target = await data(api.POST("/v1/imports/uploads", { body, signal }));
  await put(target, file, onProgress, signal);
  return target.key;
}

/** Unlike fetch, XMLHttpRequest tells how much was sent. */
function put(target: Model["Upload"], file: File, onProgress: (sent: number) => void, signal?: AbortSignal): Promise<void> {
  const request = new XMLHttpRequest();
  request.open(target.method, target.url);
  for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = (event) => onProgress(event.loaded);
  signal?.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.onload = () => {
      if (request.status === 200) resolve();
      else reject(new ApiError(request.status, "upload_refused", common.errors.upload));
    };
    request.onerror = () => reject(new ApiError(0, "unreachable", ""));
    request.onabort = () => reject(new ApiError(0, "aborted", ""));
    request.send(file);
  });
}
