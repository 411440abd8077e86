import { type Model, api, data, toast } from "#core";
import { customer as texts } from "#texts/customer";

/**
 * Saves everything that is held on the person as a file. A large one is downloaded from the bucket by opening its link, which the policy of
 * the page allows, and reading it does not. Throws ApiError.
 */
export async function saveExport(id: string): Promise<void> {
  const params = { path: { id }, query: { redirect: false } };
  const held = await data(api.GET("/v1/profiles/{id}/export", { params }));
  if (isLink(held)) {
    download(held.url);
    toast(texts.header.exportStarted);
    return;
  }
  const address = URL.createObjectURL(new Blob([JSON.stringify(held, null, 2)], { type: "application/json" }));
  download(address, `${id}.json`);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  toast(held.complete ? texts.header.exported : texts.header.exportedInPart);
}

const isLink = (held: Model["PersonExport"] | Model["PersonExportLink"]): held is Model["PersonExportLink"] => "url" in held;

function download(address: string, name = ""): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
