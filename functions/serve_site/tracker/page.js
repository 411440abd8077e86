/* What the script element says. */

export const warn = (...words) => console.warn("crm:", ...words);

// Scripts that were put together, and modules, are no `currentScript` of ours.
export const script =
  [document.currentScript, document.querySelector("script[data-write-key]")].find((one) => one && one.dataset.writeKey) || {};

export const options = script.dataset || {};
export const name = options.name || "crm";
// The API may live below a path prefix; whatever precedes /tracker.js is its base.
export const host = (options.host || script.src || "").replace(/\/(tracker\.js.*)?$/, "");
export const cookieless = "cookieless" in options;

export const consentRequired =
  options.consent === "required" ||
  (/gpc/.test(options.honor) && navigator.globalPrivacyControl) ||
  (/dnt/.test(options.honor) && navigator.doNotTrack > 0);
