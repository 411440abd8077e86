import { Badge, type ComponentChildren, type Tone } from "#core";
import { conditions as texts } from "#texts/conditions";
import { phrases } from "./describe";
import { type Mark, type Marked, common, difference, marked, partsOf } from "./difference";
import { isJson, titleOf } from "./tree";
import { useNamed } from "./useNamed";

interface Props {
  condition: unknown;
  /** The version before it, from which the differences are marked; none is marked without it. */
  before?: unknown;
}

/** A condition to read: groups in groups, each condition in a line. */
export function ReadTree({ condition, before }: Props) {
  const [now, former] = useNamed([condition, before]);
  const all = former === undefined ? [marked("same", now)] : difference(former, now);
  return (
    <ul class="tree node-list">
      {all.map((one, at) => (
        <Item key={at} of={one} />
      ))}
    </ul>
  );
}

const TONES: Record<Mark, Tone> = { same: "neutral", added: "good", removed: "bad", changed: "warn" };

function Item({ of: { mark, node, before, parts } }: { of: Marked }) {
  const isGroup = partsOf(node) !== undefined;
  return (
    <li class={`node tree-node is-${mark}`}>
      <p class="tree-line">
        {mark !== "same" && <Badge tone={TONES[mark]}>{texts.marks[mark]}</Badge>}
        {isGroup ? <Title node={node} before={mark === "changed" ? before : undefined} /> : <Line node={node} before={before} />}
      </p>
      {isGroup && parts.length > 0 && (
        <ul class="node-list">
          {parts.map((one, at) => (
            <Item key={at} of={one} />
          ))}
        </ul>
      )}
    </li>
  );
}

const Title = ({ node, before }: { node: unknown; before: unknown }) => (
  <>
    {before !== undefined && <del>{titleOf(before)}</del>}
    <strong>{titleOf(node)}</strong>
  </>
);

/** A condition in a line; what it does not say any more is struck through where it was. */
function Line({ node, before }: { node: unknown; before: unknown }) {
  if (!isJson(node)) return <code>{JSON.stringify(node)}</code>;
  const now = phrases(node);
  const former = isJson(before) ? phrases(before) : now;
  const lines: ComponentChildren[] = [<strong key="title">{titleOf(node)}</strong>];
  let [from, to] = [0, 0];
  for (const [here, there] of [...common(former, now), [former.length, now.length] as const]) {
    lines.push(...former.slice(from, here).map((one) => <del key={`- ${one}`}>{one}</del>));
    lines.push(...now.slice(to, there).map((one) => <ins key={`+ ${one}`}>{one}</ins>));
    if (there < now.length) lines.push(<span key={there}>{now[there]}</span>);
    [from, to] = [here + 1, there + 1];
  }
  return <>{lines}</>;
}
