import type { ComponentChildren } from "preact";
import { common } from "#texts/common";
import type { ApiError } from "../../api/errors";
import { useAction } from "../../api/useAction";
import { href } from "../../app/addresses";
import { Button } from "../Button/Button";
import { Dialog } from "../Dialog/Dialog";
import { ErrorNote } from "../ErrorState/ErrorState";

interface User {
  kind: string;
  id: string;
  name: string;
}

interface Props {
  title: string;
  /** What is lost, and what stays. */
  children: ComponentChildren;
  /** The verb of the button. */
  action: string;
  perform: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before something that the API cannot undo, and shows what uses it if it is refused for that. */
export function DeleteDialog({ title, children, action, perform, onDone, onClose }: Props) {
  const deletion = useAction(perform);
  const submit = async () => (await deletion.run()) && onDone();
  const users = usersIn(deletion.error);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="danger" busy={deletion.running} disabled={users.length > 0} onClick={() => void submit()}>
            {action}
          </Button>
        </>
      }
    >
      <div>{children}</div>
      <ErrorNote error={deletion.error} />
      {users.length > 0 && <Users users={users} />}
    </Dialog>
  );
}

const usersIn = (error: ApiError | undefined): User[] => {
  const users = error?.details.used_by;
  return Array.isArray(users) ? users : [];
};

const Users = ({ users }: { users: User[] }) => (
  <section>
    <h3>{common.inUse.title}</h3>
    <ul>
      {users.map((user) => (
        <li key={user.id}>
          <User {...user} />
        </li>
      ))}
    </ul>
  </section>
);

function User({ kind, id, name }: User) {
  const path = { segment: `/segments/${id}`, webhook: `/webhooks/${id}` }[kind] ?? "/values";
  return (
    <>
      <a href={href(path)}>{name}</a> <span class="soft">{kind}</span>
    </>
  );
}
