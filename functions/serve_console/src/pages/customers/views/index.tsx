import {
  Button,
  ErrorNote,
  Skeleton,
  TextField,
  type Model,
  api,
  data,
  forget,
  href,
  may,
  once,
  seesAll,
  shared,
  toast,
  useAction,
  useLoad,
  useState,
} from "#core";
import { views as texts } from "#texts/views";
import { filterBody } from "../filters/names";
import { type View, viewOf } from "../useCustomers";
import { type ViewBody, ViewMenu } from "./ViewMenu";
import { queryOf } from "./query";
import "./views.css";

const read = () => shared("views", () => data(api.GET("/v1/views")));

/** Filters and orders that were saved under a name, for all users; what is shown is saved as another one. */
export function SavedViews({ query }: { query: URLSearchParams }) {
  const saved = useLoad(read, [], { keep: true });
  const mayChange = may("definitions:write") && seesAll();
  const changed = () => {
    forget("views");
    saved.reload();
  };
  if (saved.error) return <ErrorNote error={saved.error} />;
  if (!saved.data) return <Skeleton lines={2} />;
  const { views } = saved.data;
  const here = queryOf(bodyOf("", viewOf(query)));
  return (
    <>
      {views.length === 0 && <p class="soft small">{texts.none}</p>}
      <ul class="views">
        {views.map((view) => {
          const target = queryOf(view);
          return (
            <li key={view.id} class="view">
              <a class="view-name truncate" href={href(`/customers${target}`)} aria-current={target === here || undefined}>
                {view.name}
              </a>
              {mayChange && <ViewMenu view={view} shown={bodyOf(view.name, viewOf(query))} isShown={target === here} onChanged={changed} />}
            </li>
          );
        })}
      </ul>
      {mayChange && <Save view={viewOf(query)} onChanged={changed} />}
    </>
  );
}

const bodyOf = (name: string, { kind, sort, filter }: View): ViewBody => ({
  name,
  sort,
  filter: { ...filterBody(filter), ...(kind !== "all" && { kind }) },
});

function Save({ view, onChanged }: { view: View; onChanged: () => void }) {
  const [name, setName] = useState("");
  const save = useAction(async () => {
    await data(api.POST("/v1/views", { body: bodyOf(name.trim(), view) as Model["NewSavedView"], headers: once() }));
    toast(texts.saved(name.trim()));
    setName("");
    onChanged();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim()) void save.run();
  };
  return (
    <form class="view-save" onSubmit={submit}>
      <TextField
        bare
        label={texts.name}
        placeholder={texts.name}
        maxLength={100}
        value={name}
        onChange={(typed) => {
          save.clear();
          setName(typed);
        }}
      />
      <Button type="submit" small disabled={!name.trim()} busy={save.running}>
        {texts.save}
      </Button>
      <ErrorNote error={save.error} />
    </form>
  );
}
