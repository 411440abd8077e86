/*
 * Numbers, money, and dates in figures are written as the reader's locale writes them; whatever contains words ("yesterday",
 * "2 days ago", "Monday", "one, two and three") is written in the language of the texts, so that no sentence mixes two.
 * Days are those of the deployment's time zone.
 */
import { caller } from "./caller";
import { common } from "#texts/common";

const LOCALE = navigator.languages;
const LANGUAGE = document.documentElement.lang;
const speaks = (locale: string): boolean => new Intl.Locale(locale).language === LANGUAGE;
/** For words: the reader's variant of the language of the texts, or this language. */
const WORDS = LOCALE.find(speaks) ?? LANGUAGE;
const isForeign = !speaks(LOCALE[0] ?? LANGUAGE);
const DAY: Intl.DateTimeFormatOptions = isForeign ? { year: "numeric", month: "2-digit", day: "2-digit" } : { dateStyle: "medium" };
const INSTANT: Intl.DateTimeFormatOptions = isForeign
  ? { ...DAY, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }
  : { ...DAY, timeStyle: "medium" };
const MINUTE = 60;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", MINUTE],
];
const relative = new Intl.RelativeTimeFormat(WORDS, { numeric: "auto", style: "short" });
const numbers = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const plurals = new Intl.PluralRules(LANGUAGE);

export const formatNumber = (value: number): string => numbers.format(value);

/** An amount with its currency; without one, or with a code that is none, as a number. */
export function formatMoney(value: number, currency?: string | null): string {
  if (!currency || !/^[A-Z]{3}$/i.test(currency)) return numbers.format(value);
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(value);
}

export function formatDate(instant: string): string {
  return new Intl.DateTimeFormat(LOCALE, { ...DAY, timeZone: caller().time_zone }).format(new Date(instant));
}

export function formatDateTime(instant: string): string {
  return new Intl.DateTimeFormat(LOCALE, { ...INSTANT, timeZone: caller().time_zone }).format(new Date(instant));
}

/** "5 min. ago", "in 3 days", "yesterday". */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? relative.format(Math.trunc(seconds / unit[1]), unit[0]) : common.now;
}

export const formatList = (texts: string[]): string => new Intl.ListFormat(WORDS).format(texts);

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
