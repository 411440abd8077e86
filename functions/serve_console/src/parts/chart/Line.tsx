import { formatNumber } from "#core";
import { type Day, LEFT, RIGHT, type Scale } from "./scale";

const MOST_POINTS = 60;

/** The number by day, above an area that begins at zero. */
export function Line({ days, scale, height }: { days: Day[]; scale: Scale; height: number }) {
  const { x, y, lines, width } = scale;
  const line = days.map(({ day, count }) => `${x(day).toFixed(1)},${y(count, height).toFixed(1)}`).join(" ");
  const [first, last] = [x(days[0]?.day ?? ""), x(days.at(-1)?.day ?? "")];
  return (
    <g class="chart-size">
      {lines.map((count) => (
        <g key={count}>
          <line class="chart-grid" x1={LEFT} x2={width - RIGHT} y1={y(count, height)} y2={y(count, height)} />
          <text class="chart-label number" x={LEFT - 8} y={y(count, height) + 4} text-anchor="end">
            {formatNumber(count)}
          </text>
        </g>
      ))}
      <polygon class="chart-area" points={`${first},${y(0, height)} ${line} ${last},${y(0, height)}`} />
      <polyline class="chart-line" points={line} />
      {days.length <= MOST_POINTS &&
        days.map(({ day, count }) => <circle key={day} class="chart-point" cx={x(day)} cy={y(count, height)} r={days.length > 31 ? 2 : 3} />)}
    </g>
  );
}
