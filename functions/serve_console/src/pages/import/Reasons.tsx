import { Panel, formatNumber } from "#core";

interface Props {
  title: string;
  /** Numbers of rows by code. */
  codes: Record<string, number>;
  /** What each code means and what to do; undefined where what is counted are words of the file. */
  explain?: Record<string, string>;
}

/** Why rows were rejected, skipped or read with doubts, the most frequent first, and what to do. */
export function Reasons({ title, codes, explain }: Props) {
  const entries = Object.entries(codes).sort(([, one], [, other]) => other - one);
  if (!entries.length) return null;
  return (
    <Panel title={title}>
      <ul class="reasons">
        {entries.map(([code, count]) => (
          <li key={code} class="reason">
            <span class="number reason-count">{formatNumber(count)}</span>
            <span>{explain?.[code] ?? code}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
