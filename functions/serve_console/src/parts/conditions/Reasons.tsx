import { Ago, Badge, Code, type Model } from "#core";
import { conditions as texts } from "#texts/conditions";

export type Explained = Model["Explained"];

/** Condition by condition: whether it holds, and why. */
export function Reasons({ explained }: { explained: Explained }) {
  const { condition, holds, next_change: next, evidence, parts } = explained;
  return (
    <div class={holds ? "reason is-held" : "reason"}>
      <p class="reason-line">
        <Badge tone={holds ? "good" : "bad"}>{holds ? texts.explain.holds : texts.explain.fails}</Badge>
        <code>{JSON.stringify(condition)}</code>
        {next && (
          <span class="soft small">
            {texts.explain.until} <Ago instant={next} />
          </span>
        )}
      </p>
      {Object.keys(evidence).length > 0 && <Code label={texts.explain.evidence} text={JSON.stringify(evidence, null, 2)} />}
      {parts.length > 0 && (
        <ul class="reason-parts">
          {parts.map((one, index) => (
            <li key={index}>
              <Reasons explained={one} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
