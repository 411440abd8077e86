import { Unlink } from "lucide";
import { Ago, ApiError, Button, Facts, IconButton, type Model, Panel, api, data, formatDate, once, toast, toastError, useState } from "#core";
import { customer as texts } from "#texts/customer";
import { shown } from "./attributes";
import { useCard } from "./card";

type Activity = Model["Activity"];

/** Browser, system and device as they were last seen; every device of the activities that are shown. */
export function Environment({ activities }: { activities: Activity[] }) {
  const { profile } = useCard();
  const environment = profile.environment;
  const text = (name: string) => (typeof environment[name] === "string" ? (environment[name] as string) : "");
  const devices = devicesOf(activities);
  if (!Object.keys(environment).length) return null;
  return (
    <Panel title={texts.environment.title}>
      <Facts
        facts={[
          [texts.environment.browser, `${text("browser")} ${text("browser_version")}`.trim()],
          [texts.environment.os, `${text("os")} ${text("os_version")}`.trim()],
          [texts.environment.device, [text("device"), text("device_type")].filter(Boolean).join(", ")],
          [texts.environment.locale, text("locale")],
          [texts.environment.timezone, text("timezone")],
          [texts.environment.app, `${text("app")} ${text("app_version")}`.trim()],
          [texts.environment.ip, text("ip")],
        ]}
      />
      {devices.length > 1 && (
        <>
          <h3 class="details-title">{texts.environment.devices}</h3>
          <ul class="devices">
            {devices.map(({ name, at }) => (
              <li key={name} class="device">
                <span class="truncate">{name}</span>
                <span class="soft small">
                  <Ago instant={at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** The different devices of these activities, newest first. */
function devicesOf(activities: Activity[]): { name: string; at: string }[] {
  const seen = new Map<string, string>();
  for (const { context, occurred_at: at } of activities) {
    const environment = context.environment as Record<string, unknown> | undefined;
    const parts = ["browser", "os", "device", "device_type"].map((part) => environment?.[part]);
    const name = [...new Set(parts.filter((part): part is string => typeof part === "string"))].join(", ");
    if (name && !seen.has(name)) seen.set(name, at);
  }
  return [...seen].map(([name, at]) => ({ name, at })).slice(0, 10);
}

const SHOWN = 8;

/** How the customer is recognised, and the profiles that are this person; one that is not, is taken out. */
export function Identities() {
  const card = useCard();
  const { profile, editable } = card;
  const [all, setAll] = useState(false);
  const identities = all ? profile.identities : profile.identities.slice(0, SHOWN);
  const members = profile.members.filter((member) => member !== profile.id);
  return (
    <Panel title={texts.identities.title}>
      <ul class="identities">
        {identities.map(({ type, value }) => (
          <li key={`${type} ${value}`} class="identity">
            <span class="soft small">{texts.identities.types[type] ?? type}</span>
            <span class="identity-value">{value}</span>
          </li>
        ))}
      </ul>
      {profile.identities.length > SHOWN && (
        <Button small onClick={() => setAll(!all)}>
          {all ? texts.fewer : texts.all(profile.identities.length)}
        </Button>
      )}
      {members.length > 0 && (
        <>
          <h3 class="details-title">{texts.identities.members}</h3>
          <ul class="members">
            {members.map((member) => (
              <li key={member} class="member">
                <code class="truncate" title={member}>
                  {member}
                </code>
                {editable && (
                  <IconButton small icon={Unlink} label={texts.identities.unmerge(member)} onClick={() => void unmerge(profile.id, member, card.refresh)} />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <Organisations groups={profile.groups} />
      <p class="soft small">{texts.identities.since(profile.first_seen ? formatDate(profile.first_seen) : "–")}</p>
    </Panel>
  );
}

function Organisations({ groups }: { groups: Record<string, Record<string, unknown>> }) {
  const names = Object.keys(groups);
  if (!names.length) return null;
  return (
    <>
      <h3 class="details-title">{texts.identities.organisations}</h3>
      <ul class="devices">
        {names.map((id) => (
          <li key={id}>{shown(groups[id]?.name) ?? id}</li>
        ))}
      </ul>
    </>
  );
}

/** Takes a profile out of the person; merging it again takes that back. */
export async function unmerge(id: string, member: string, refresh: () => Promise<void>): Promise<void> {
  try {
    const params = { params: { path: { id }, header: once() } };
    await data(api.POST("/v1/profiles/{id}/unmerge", { ...params, body: { profile: member } }));
    toast(texts.identities.unmerged, async () => {
      await api.POST("/v1/profiles/{id}/merge", { params: { path: { id }, header: once() }, body: { profiles: [member] } });
      await refresh();
    });
    await refresh();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toastError(error);
  }
}
