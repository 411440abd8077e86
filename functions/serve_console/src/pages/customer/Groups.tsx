import { type Choice, ApiError, Panel, api, data, forget, may, proposeNames, seesAll, shared, toast, toastError } from "#core";
import { customer as texts } from "#texts/customer";
import { useCard } from "./card";
import { Chips } from "./Chips";

/** Tags and lists, which anybody may change who may change the customer. */
export function Groups() {
  const { profile, editable, edit, refresh } = useCard();
  const change = (sent: Promise<unknown>) => void sent.catch(tell);
  const put = async (list: string, on: boolean) => {
    const params = { params: { path: { id: profile.id, list } } };
    await (on ? api.PUT("/v1/profiles/{id}/lists/{list}", params) : api.DELETE("/v1/profiles/{id}/lists/{list}", params));
    await refresh();
  };
  const inList = (list: string, on: boolean) =>
    change(put(list, on).then(() => toast(on ? texts.lists.added(list) : texts.lists.removed(list), () => put(list, !on))));
  return (
    <Panel title={texts.tags.title}>
      <Chips
        names={profile.tags}
        link={(tag) => `/customers?tag=${encodeURIComponent(tag.replaceAll(",", "\\,"))}`}
        add={texts.tags.add}
        none={texts.tags.none}
        search={knownTags}
        open
        onAdd={editable ? (tag) => change(edit({ tags: { add: [tag] } }, texts.tags.added(tag))) : undefined}
        onRemove={editable ? (tag) => change(edit({ tags: { remove: [tag] } }, texts.tags.removed(tag))) : undefined}
      />
      <h3 class="details-title">{texts.lists.title}</h3>
      <Chips
        names={profile.lists}
        add={texts.lists.add}
        none={texts.lists.none}
        search={knownLists}
        onAdd={editable && may("definitions:read") ? (list) => inList(list, true) : undefined}
        onRemove={editable ? (list) => inList(list, false) : undefined}
      />
    </Panel>
  );
}

/** The responsible user, and the classes that say who sees the customer. */
export function Ownership() {
  const { profile, editable, edit } = useCard();
  const change = (sent: Promise<unknown>) => void sent.catch(tell).finally(() => ["classes", "responsibles", "assignees"].forEach(forget));
  const classes = editable && seesAll();
  return (
    <Panel title={texts.ownership.title}>
      <h3 class="details-title">{texts.ownership.responsible}</h3>
      <Chips
        names={profile.responsible ? [profile.responsible] : []}
        add={profile.responsible ? texts.ownership.replace : texts.ownership.assign}
        none={texts.ownership.nobody}
        search={(text) => proposeNames("responsibles", text)}
        open
        onAdd={editable ? (user) => change(edit({ responsible: user }, texts.ownership.assigned(user))) : undefined}
        onRemove={editable ? () => change(edit({ responsible: null }, texts.ownership.removed)) : undefined}
      />
      <h3 class="details-title">{texts.ownership.classes}</h3>
      <Chips
        names={profile.classes}
        add={texts.ownership.addClass}
        none={texts.ownership.noClass}
        search={(text) => proposeNames("classes", text)}
        open
        onAdd={classes ? (name) => change(edit({ classes: { add: [name] } }, texts.ownership.classAdded(name))) : undefined}
        onRemove={classes ? (name) => change(edit({ classes: { remove: [name] } }, texts.ownership.classRemoved(name))) : undefined}
      />
    </Panel>
  );
}

function tell(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  toastError(error);
}

const named = (names: string[]): Choice[] => names.map((name) => ({ value: name, label: name }));

async function knownTags(): Promise<Choice[]> {
  if (!may("definitions:read")) return [];
  const { tags } = await shared("tags.popular", () => data(api.GET("/v1/tags", { params: { query: { limit: 1000 } } })));
  return named(tags.map(({ name }) => name));
}

async function knownLists(): Promise<Choice[]> {
  const { lists } = await shared("lists.all", () => data(api.GET("/v1/lists")));
  return named(lists.map(({ name }) => name));
}
