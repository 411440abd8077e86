import { Check, ListTodo, Plus, RotateCcw } from "lucide";
import {
  ApiError,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  IconButton,
  LoadMore,
  Skeleton,
  type Tone,
  api,
  classes,
  data,
  formatDate,
  formatDateTime,
  plural,
  part,
  toast,
  toastError,
  useState,
} from "#core";
import { customer as texts } from "#texts/customer";
import { type Task, type Tasks as TaskPages, useCard } from "./card";
import "./work.css";

const TaskDialog = part<typeof import("#parts/customer-task")["default"]>("customer-task");

const OPEN = new Set<Task["status"]>(["open", "in_progress"]);
const PRIORITIES: Record<Task["priority"], Tone> = { low: "neutral", normal: "neutral", high: "warn", urgent: "bad" };

export const isOpen = ({ status }: Task): boolean => OPEN.has(status);

/** What is to be done for the customer: created, changed and finished here. */
export function Tasks({ tasks, onChange }: { tasks: TaskPages; onChange: () => void }) {
  const { id, editable } = useCard();
  const [edited, setEdited] = useState<Task | "new">();
  const put = (task: Task) => {
    tasks.change((items) => (items.some((one) => one.id === task.id) ? items.map((one) => (one.id === task.id ? task : one)) : [task, ...items]));
    onChange();
  };
  const drop = (task: Task) => {
    tasks.change((items) => items.filter((one) => one.id !== task.id));
    onChange();
  };
  const { items } = tasks;
  const sorted = items && [...items.filter(isOpen), ...items.filter((one) => !isOpen(one))];
  return (
    <div class="work">
      {editable && (
        <div>
          <Button icon={Plus} onClick={() => setEdited("new")}>
            {texts.tasks.add}
          </Button>
        </div>
      )}
      {tasks.error && !items && <ErrorState error={tasks.error} onRetry={tasks.reload} />}
      {!items && !tasks.error && <Skeleton lines={4} />}
      {items?.length === 0 && <EmptyState icon={ListTodo} title={texts.tasks.none} text={texts.tasks.noneText} />}
      <ul class="work-list">
        {sorted?.map((task) => (
          <TaskRow key={task.id} task={task} onEdit={editable ? () => setEdited(task) : undefined} onPut={put} />
        ))}
      </ul>
      {items && tasks.more && <LoadMore pages={tasks} shown={plural(items.length, texts.tasks.shown)} />}
      {edited && (
        <TaskDialog
          id={id}
          task={edited === "new" ? undefined : edited}
          onPut={put}
          onDrop={drop}
          onClose={() => setEdited(undefined)}
        />
      )}
    </div>
  );
}

interface RowProps {
  task: Task;
  onEdit?: () => void;
  onPut: (task: Task) => void;
}

function TaskRow({ task, onEdit, onPut }: RowProps) {
  const open = isOpen(task);
  const late = open && task.due !== null && task.due < new Date().toISOString().slice(0, task.due.length);
  return (
    <li class={classes("task", !open && "is-done")}>
      {onEdit && (
        <IconButton
          small
          class="task-check"
          icon={open ? Check : RotateCcw}
          label={open ? texts.tasks.finish(task.name) : texts.tasks.reopen(task.name)}
          onClick={() => void move(task, open ? "done" : "open", onPut)}
        />
      )}
      <div class="task-words">
        {onEdit ? (
          <button type="button" class="task-name" onClick={onEdit}>
            {task.name}
          </button>
        ) : (
          <span class="task-name">{task.name}</span>
        )}
        {task.description && <p class="soft small task-text">{task.description}</p>}
        <p class="task-facts soft small">
          <Badge>{texts.tasks.statuses[task.status]}</Badge>
          {task.priority !== "normal" && <Badge tone={PRIORITIES[task.priority]}>{texts.tasks.priorities[task.priority]}</Badge>}
          <span>{task.assignee ?? texts.tasks.nobody}</span>
          {task.due && <span class={late ? "task-late" : undefined}>{late ? texts.tasks.late(dueOf(task.due)) : texts.tasks.due(dueOf(task.due))}</span>}
        </p>
      </div>
    </li>
  );
}

const dueOf = (due: string): string => (due.length > 10 ? formatDateTime(due) : formatDate(`${due}T12:00:00Z`));

/** Finishes a task or opens it again; the toast takes it back. */
async function move(task: Task, status: Task["status"], onPut: (task: Task) => void): Promise<void> {
  const change = async (to: Task["status"]) => {
    const path = { id: task.profile_id, task_id: task.id };
    onPut((await data(api.PATCH("/v1/profiles/{id}/tasks/{task_id}", { params: { path }, body: { status: to } }))) as Task);
  };
  try {
    await change(status);
    toast(status === "done" ? texts.tasks.finished(task.name) : texts.tasks.reopened(task.name), () => change(task.status));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toastError(error);
  }
}
