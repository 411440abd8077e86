import { api, data, toast } from "#core";
import { customer as texts } from "#texts/customer";

/** Saves everything that is held on the person as a file. Throws ApiError. */
export async function saveExport(id: string): Promise<void> {
  const held = await data(api.GET("/v1/profiles/{id}/export", { params: { path: { id } } }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(held, null, 2)], { type: "application/json" }));
  link.download = `${id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  toast(held?.complete ? texts.header.exported : texts.header.exportedInPart);
}
