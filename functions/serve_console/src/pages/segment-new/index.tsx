import { PageHeader, type PageProps, Skeleton, useLoad, type Address } from "#core";
import { segmentNew as texts } from "#texts/segment-new";
import { Form } from "./Form";
import { Refused } from "./Refused";
import { convert } from "./filter";
import "./segment-new.css";

export const address: Address = { filter: null };

/** A new segment: empty, or with the condition of the filters that the address contains. */
export default function NewSegment({ query }: PageProps) {
  const filter = query.get("filter");
  const { data, error, reload } = useLoad((signal) => (filter ? convert(filter, signal) : Promise.resolve(null)), [filter]);
  return (
    <>
      <PageHeader title={texts.title} back={{ path: "/segments", label: texts.back }}>
        {filter && data !== undefined ? <p class="soft">{texts.fromFilter}</p> : null}
      </PageHeader>
      {filter && error && <Refused filter={filter} error={error} onRetry={reload} />}
      {data === undefined && !error && <Skeleton lines={6} />}
      {data !== undefined && <Form key={filter} initial={data} />}
    </>
  );
}
