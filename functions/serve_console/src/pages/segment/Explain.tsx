import {
  Ago,
  Badge,
  Button,
  Combobox,
  ErrorState,
  type Model,
  Skeleton,
  api,
  data,
  href,
  may,
  setQuery,
  useAction,
  ErrorNote,
  useLoad,
} from "#core";
import { segment as texts } from "#texts/segment";
import { Conditions } from "./Conditions";
import { undecide } from "./decisions";
import { findCustomers, nameOf } from "./people";

const { explain } = texts;

interface Props {
  segment: Model["Segment"];
  /** The id of the customer, from the address. */
  customer: string | null;
}

/** Why a customer is in the segment or not, condition by condition. */
export function Explain({ segment, customer }: Props) {
  return (
    <div class="explain">
      <div class="explain-search">
        <Combobox
          label={customer ? explain.another : explain.label}
          hint={explain.hint}
          search={findCustomers}
          onSelect={({ value }) => setQuery({ customer: value }, { replace: false })}
        />
      </div>
      {customer && <Reasons segment={segment} customer={customer} />}
    </div>
  );
}

function Reasons({ segment, customer }: { segment: Model["Segment"]; customer: string }) {
  const path = { id: customer, segment: segment.id };
  const read = useLoad(
    async (signal) => {
      const [reasons, found] = await Promise.all([
        data(api.GET("/v1/profiles/{id}/segments/{segment}/explain", { params: { path }, signal })),
        data(api.GET("/v1/profiles/{id}", { params: { path: { id: customer } }, signal })),
      ]);
      return { reasons, found };
    },
    [customer, segment.id, segment.serving_version],
  );
  const free = useAction(async () => {
    await undecide(customer, segment.id);
    read.reload();
  });
  if (read.error) return <ErrorState error={read.error} onRetry={read.reload} />;
  if (!read.data) return <Skeleton lines={6} />;
  const { reasons, found } = read.data;
  const { member, by_hand: byHand, holds, hidden, tree } = reasons;
  return (
    <section class="explain">
      <div class="explain-result">
        <h2>{nameOf(cardOf(found))}</h2>
        <Badge tone={member ? "good" : "neutral"}>{member ? explain.in : explain.out}</Badge>
        <a class="small" href={href(`/customers/${customer}`)}>
          {explain.open}
        </a>
      </div>
      {byHand && (
        <p class="explain-result">
          <span>{explain.byHand[byHand]}</span>
          {may("profiles:write") && (
            <Button small busy={free.running} onClick={() => void free.run()}>
              {explain.undecide}
            </Button>
          )}
        </p>
      )}
      <ErrorNote error={free.error} />
      {hidden && <p>{explain.hidden}</p>}
      {member !== holds && !byHand && !hidden && <p class="soft">{explain.soon}</p>}
      {tree && <Conditions explained={tree} />}
      <p class="soft small">
        {reasons.next_change ? (
          <>
            {explain.next}: <Ago instant={reasons.next_change} />
          </>
        ) : (
          explain.never
        )}
      </p>
    </section>
  );
}

function cardOf({ attributes, identities }: Model["Profile"]): Model["ProfileCard"] {
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const name = [text(attributes.first_name), text(attributes.last_name)].filter(Boolean).join(" ") || null;
  const email = text(attributes.email) ?? identities.find(({ type }) => type === "email")?.value ?? null;
  return { name, email, phone: text(attributes.phone) } as Model["ProfileCard"];
}
