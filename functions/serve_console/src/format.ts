/* Dates, numbers and money as the reader's locale writes them; days are those of the deployment's time zone. */
import { caller } from "./caller";
import { common } from "#texts/common";

const LOCALE = navigator.languages;
const MINUTE = 60;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", MINUTE],
];
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "short" });
const numbers = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const plurals = new Intl.PluralRules(document.documentElement.lang);

export const formatNumber = (value: number): string => numbers.format(value);

/** An amount with its currency; without one, or with a code that is none, as a number. */
export function formatMoney(value: number, currency?: string | null): string {
  if (!currency || !/^[A-Z]{3}$/i.test(currency)) return numbers.format(value);
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(value);
}

export function formatDate(instant: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: caller().time_zone }).format(new Date(instant));
}

export function formatDateTime(instant: string): string {
  const style = { dateStyle: "medium", timeStyle: "medium", timeZone: caller().time_zone } as const;
  return new Intl.DateTimeFormat(LOCALE, style).format(new Date(instant));
}

/** "5 min. ago", "in 3 days", "yesterday". */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? relative.format(Math.trunc(seconds / unit[1]), unit[0]) : common.now;
}

export const formatList = (texts: string[]): string => new Intl.ListFormat(LOCALE).format(texts);

/** What the API has counted, perhaps up to a bound only: "10,000+". */
export const formatCount = ({ count, more }: { count: number; more?: boolean }): string => formatNumber(count) + (more ? "+" : "");

/**
 * The form that fits the count, with the count in it: `plural(3, { one: "{n} customer", other: "{n} customers" })`.
 * `shown`: how the count is written.
 */
export function plural(
  count: number,
  forms: { one: string; other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
  shown = formatNumber(count),
): string {
  return (forms[plurals.select(count)] ?? forms.other).replace("{n}", shown);
}
