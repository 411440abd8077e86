import { create as texts } from "#texts/create";

export const FIELDS = ["first_name", "last_name", "email", "phone", "company", "city", "responsible"] as const;
export const ASKED_CHANNELS = ["email", "sms", "push"] as const;

type Channel = (typeof ASKED_CHANNELS)[number];

export interface Form {
  values: Partial<Record<(typeof FIELDS)[number], string>>;
  tags: string[];
  channels: Channel[];
  /** What the person agreed to. */
  proof: string;
  class: string;
}

/** What is missing, by the field where it is said. */
export function problemsOf({ values, channels, proof, class: chosen }: Form, classes: string[]): Record<string, string> {
  return {
    ...(!values.email?.trim() && !values.phone?.trim() && { email: texts.identityMissing }),
    ...(channels.length > 0 && !proof.trim() && { proof: texts.proofMissing }),
    ...(classes.length > 1 && !chosen && { class: texts.classMissing }),
  };
}

export function bodyOf({ values, tags, channels, proof, class: chosen }: Form): object {
  const { responsible, ...entered } = values;
  const attributes = Object.fromEntries(
    Object.entries(entered)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value),
  );
  return {
    attributes,
    ...(tags.length && { tags }),
    ...(responsible?.trim() && { responsible: responsible.trim() }),
    ...(chosen && { classes: [chosen] }),
    ...(channels.length && { consents: channels.map((channel) => ({ channel, state: "granted", proof: proof.trim() })) }),
  };
}
