import { Ago, Badge, type ComponentChildren, type Model, formatDateTime, formatNumber } from "#core";
import { conditions as texts } from "#texts/conditions";
import { described } from "./describe";
import { type Json, isJson } from "./tree";
import { useNamed } from "./useNamed";

export type Explained = Model["Explained"];

const { explain } = texts;

/** Condition by condition: whether it holds, and why. */
export function Reasons({ explained }: { explained: Explained }) {
  const { condition, holds, next_change: next, evidence, parts } = explained;
  const [named] = useNamed([condition]);
  const facts = Object.entries(evidence).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length));
  return (
    <div class={holds ? "reason is-held" : "reason"}>
      <p class="reason-line">
        <Badge tone={holds ? "good" : "neutral"}>{holds ? explain.holds : explain.fails}</Badge>
        <strong>{described(named as Json)}</strong>
        {next && (
          <span class="soft small">
            {explain.until} <Ago instant={next} />
          </span>
        )}
      </p>
      {facts.length > 0 && (
        <dl class="reason-facts small">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt class="soft">{explain.facts[name as keyof typeof explain.facts] ?? name.replaceAll("_", " ")}</dt>
              <dd>{shown(value)}</dd>
            </div>
          ))}
        </dl>
      )}
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

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function shown(value: unknown): ComponentChildren {
  if (Array.isArray(value)) {
    return (
      <ul>
        {value.map((one, at) => (
          <li key={at}>{shown(one)}</li>
        ))}
      </ul>
    );
  }
  if (isJson(value)) {
    const { name, at, ...rest } = value;
    if (typeof name === "string" && typeof at === "string") return `${name}, ${formatDateTime(at)}`;
    return Object.entries({ ...(name !== undefined && { name }), ...(at !== undefined && { at }), ...rest })
      .map(([key, one]) => `${key.replaceAll("_", " ")} ${String(shown(one))}`)
      .join(", ");
  }
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string" && INSTANT.test(value)) return formatDateTime(value);
  return String(value);
}
