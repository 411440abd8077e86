/* Small words for what every part does. */

// Reading storage, cookies and what a page has overwritten throws; none of it may reach the page.
export function attempt(action) {
  try {
    return action();
  } catch (error) {}
}

export const { assign } = Object;
export const on = (target, event, listener) => target.addEventListener(event, listener, true);
export const listed = (text) => (text || "").split(/[^\w./-]+/).filter(Boolean);

// crypto.randomUUID exists only on https pages.
export function uuid() {
  const random = crypto.getRandomValues(new Uint8Array(36));
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit, place) =>
    (digit ^ (random[place] & (15 >> (digit / 4)))).toString(16)
  );
}
