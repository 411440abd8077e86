import { ApiError, Button, Dialog, ErrorNote, type Model, NameField, SelectField, TextArea, TextField, api, data, etagOf, forget, once, toast, useAction, useState } from "#core";
import { customer as texts } from "#texts/customer";
import "./customer-task.css";

type Task = Model["Task"];
type Fields = Pick<Task, "name" | "description" | "status" | "priority" | "assignee" | "due">;

interface Props {
  /** Whose task it is. */
  id: string;
  /** Undefined for a new one. */
  task: Task | undefined;
  onPut: (task: Task) => void;
  onDrop: (task: Task) => void;
  onClose: () => void;
}

const NEW: Fields = { name: "", description: null, status: "open", priority: "normal", assignee: null, due: null };
const NAMES = Object.keys(NEW) as (keyof Fields)[];

/** A task: name, description, status, priority, assignee and due date. */
export default function TaskDialog({ id, task, onPut, onDrop, onClose }: Props) {
  const [base, setBase] = useState<Task | undefined>(task);
  const [fields, setFields] = useState<Fields>(task ?? NEW);
  const [theirs, setTheirs] = useState<Task>();
  const set = <K extends keyof Fields>(name: K) => (value: Fields[K]) => setFields((former) => ({ ...former, [name]: value }));
  const save = useAction(async () => {
    if (!fields.name.trim()) throw new ApiError(400, "invalid_parameter", texts.tasks.nameless, { field: "name" });
    if (!base) {
      onPut((await create(id, fields)) as Task);
      toast(texts.tasks.created);
    } else {
      const changes = changesOf(base, fields);
      if (Object.keys(changes).length) {
        try {
          onPut(await change(base, changes));
          toast(texts.tasks.changed);
        } catch (error) {
          if (!(error instanceof ApiError) || !error.isEditConflict) throw error;
          const now = await current(base);
          if (!now) throw error;
          setBase(now);
          // What only the colleague has changed is taken over; what both have changed is chosen.
          setFields({ ...now, ...changes });
          setTheirs(now);
          return;
        }
      }
    }
    forget("assignees");
    onClose();
  });
  const remove = useAction(async () => {
    if (!base) return;
    await api.DELETE("/v1/profiles/{id}/tasks/{task_id}", { params: { path: { id: base.profile_id, task_id: base.id } } });
    onDrop(base);
    toast(texts.tasks.removed, async () => onPut((await create(id, base)) as Task));
    onClose();
  });
  const taken = () => {
    if (theirs) {
      setFields(theirs);
      onPut(theirs);
    }
    onClose();
  };
  const wrong = (name: string) => (save.error?.field === name ? save.error.message : undefined);
  return (
    <Dialog
      title={base ? texts.tasks.edit : texts.tasks.add}
      onClose={onClose}
      onSubmit={() => void save.run()}
      actions={
        <>
          {base && !theirs && (
            <Button kind="quiet" class="task-delete" busy={remove.running} onClick={() => void remove.run()}>
              {texts.tasks.remove}
            </Button>
          )}
          {theirs ? <Button onClick={taken}>{texts.conflict.keepTheirs}</Button> : <Button onClick={onClose}>{texts.cancel}</Button>}
          <Button kind="primary" type="submit" busy={save.running}>
            {theirs ? texts.conflict.keepMine : texts.save}
          </Button>
        </>
      }
    >
      {theirs && (
        <div class="task-collision" role="alert">
          <p>{texts.conflict.task}</p>
          <ul>
            {NAMES.filter((name) => (theirs[name] ?? "") !== (fields[name] ?? "")).map((name) => (
              <li key={name} class="small">
                {texts.conflict.value(texts.tasks.fields[name] ?? name, label(name, theirs[name]), label(name, fields[name]))}
              </li>
            ))}
          </ul>
        </div>
      )}
      <TextField label={texts.tasks.fields.name ?? ""} value={fields.name} onChange={set("name")} error={wrong("name")} maxLength={200} required autoFocus />
      <TextArea label={texts.tasks.fields.description ?? ""} value={fields.description ?? ""} onChange={(text) => set("description")(text || null)} rows={3} maxLength={5000} />
      <div class="task-pair">
        <SelectField label={texts.tasks.fields.status ?? ""} value={fields.status} onChange={set("status")} options={options(texts.tasks.statuses)} />
        <SelectField label={texts.tasks.fields.priority ?? ""} value={fields.priority} onChange={set("priority")} options={options(texts.tasks.priorities)} />
        <NameField
          of="assignees"
          label={texts.tasks.fields.assignee ?? ""}
          value={fields.assignee ?? ""}
          onChange={(text) => set("assignee")(text || null)}
          error={wrong("assignee")}
          placeholder={texts.tasks.assigneeHint}
        />
        <TextField label={texts.tasks.fields.due ?? ""} type="date" value={(fields.due ?? "").slice(0, 10)} onChange={(text) => set("due")(text || null)} error={wrong("due")} />
      </div>
      {save.error && !["name", "assignee", "due"].includes(save.error.field ?? "") && <ErrorNote error={save.error} />}
      <ErrorNote error={remove.error} />
    </Dialog>
  );
}

const options = <T extends string>(labels: Record<T, string>) => (Object.entries(labels) as [T, string][]).map(([value, name]) => ({ value, label: name }));

function label(name: keyof Fields, value: string | null): string {
  if (name === "status") return texts.tasks.statuses[value as Task["status"]];
  if (name === "priority") return texts.tasks.priorities[value as Task["priority"]];
  return value ?? texts.none;
}

const changesOf = (base: Fields, fields: Fields): Partial<Fields> =>
  Object.fromEntries(NAMES.filter((name) => (base[name] ?? "") !== (fields[name] ?? "")).map((name) => [name, fields[name]]));

function create(id: string, fields: Fields) {
  const body = Object.fromEntries(NAMES.map((name) => [name, fields[name]])) as Fields;
  return data(api.POST("/v1/profiles/{id}/tasks", { params: { path: { id }, header: once() }, body }));
}

async function change(task: Task, body: Partial<Fields>): Promise<Task> {
  const params = { path: { id: task.profile_id, task_id: task.id }, header: { "If-Match": etagOf(task) } };
  return (await data(api.PATCH("/v1/profiles/{id}/tasks/{task_id}", { params, body }))) as Task;
}

async function current({ id, profile_id }: Task): Promise<Task | undefined> {
  const page = await data(api.GET("/v1/profiles/{id}/tasks", { params: { path: { id: profile_id }, query: { limit: 200 } } }));
  return page.tasks.find((one) => one.id === id);
}
