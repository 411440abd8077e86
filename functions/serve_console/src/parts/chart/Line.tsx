import { area, line } from "d3-shape";
import { formatNumber } from "#core";
import { type Day, LEFT, RIGHT, type Scale } from "./scale";

const MOST_POINTS = 60;

/** The number by day, above an area that begins at zero. */
export function Line({ days, scale, height }: { days: Day[]; scale: Scale; height: number }) {
  const { x, y, lines, width } = scale;
  const shape = { x: ({ day }: Day) => x(day), y: ({ count }: Day) => y(count, height) };
  const drawn = line(shape.x, shape.y)(days) ?? "";
  const filled = area(shape.x, y(0, height), shape.y)(days) ?? "";
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
      <path class="chart-area" d={filled} />
      <path class="chart-line" d={drawn} />
      {days.length <= MOST_POINTS &&
        days.map(({ day, count }) => <circle key={day} class="chart-point" cx={x(day)} cy={y(count, height)} r={days.length > 31 ? 2 : 3} />)}
    </g>
  );
}
