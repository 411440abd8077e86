import {
  Badge,
  ErrorState,
  type Model,
  PageHeader,
  type PageProps,
  Progress,
  Skeleton,
  Tabs,
  api,
  data,
  may,
  seesAll,
  setQuery,
  tagged,
  useInterval,
  useLoad,
  type Address,
} from "#core";
import { segment as texts } from "#texts/segment";
import { segments as common } from "#texts/segments";
import { Actions } from "./Actions";
import type { Shown } from "./change";
import { Definition } from "./Definition";
import { Explain } from "./Explain";
import { History } from "./History";
import { KeptOut } from "./KeptOut";
import { Members } from "./Members";
import { Versions } from "./Versions";
import "./segment.css";

const WHILE_BUILDING = 2000;

type View = keyof typeof texts.tabs;

export const address: Address = { view: Object.keys(texts.tabs), days: Object.keys(texts.history.ranges), customer: null };

export default function SegmentPage({ params, query }: PageProps) {
  const id = params.id ?? "";
  const read = useLoad(async (signal): Promise<Shown> => {
    const { data: segment, etag } = await tagged(api.GET("/v1/segments/{id}", { params: { path: { id } }, signal }));
    return { segment, etag };
  }, [id]);
  const segment = read.data?.segment;
  useInterval(read.reload, segment?.state === "building" ? WHILE_BUILDING : null);
  const views = viewsOf(segment);
  const view = views.find(({ id: name }) => name === query.get("view"))?.id ?? views[0]?.id;
  return (
    <>
      <PageHeader
        title={segment?.name ?? texts.title}
        back={{ path: "/segments", label: texts.back }}
        actions={read.data && <Actions shown={read.data} onChange={read.replace} onReload={read.reload} />}
      >
        {segment && <About segment={segment} />}
      </PageHeader>
      {read.error && <ErrorState error={read.error} onRetry={read.reload} />}
      {!read.data && !read.error && <Skeleton lines={8} />}
      {read.data && segment && view && (
        <>
          {segment.archived && <p class="segment-note">{texts.archivedText}</p>}
          {segment.state === "building" && <Building segment={segment} />}
          <div>
            <Tabs
              label={texts.views}
              tabs={views}
              selected={view}
              onSelect={(chosen) => setQuery({ view: chosen === views[0]?.id ? null : chosen, customer: null }, { replace: false })}
            >
              <div class="segment-view">
                {view === "members" && <Members key={`${segment.id} ${segment.serving_version}`} segment={segment} onChange={read.reload} />}
                {view === "keptOut" && <KeptOut key={segment.id} segment={segment} onChange={read.reload} />}
                {view === "definition" && <Definition key={segment.id} shown={read.data} onChange={read.replace} onReload={read.reload} />}
                {view === "history" && <History segment={segment} chosen={query.get("days")} />}
                {view === "versions" && <Versions key={segment.version} shown={read.data} onChange={read.replace} onReload={read.reload} />}
                {view === "explain" && <Explain segment={segment} customer={query.get("customer")} />}
              </div>
            </Tabs>
          </div>
        </>
      )}
    </>
  );
}

function viewsOf(segment: Model["Segment"] | undefined): { id: View; label: string; count?: number }[] {
  const people = may("profiles:read");
  const offered: View[] = [
    ...(people ? (["members"] as const) : []),
    ...(people && segment?.type === "dynamic" ? (["keptOut"] as const) : []),
    ...(segment?.type === "dynamic" ? (["definition"] as const) : []),
    ...(seesAll() ? (["history"] as const) : []),
    "versions",
    ...(people ? (["explain"] as const) : []),
  ];
  return offered.map((id) => ({
    id,
    label: texts.tabs[id],
    ...(id === "members" && typeof segment?.count === "number" && { count: segment.count }),
  }));
}

function About({ segment }: { segment: Model["Segment"] }) {
  return (
    <>
      {segment.description && <p class="soft">{segment.description}</p>}
      <p class="segment-about">
        <Badge tone={segment.state === "ready" ? "good" : segment.state === "building" ? "info" : "neutral"}>
          {common.states[segment.state] ?? segment.state}
        </Badge>
        <span class="soft small">{common.types[segment.type]}</span>
        <code class="soft small truncate">{segment.slug ?? segment.id}</code>
        <span class="soft small">{texts.version(segment.version)}</span>
      </p>
    </>
  );
}

/** How far the job is that evaluates all customers; it is read again with the segment. */
function Building({ segment }: { segment: Model["Segment"] }) {
  const id = may("jobs:read") ? segment.job : null;
  const job = useLoad(
    async (signal) => (id ? data(api.GET("/v1/jobs/{id}", { params: { path: { id } }, signal })) : undefined),
    [id],
    { keep: true },
  );
  useInterval(job.reload, id ? WHILE_BUILDING : null);
  const progress = job.data?.progress;
  return (
    <div class="segment-building">
      <Progress label={texts.building} done={progress?.done ?? 0} of={progress?.total ?? undefined} />
      <p class="soft small">{segment.serving_version === null ? texts.buildingFirst : texts.buildingText}</p>
    </div>
  );
}
