import { Avatar, Bone, ErrorNote, type Model, Panel, formatNumber, href, plural } from "#core";
import { conditions as texts } from "#texts/conditions";
import type { Preview, usePreview } from "./usePreview";

const { preview: words } = texts;

interface Props {
  state: ReturnType<typeof usePreview>;
  empty: boolean;
  /** Whether the error is shown at its place in the condition. */
  placed: boolean;
}

export function PreviewPanel({ state: { preview, error, busy }, empty, placed }: Props) {
  return (
    <Panel title={words.title}>
      <div class="preview" aria-busy={busy}>
        {empty && <p class="soft">{words.empty}</p>}
        {error && (placed ? <p class="soft">{words.wrong}</p> : <ErrorNote error={error} />)}
        {busy && !preview && <Bone width="60%" />}
        {preview && !empty && <Found preview={preview} />}
      </div>
    </Panel>
  );
}

function Found({ preview }: { preview: Preview }) {
  const { count, population, margin, population_is_larger: larger, sample, cost } = preview;
  const all = formatNumber(population);
  return (
    <>
      <p role="status">
        <strong class="preview-count number">{plural(count, words.count)}</strong>{" "}
        <span class="soft">{margin === null ? words.exact(all) : words.about(all, formatNumber(margin))}</span>
      </p>
      {larger && <p class="soft small">{words.larger}</p>}
      {count > 0 && sample.length > 0 && (
        <>
          <h3 class="small soft">{words.sample}</h3>
          <ul class="preview-sample">
            {sample.map((card) => (
              <Customer key={card.id} card={card} />
            ))}
          </ul>
        </>
      )}
      {count === 0 && <p class="soft">{words.none}</p>}
      {cost.bytes_per_active_day > 0 && <p class="soft small">{words.cost(formatNumber(cost.bytes_per_active_day))}</p>}
    </>
  );
}

const Customer = ({ card }: { card: Model["ProfileCard"] }) => (
  <li>
    <Avatar name={card.name ?? card.email} />
    <a class="truncate" href={href(`/customers/${card.id}`)} target="_blank" rel="noopener">
      {card.name ?? card.email ?? card.phone ?? words.unnamed}
    </a>
  </li>
);
