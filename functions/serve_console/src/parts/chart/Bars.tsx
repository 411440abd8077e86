import { formatNumber } from "#core";
import { type Day, LEFT, RIGHT, type Scale } from "./scale";

interface Props {
  days: Day[];
  scale: Scale;
  top: number;
  height: number;
}

interface Bar {
  from: number;
  to: number;
  up: number;
  down: number;
}

const WEEK = 7;
const WIDEST = 24;
const EDGE = 8;
/** The height of a label. */
const LINE = 14;

/** What was added, upwards, and taken away, downwards from one line; by week where days would be too narrow. */
export function Bars({ days, scale, top, height }: Props) {
  const bars = barsOf(days, scale);
  const [up, down] = [Math.max(...bars.map((bar) => bar.up)), Math.max(...bars.map((bar) => bar.down))];
  const unit = (height - 2 * EDGE) / Math.max(up + down, 1);
  const zero = top + EDGE + up * unit;
  const long = (value: number) => Math.max(1, value * unit);
  // Of two lines that are too close to write at, the one at zero is named.
  const named = [up, 0, -down].filter((value) => value === 0 || Math.abs(value) * unit >= LINE);
  return (
    <g class="chart-changes">
      {named.map((value) => (
        <g key={value}>
          <line class={value ? "chart-grid" : "chart-zero"} x1={LEFT} x2={scale.width - RIGHT} y1={zero - value * unit} y2={zero - value * unit} />
          <text class="chart-label number" x={LEFT - 8} y={zero - value * unit + 4} text-anchor="end">
            {value > 0 ? `+${formatNumber(value)}` : formatNumber(value).replace("-", "−")}
          </text>
        </g>
      ))}
      {bars.map((bar) => {
        const { from, to } = bar;
        const wide = Math.max(1, Math.min(WIDEST, (to - from) * 0.7));
        const left = (from + to - wide) / 2;
        return (
          <g key={from}>
            {bar.up > 0 && <rect class="chart-up" x={left} y={zero - long(bar.up)} width={wide} height={long(bar.up)} />}
            {bar.down > 0 && <rect class="chart-down" x={left} y={zero} width={wide} height={long(bar.down)} />}
          </g>
        );
      })}
    </g>
  );
}

function barsOf(days: Day[], { x, slot, byWeek }: Scale): Bar[] {
  const bars = new Map<number, Bar>();
  const last = Date.parse(days.at(-1)?.day ?? "");
  for (const { day, up, down } of days) {
    if (up === null && down === null) continue;
    // Weeks end with the last day, so that the last bar is a whole one.
    const back = Math.round((last - Date.parse(day)) / 86_400_000);
    const key = byWeek ? Math.floor(back / WEEK) : back;
    const place = x(day);
    const bar = bars.get(key) ?? { from: place - slot / 2, to: place + slot / 2, up: 0, down: 0 };
    bars.set(key, { from: Math.min(bar.from, place - slot / 2), to: Math.max(bar.to, place + slot / 2), up: bar.up + (up ?? 0), down: bar.down + (down ?? 0) });
  }
  return [...bars.values()];
}
