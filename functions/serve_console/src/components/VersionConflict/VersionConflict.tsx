import { common } from "#texts/common";
import { useLoad } from "../../api/useLoad";
import { Button } from "../Button/Button";
import { ErrorState } from "../ErrorState/ErrorState";
import { Skeleton } from "../Skeleton/Skeleton";
import "./VersionConflict.css";

interface Props<T extends object> {
  /** What the reader has entered, by the API's names. */
  mine: Partial<T>;
  /** Reads what is stored now, with its version. */
  read: () => Promise<{ data: T; etag: string | undefined }>;
  labels: Record<string, string>;
  onKeepMine: (etag: string | undefined) => void;
  onTakeTheirs: (stored: T, etag: string | undefined) => void;
}

/** Two people have changed the same thing: both states side by side, and the choice. */
export function VersionConflict<T extends object>({ mine, read, labels, onKeepMine, onTakeTheirs }: Props<T>) {
  const stored = useLoad(read, []);
  const names = (Object.keys(mine) as (keyof T & string)[]).filter((name) => stored.data && !same(mine[name], stored.data.data[name]));
  return (
    <section class="version-conflict" role="alert">
      <h3>{common.changed.title}</h3>
      <p>{common.changed.text}</p>
      {stored.error && <ErrorState error={stored.error} onRetry={stored.reload} />}
      {stored.loading && !stored.data && <Skeleton lines={2} />}
      {stored.data && (
        <>
          <dl class="version-conflict-fields">
            {names.map((name) => (
              <div key={name}>
                <dt>{labels[name] ?? name}</dt>
                <dd>
                  <span class="soft small">{common.changed.mine}</span>
                  {shown(mine[name])}
                </dd>
                <dd>
                  <span class="soft small">{common.changed.theirs}</span>
                  {shown(stored.data?.data[name])}
                </dd>
              </div>
            ))}
          </dl>
          <div class="version-conflict-actions">
            <Button small onClick={() => stored.data && onTakeTheirs(stored.data.data, stored.data.etag)}>
              {common.changed.takeTheirs}
            </Button>
            <Button small onClick={() => onKeepMine(stored.data?.etag)}>
              {common.changed.keepMine}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return common.none;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ") || common.none;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
