import { ClipboardList } from "lucide";
import {
  Badge,
  Checkbox,
  type Column,
  Combobox,
  EmptyState,
  type Model,
  PageHeader,
  type PageProps,
  PagedCollection,
  SelectField,
  type Tone,
  api,
  data,
  formatDate,
  formatDateTime,
  href,
  may,
  proposeNames,
  setQuery,
  toast,
  toastError,
  useAction,
  useEffect,
  usePages,
  useState,
  type Address,
  known,
} from "#core";
import { tasks as texts } from "#texts/tasks";
import "./tasks.css";

type Task = Model["FoundTask"];
type Status = Task["status"];

const PAUSE = 300;
const UNFINISHED = "";
const STATUSES = [
  { value: UNFINISHED, label: texts.unfinished },
  ...Object.entries(texts.statuses).map(([value, label]) => ({ value, label })),
];
const TONES: Record<Task["priority"], Tone> = { low: "neutral", normal: "neutral", high: "warn", urgent: "bad" };

const NAMES = Object.keys(texts.statuses) as Status[];
export const address: Address = { status: NAMES, assignee: null };

export default function Tasks({ query }: PageProps) {
  const status = known(query, "status", NAMES) ?? UNFINISHED;
  const assignee = query.get("assignee") ?? "";
  const pages = usePages<Task>(
    async (cursor, signal) => {
      const filter = { ...(status && { status }), ...(assignee && { assignee }), ...(cursor && { cursor }), limit: 50 };
      const page = await data(api.GET("/v1/tasks", { params: { query: filter }, signal }));
      return { items: page.tasks, next: page.next_cursor };
    },
    [status, assignee],
  );
  const replace = (task: Task) => pages.change((tasks) => tasks.map((one) => (one.id === task.id ? task : one)));
  return (
    <>
      <PageHeader title={texts.title}>
        <p class="soft">{texts.text}</p>
      </PageHeader>
      <div class="tasks-filters">
        <Assignee value={assignee} />
        <SelectField label={texts.filter} value={status} onChange={(value) => setQuery({ status: value || null })} options={STATUSES} />
      </div>
      <PagedCollection
        label={texts.table}
        pages={pages}
        columns={columnsOf(replace)}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        empty={<EmptyState icon={ClipboardList} title={texts.none.title} text={texts.none.text} />}
        shown={texts.shown}
      />
    </>
  );
}

/** Who the tasks are for; it is asked for when the reader has stopped typing. */
function Assignee({ value }: { value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => setQuery({ assignee: text.trim() || null }), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const search = async (typed: string) => {
    const users = await proposeNames("assignees", typed);
    return users.map(({ value: name }) => ({ value: name, label: name })).filter(({ value: name }) => name !== typed);
  };
  return (
    <Combobox
      label={texts.assignee}
      placeholder={texts.all}
      search={search}
      value={text}
      onType={setText}
      onSelect={({ value: name }) => setText(name)}
    />
  );
}

const columnsOf = (onChange: (task: Task) => void): Column<Task>[] => [
  { id: "name", header: texts.columns.name, cell: (task) => <Name task={task} onChange={onChange} /> },
  {
    id: "customer",
    header: texts.columns.customer,
    from: "m",
    cell: ({ profile_id, profile_name }) => (
      <a class="task-customer truncate" href={href(`/customers/${profile_id}`)}>
        {profile_name ?? texts.unnamed}
      </a>
    ),
  },
  {
    id: "assignee",
    header: texts.columns.assignee,
    from: "m",
    cell: ({ assignee }) => assignee ?? <span class="soft">{texts.unassigned}</span>,
  },
  { id: "priority", header: texts.columns.priority, from: "l", cell: ({ priority }) => <Priority of={priority} /> },
  { id: "due", header: texts.columns.due, end: true, cell: (task) => <Due task={task} /> },
];

const Priority = ({ of: priority }: { of: Task["priority"] }) => <Badge tone={TONES[priority]}>{texts.priorities[priority]}</Badge>;

function Name({ task, onChange }: { task: Task; onChange: (task: Task) => void }) {
  const done = task.status === "done" || task.status === "cancelled";
  const set = async (status: Status) => {
    const params = { path: { id: task.profile_id, task_id: task.id } };
    onChange({ ...task, ...((await data(api.PATCH("/v1/profiles/{id}/tasks/{task_id}", { params, body: { status } }))) as Model["Task"]) });
  };
  const toggle = useAction(() =>
    set(done ? "open" : "done").then(
      () => toast((done ? texts.reopened : texts.finished)(task.name), () => set(task.status)),
      toastError,
    ),
  );
  const words = (
    <span class="task-words">
      <span class={done ? "task-done" : "task-name"}>{task.name}</span>
      {task.description && <span class="soft small truncate">{task.description}</span>}
    </span>
  );
  if (!may("profiles:write")) return words;
  return (
    <span class="task">
      <Checkbox
        bare
        label={(done ? texts.reopen : texts.finish)(task.name)}
        checked={done}
        disabled={toggle.running}
        onChange={() => void toggle.run()}
      />
      {words}
    </span>
  );
}

function Due({ task: { due, status } }: { task: Task }) {
  if (!due) return <span class="soft">–</span>;
  const isDay = !due.includes("T");
  const end = isDay ? `${due}T23:59:59Z` : due;
  const late = Date.parse(end) < Date.now() && status !== "done" && status !== "cancelled";
  return (
    <span class="task-due">
      {isDay ? formatDate(`${due}T12:00:00Z`) : formatDateTime(due)}
      {late && <Badge tone="bad">{texts.overdue}</Badge>}
    </span>
  );
}
