import { formatNumber, useEffect, useRef, useState } from "#core";
import { segment as texts } from "#texts/segment";
import { type Day, dayOf } from "./days";

const HEIGHT = 220;
const LEFT = 52;
const BOTTOM = 26;
const TOP = 10;
const DAY = 86_400_000;
const LINES = 4;

/** The size of a segment over time, drawn to the width that there is. A table beside it says the same. */
export function Chart({ days }: { days: Day[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const counts = days.map(({ count }) => count);
  const step = stepFor(Math.max(...counts, 1));
  const top = step * Math.ceil(Math.max(...counts, 1) / step);
  const start = Date.parse(days[0]?.day ?? "");
  const span = Math.max(Date.parse(days.at(-1)?.day ?? "") - start, DAY);
  const x = (day: string) => LEFT + ((Date.parse(day) - start) / span) * (width - LEFT - 8);
  const y = (count: number) => TOP + (1 - count / top) * (HEIGHT - TOP - BOTTOM);
  const line = days.map(({ day, count }) => `${x(day).toFixed(1)},${y(count).toFixed(1)}`).join(" ");
  const first = days[0]?.day ?? "";
  const last = days.at(-1)?.day ?? "";
  const label = texts.history.chart(dayOf(first), dayOf(last), formatNumber(Math.min(...counts)), formatNumber(Math.max(...counts)));
  return (
    <div ref={box}>
      <svg class="chart" role="img" aria-label={label} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
        {Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step).map((count) => (
          <g key={count}>
            <line class="chart-grid" x1={LEFT} x2={width} y1={y(count)} y2={y(count)} />
            <text class="chart-label number" x={LEFT - 8} y={y(count) + 4} text-anchor="end">
              {formatNumber(count)}
            </text>
          </g>
        ))}
        <polygon class="chart-area" points={`${x(first)},${y(0)} ${line} ${x(last)},${y(0)}`} />
        <polyline class="chart-line" points={line} />
        {days.map(({ day, count }) => (
          <circle key={day} class="chart-point" cx={x(day)} cy={y(count)} r={days.length > 60 ? 1.5 : 3}>
            <title>{`${dayOf(day)}: ${formatNumber(count)}`}</title>
          </circle>
        ))}
        <text class="chart-label" x={LEFT} y={HEIGHT - 6}>
          {dayOf(first)}
        </text>
        {last !== first && (
          <text class="chart-label" x={width} y={HEIGHT - 6} text-anchor="end">
            {dayOf(last)}
          </text>
        )}
      </svg>
    </div>
  );
}

/** 1, 2 or 5 times a power of ten, so that about four lines are enough. */
function stepFor(most: number): number {
  const rough = most / LINES;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return Math.max(1, [1, 2, 5, 10].map((times) => times * power).find((step) => step >= rough) ?? power * 10);
}
