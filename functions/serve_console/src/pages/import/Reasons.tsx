import { Panel, formatNumber } from "#core";

interface Props {
  title: string;
  /** Numbers of rows by code. */
  codes: Record<string, number>;
  /** What to do, by code. */
  explain: Record<string, string>;
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
            <span>
              {explain[code] ?? code} {explain[code] && <code class="soft small">{code}</code>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
