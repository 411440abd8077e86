import { UserX } from "lucide";
import {
  ApiError,
  Button,
  type Column,
  EmptyState,
  ErrorState,
  LoadMore,
  type Model,
  Table,
  api,
  data,
  may,
  plural,
  toast,
  toastError,
  usePages,
} from "#core";
import { segment as texts } from "#texts/segment";
import { type Member, columns } from "./columns";
import { decide, undecide } from "./decisions";
import { nameOf } from "./people";

const { members, keptOut } = texts;

/** Lists follow a decision a moment later. */
const UNTIL_LISTED = 1500;

/** Customers who are kept out by hand, whatever the condition says, each to be let in again. */
export function KeptOut({ segment, onChange }: { segment: Model["Segment"]; onChange: () => void }) {
  const { id } = segment;
  const pages = usePages<Member>(
    async (cursor, signal) => {
      const query = { limit: 50, ...(cursor && { cursor }) };
      const page = await data(api.GET("/v1/segments/{id}/kept-out", { params: { path: { id }, query }, signal }));
      return { items: page.profiles.map((profile) => ({ profile, by_hand: false })), next: page.next_cursor };
    },
    [id],
  );
  const changed = () => {
    setTimeout(() => {
      pages.reload();
      onChange();
    }, UNTIL_LISTED);
  };

  async function release({ profile }: Member) {
    try {
      await undecide(profile.id, id);
      toast(members.undecided(nameOf(profile)), async () => {
        await decide(profile.id, id, false);
        changed();
      });
      changed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toastError(error);
    }
  }

  const shown: Column<Member>[] = [
    ...columns,
    {
      id: "actions",
      header: members.columns.actions,
      end: true,
      cell: (member) =>
        may("profiles:write") && (
          <Button small aria-label={`${keptOut.release}: ${nameOf(member.profile)}`} onClick={() => void release(member)}>
            {keptOut.release}
          </Button>
        ),
    },
  ];
  if (pages.error) return <ErrorState error={pages.error} onRetry={pages.reload} />;
  if (pages.items?.length === 0 && !pages.more) return <EmptyState icon={UserX} title={keptOut.none} text={keptOut.noneText} />;
  return (
    <div class="members">
      <p class="soft">{keptOut.text}</p>
      <Table
        label={keptOut.table}
        columns={shown}
        rows={pages.items}
        busy={pages.loading}
        keyOf={({ profile }) => profile.id}
        nameOf={({ profile }) => nameOf(profile)}
      />
      {pages.items && <LoadMore pages={pages} shown={plural(pages.items.length, members.shown)} />}
    </div>
  );
}
