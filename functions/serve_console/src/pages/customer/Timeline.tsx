import {
  Activity as Pulse,
  Box,
  ChevronDown,
  CircleCheck,
  FileText,
  Globe,
  LifeBuoy,
  type IconNode,
  Mail,
  MapPin,
  NotebookPen,
  Pencil,
  Search,
  Settings2,
  ShoppingBag,
  ShoppingCart,
  Smartphone,
  Ticket,
  UserRound,
  Workflow,
} from "lucide";
import {
  Ago,
  Author,
  Button,
  ErrorState,
  Facts,
  Icon,
  JsonView,
  LoadMore,
  type Pages,
  SelectField,
  Skeleton,
  channelName,
  formatDate,
  formatDateTime,
  plural,
  setQuery,
  useId,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { shown, wordsOf } from "./attributes";
import { changesOf, describe, isEdit, restOf } from "./describe";
import type { Activity } from "./useTimeline";
import "./timeline.css";

const ICONS: Record<string, IconNode> = {
  shopping: ShoppingBag,
  cart: ShoppingCart,
  coupons: Ticket,
  campaigns: Mail,
  automation: Workflow,
  forms: FileText,
  notes: NotebookPen,
  pages: Globe,
  places: MapPin,
  account: UserRound,
  content: Box,
  support: LifeBuoy,
  mobile: Smartphone,
  edits: Pencil,
  system: Settings2,
};

interface Props {
  pages: Pages<Activity>;
  hidden: boolean;
  fresh: ReadonlySet<string>;
  category: string;
}

/** What has happened, newest first, by day. */
export function Timeline({ pages, hidden, fresh, category }: Props) {
  const { items } = pages;
  const options = Object.entries(texts.categories).map(([value, label]) => ({ value, label }));
  return (
    <>
      <div class="timeline-filter">
        <SelectField
          bare
          label={texts.timeline.filter}
          options={options}
          value={category}
          onChange={(chosen) => setQuery({ category: chosen === "all" ? null : chosen })}
        />
      </div>
      {pages.error && !items && <ErrorState error={pages.error} onRetry={pages.reload} />}
      {!items && !pages.error && <Skeleton lines={8} />}
      {items && hidden && <p class="timeline-none soft">{texts.timeline.hidden}</p>}
      {items && !hidden && !items.length && !pages.more && <p class="timeline-none soft">{category === "all" ? texts.timeline.none : texts.timeline.noneOf}</p>}
      {items && days(items).map(({ day, activities }) => (
        <section key={day} class="timeline-day" aria-label={day}>
          <h2 class="timeline-date soft small">{day}</h2>
          <ol>
            {activities.map((activity) => (
              <Entry key={`${activity.profile_id} ${activity.id}`} activity={activity} fresh={fresh.has(activity.id)} />
            ))}
          </ol>
        </section>
      ))}
      {items && (items.length > 0 || pages.more) && <LoadMore pages={pages} shown={plural(items.length, texts.timeline.shown)} />}
    </>
  );
}

function days(items: Activity[]): { day: string; activities: Activity[] }[] {
  const found = new Map<string, Activity[]>();
  for (const one of items) {
    const day = formatDate(one.occurred_at);
    found.set(day, [...(found.get(day) ?? []), one]);
  }
  return [...found].map(([day, activities]) => ({ day, activities }));
}

function Entry({ activity, fresh }: { activity: Activity; fresh: boolean }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { title, detail } = describe(activity);
  return (
    <li class={fresh ? "entry is-fresh" : "entry"}>
      <button type="button" class="entry-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <span class="entry-icon">
          <Icon of={iconOf(activity)} size={14} />
        </span>
        <span class="entry-words">
          <span class="entry-title">{title}</span>
          {detail && <span class="entry-detail soft small">{detail}</span>}
          <span class="entry-who soft small">
            <Author source={activity.source} name={activity.source_name} /> · <Ago instant={activity.occurred_at} />
          </span>
        </span>
        <Icon of={ChevronDown} size={14} />
      </button>
      {open && (
        <div id={id} class="entry-body">
          <Contents activity={activity} />
        </div>
      )}
    </li>
  );
}

function iconOf({ category, type, name }: Activity): IconNode {
  if (type === "task") return CircleCheck;
  if (name && /search/i.test(name)) return Search;
  return ICONS[category] ?? Pulse;
}

/** Everything that an activity holds. */
function Contents({ activity }: { activity: Activity }) {
  const [raw, setRaw] = useState(false);
  const changes = isEdit(activity) ? changesOf(activity.properties) : [];
  const page = activity.context.page as Record<string, unknown> | undefined;
  const environment = (activity.context.environment ?? {}) as Record<string, unknown>;
  return (
    <>
      {changes.length > 0 && (
        <ul class="changes">
          {changes.map(({ name, before, after }) => (
            <li key={name} class="change">
              <span class="soft small">{name}</span>
              <span>
                {before && <del>{before}</del>} {after ? <ins>{after}</ins> : <em class="soft">{texts.activity.nothing}</em>}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Facts facts={restOf(activity).map(([name, value]) => [name, value && typeof value === "object" ? <Nested value={value} /> : shown(value)])} />
      {activity.changes && <Facts facts={[[texts.parts.tags ?? "", activity.changes.tags.join(", ")], ...Object.entries(activity.changes.consents).map(([key, state]) => [channelName(key), texts.consents.states[state]] as [string, string | undefined])]} />}
      <Facts
        facts={[
          [texts.activity.at, formatDateTime(activity.occurred_at)],
          [texts.activity.received, activity.received_at === activity.occurred_at ? null : formatDateTime(activity.received_at)],
          [texts.activity.category, texts.categories[activity.category]],
          [texts.activity.by, <Author source={activity.source} name={activity.source_name} />],
          [texts.activity.onPage, shown(page?.url)],
          [texts.activity.device, ["browser", "os", "device_type"].map((part) => shown(environment[part])).filter(Boolean).join(", ")],
        ]}
      />
      <Button small kind="quiet" onClick={() => setRaw(!raw)} aria-expanded={raw}>
        {raw ? texts.activity.hideRaw : texts.activity.raw}
      </Button>
      {raw && <JsonView value={activity} />}
    </>
  );
}

const isIdentity = (row: object): row is { type: string; value: string } => "type" in row && "value" in row && Object.keys(row).length === 2;

/** A list or an object within a property, such as the lines of an order. */
function Nested({ value }: { value: object }) {
  const rows = Array.isArray(value) ? value : [value];
  return (
    <ul class="nested">
      {rows.map((row, index) => (
        <li key={index}>
          {row && typeof row === "object"
            ? isIdentity(row)
              ? `${texts.identities.types[row.type] ?? row.type}: ${row.value}`
              : Object.entries(row)
                .map(([name, one]) => `${wordsOf(name)}: ${shown(one) ?? "–"}`)
                .join(", ")
            : shown(row)}
        </li>
      ))}
    </ul>
  );
}
