/* Where days and numbers are on the chart. */
import { bisectCenter, nice, ticks } from "d3-array";

export interface Day {
  day: string;
  count: number;
  /** Added and taken away on the day; null where it is not known. */
  up: number | null;
  down: number | null;
}

export const LEFT = 52;
export const RIGHT = 8;
const TOP = 10;
const BOTTOM = 12;
const DAY = 86_400_000;
const LINES = 4;
/** Bars that were narrower stand for weeks. */
const NARROWEST = 4;

export interface Scale {
  width: number;
  /** The width that a day has. */
  slot: number;
  byWeek: boolean;
  x: (day: string) => number;
  /** The place of a number in a panel of this height. */
  y: (count: number, height: number) => number;
  lines: number[];
  /** The day next to a place. */
  nearest: (x: number) => number;
}

export function placesOf(days: Day[], width: number): Scale {
  const first = Date.parse(days[0]?.day ?? "");
  const span = Math.round((Date.parse(days.at(-1)?.day ?? "") - first) / DAY) + 1;
  const slot = (width - LEFT - RIGHT) / Math.max(span, 2);
  const x = (day: string) => LEFT + (Math.round((Date.parse(day) - first) / DAY) + 0.5) * slot;
  const largest = Math.max(...days.map(({ count }) => count), 1);
  const about = Math.min(LINES, largest);
  const [, most] = nice(0, largest, about);
  const y = (count: number, height: number) => TOP + (1 - count / most) * (height - TOP - BOTTOM);
  const places = days.map(({ day }) => x(day));
  return { width, slot, byWeek: slot < NARROWEST, x, y, lines: ticks(0, most, about), nearest: (place) => bisectCenter(places, place) };
}

interface Tick {
  day: string;
  x: number;
  anchor: "start" | "middle" | "end";
}

/** The width of a day that is written out, and of the space beside it. */
const TICK = 104;

/** Days that are written below at equal distances, back from the last one. */
export function ticksOf(days: Day[], { x, width }: Scale): Tick[] {
  const most = Math.max(1, Math.floor((width - LEFT - RIGHT) / TICK));
  const step = Math.max(1, Math.ceil(days.length / most));
  const chosen = days.filter((_, at) => (days.length - 1 - at) % step === 0);
  return chosen.map(({ day }) => {
    const place = x(day);
    if (place + TICK / 2 > width) return { day, x: width - RIGHT, anchor: "end" };
    return place - TICK / 2 < 0 ? { day, x: LEFT, anchor: "start" } : { day, x: place, anchor: "middle" };
  });
}
