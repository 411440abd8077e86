/* A number over days as a line, with what was added and taken away as bars below it. Each page shows the same numbers in a table. */
import { formatNumber, useEffect, useMemo, useRef, useState } from "#core";
import { Bars } from "./Bars";
import { Line } from "./Line";
import "./chart.css";
import { type Day, type Scale, placesOf, ticksOf } from "./scale";

export interface ChartProps {
  days: Day[];
  /** What screen readers read instead. */
  label: string;
  names: { count: string; up: string; down: string };
  /** Whether bars stand for weeks, and what is said then. */
  weeks: string;
  formatDay: (day: string) => string;
}

const LINE_HEIGHT = 200;
const BARS_HEIGHT = 120;
const AXIS_HEIGHT = 24;

export default function Chart({ days, label, names, weeks, formatDay }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [at, setAt] = useState<number>();
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const scale = useMemo((): Scale => placesOf(days, width), [days, width]);
  const hasBars = days.some(({ up, down }) => up !== null || down !== null);
  const height = LINE_HEIGHT + (hasBars ? BARS_HEIGHT : 0) + AXIS_HEIGHT;
  const pointed = at === undefined ? undefined : days[at];

  function point(event: PointerEvent) {
    const { left } = (event.currentTarget as Element).getBoundingClientRect();
    setAt(scale.nearest(event.clientX - left));
  }

  return (
    <div class="chart-box" ref={box}>
      <p class="chart-readout small" aria-hidden="true">
        {pointed ? (
          <>
            <strong>{formatDay(pointed.day)}</strong>
            <span class="chart-key is-count">
              {names.count} {formatNumber(pointed.count)}
            </span>
            {pointed.up !== null && (
              <span class="chart-key is-up">
                {names.up} {formatNumber(pointed.up)}
              </span>
            )}
            {pointed.down !== null && (
              <span class="chart-key is-down">
                {names.down} {formatNumber(pointed.down)}
              </span>
            )}
          </>
        ) : (
          <>
            <span class="chart-key is-count">{names.count}</span>
            {hasBars && <span class="chart-key is-up">{names.up}</span>}
            {hasBars && <span class="chart-key is-down">{names.down}</span>}
            {hasBars && scale.byWeek && <span class="soft">{weeks}</span>}
          </>
        )}
      </p>
      <svg
        class="chart"
        role="img"
        aria-label={label}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setAt(undefined)}
      >
        <Line days={days} scale={scale} height={LINE_HEIGHT} />
        {hasBars && <Bars days={days} scale={scale} top={LINE_HEIGHT} height={BARS_HEIGHT} />}
        {pointed && (
          <>
            <line class="chart-pointer" x1={scale.x(pointed.day)} x2={scale.x(pointed.day)} y1={0} y2={height - AXIS_HEIGHT} />
            <circle class="chart-point" cx={scale.x(pointed.day)} cy={scale.y(pointed.count, LINE_HEIGHT)} r={4} />
          </>
        )}
        {ticksOf(days, scale).map(({ day, x, anchor }) => (
          <text key={day} class="chart-label" x={x} y={height - 6} text-anchor={anchor}>
            {formatDay(day)}
          </text>
        ))}
      </svg>
    </div>
  );
}
