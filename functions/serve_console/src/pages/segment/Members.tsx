import { Ellipsis, Users } from "lucide";
import {
  ApiError,
  type Column,
  Combobox,
  type ComponentProps,
  EmptyState,
  ErrorState,
  Icon,
  LoadMore,
  Menu,
  type MenuItem,
  type Model,
  Table,
  api,
  data,
  may,
  part,
  plural,
  setQuery,
  toast,
  toastError,
  usePages,
  useSelection,
  useState,
} from "#core";
import { segment as texts } from "#texts/segment";
import { type Member, columns } from "./columns";
import { decide, undecide } from "./decisions";
import { findCustomers, nameOf } from "./people";

const { members } = texts;

const Bulk = part<typeof import("#parts/bulk")["default"]>("bulk");

/** Members are listed by the stream's consumer, a moment after the decision. */
const UNTIL_LISTED = 2000;

interface Props {
  segment: Model["Segment"];
  /** A decision by hand has changed the count. */
  onChange: () => void;
}

/** Who is in the segment, and who is put in or kept out by hand. */
export function Members({ segment, onChange }: Props) {
  const { id } = segment;
  const isReady = segment.serving_version !== null;
  const pages = usePages<Member>(
    async (cursor, signal) => {
      if (!isReady) return { items: [], next: null };
      const query = { limit: 50, ...(cursor && { cursor }) };
      const page = await data(api.GET("/v1/segments/{id}/members", { params: { path: { id }, query }, signal }));
      return { items: page.members, next: page.next_cursor };
    },
    [id, isReady],
  );
  const chosen = useSelection({ segment: id, kind: "any" }, pages.items?.map(({ profile }) => profile));
  const [action, setAction] = useState<ComponentProps<typeof Bulk>["action"]>();
  const mayDecide = may("profiles:write") && !segment.archived;
  const changed = () => {
    for (const wait of [0, UNTIL_LISTED]) {
      setTimeout(() => {
        pages.reload();
        onChange();
      }, wait);
    }
  };

  async function attempt(act: () => Promise<unknown>, done: string, undo: () => Promise<unknown>) {
    try {
      await act();
      toast(done, async () => {
        await undo();
        changed();
      });
      changed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
  }

  const putIn = (customer: string, name: string) =>
    attempt(() => decide(customer, id, true), members.added(name), () => undecide(customer, id));

  function itemsOf({ profile, by_hand }: Member): MenuItem[] {
    const name = nameOf(profile);
    const explain = { label: members.explain, onSelect: () => setQuery({ view: "explain", customer: profile.id }, { replace: false }) };
    if (!mayDecide) return [explain];
    const restore = () => (by_hand ? decide(profile.id, id, true) : undecide(profile.id, id));
    const out = {
      label: members.keepOut,
      onSelect: () => void attempt(() => decide(profile.id, id, false), members.keptOut(name), restore),
    };
    const take = {
      label: segment.type === "static" ? members.takeOut : members.undecide,
      onSelect: () => void attempt(() => undecide(profile.id, id), members.undecided(name), restore),
    };
    if (segment.type === "static") return [take];
    return [explain, ...(by_hand ? [take] : []), out];
  }

  const withActions: Column<Member>[] = [
    ...columns,
    {
      id: "actions",
      header: members.columns.actions,
      end: true,
      cell: (member) => (
        <Menu align="end" label={members.actions(nameOf(member.profile))} button={<Icon of={Ellipsis} />} items={itemsOf(member)} />
      ),
    },
  ];
  return (
    <div class="members">
      {mayDecide && (
        <div class="members-add">
          <Combobox
            label={members.add}
            hint={members.addHint}
            search={findCustomers}
            onSelect={({ value, label }) => void putIn(value, label)}
          />
        </div>
      )}
      {!isReady && <p class="soft">{members.notReady}</p>}
      {pages.error && <ErrorState error={pages.error} onRetry={pages.reload} />}
      {isReady && pages.items?.length === 0 && !pages.more && (
        <EmptyState icon={Users} title={members.none} text={segment.type === "static" ? members.noneStatic : members.noneDynamic} />
      )}
      {isReady && !pages.error && (pages.items?.length !== 0 || pages.more) && (
        <Table
          label={members.table}
          columns={withActions}
          rows={pages.items}
          busy={pages.loading}
          keyOf={({ profile }) => profile.id}
          nameOf={({ profile }) => nameOf(profile)}
          selection={may("profiles:write") || may("profiles:export") ? chosen : undefined}
        />
      )}
      {pages.items && pages.items.length > 0 && <LoadMore pages={pages} shown={plural(pages.items.length, members.shown)} />}
      {chosen.used && (
        <Bulk
          chosen={chosen}
          action={action}
          onAct={setAction}
          onOver={changed}
          {...(action === "remove_from_segment" && { preset: { segment: segment.name } })}
        />
      )}
    </div>
  );
}
