import { Ago, Badge, Facts, type Model, Panel, Row, api, data, formatNumber, href, may, plural, seesAll, useInterval, useLoad } from "#core";
import { source as texts } from "#texts/source";
import type { Source } from "./source";

const EVERY = 15_000;

/** What of the source is not kept, and what was refused today. */
export function Health({ source }: { source: Source }) {
  const lost = source.left_out;
  return (
    <Panel title={texts.health.title}>
      {!lost && <p>{texts.health.good}</p>}
      {lost && (
        <>
          <Row>
            <Badge tone="warn">{plural(lost.events, texts.health.leftOut)}</Badge>
          </Row>
          <p class="soft">{texts.health.reason}</p>
          <Facts
            facts={[
              [texts.health.since, <Ago instant={lost.since} />],
              [texts.health.last, <Ago instant={lost.last_at} />],
            ]}
          />
        </>
      )}
      {may("rejected:read") && seesAll() && <Rejected id={source.id} />}
    </Panel>
  );
}

function Rejected({ id }: { id: string }) {
  const page = useLoad((signal) => data(api.GET("/v1/rejected", { params: { query: { source: id, limit: 1 } }, signal })), [id]);
  useInterval(page.reload, EVERY);
  const totals: Model["RejectedTotals"] | undefined = page.data?.totals[0];
  if (!page.data) return null;
  if (!totals) return <p class="soft">{texts.health.rejectedNone}</p>;
  return (
    <>
      <Facts
        facts={[
          [texts.health.rejectedToday, <strong class="number">{formatNumber(totals.messages)}</strong>],
          ...Object.entries(totals.reasons).map(([code, count]): [string, string] => [code, formatNumber(count)]),
        ]}
      />
      <a href={href(`/rejected?source=${id}`)}>{texts.health.rejected}</a>
    </>
  );
}
