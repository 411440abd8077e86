import { Badge, Button, Dialog, ErrorNote, type ApiError, type Model, api, forget, href, navigate, toast, useAction } from "#core";
import { common } from "#texts/common";
import { segment as texts } from "#texts/segment";

interface Props {
  segment: Model["Segment"];
  onClose: () => void;
}

interface User {
  kind: string;
  id: string;
  name: string;
}

/** Deleting cannot be undone, so it asks; a list of what still uses the segment replaces the question. */
export function Delete({ segment, onClose }: Props) {
  const remove = useAction(async () => {
    await api.DELETE("/v1/segments/{id}", { params: { path: { id: segment.id } } });
    forget("segments");
    onClose();
    navigate("/segments", { replace: true });
    toast(texts.remove.done(segment.name));
  });
  const users = usersIn(remove.error);
  return (
    <Dialog
      title={texts.remove.title(segment.name)}
      onClose={onClose}
      onSubmit={() => void remove.run()}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="danger" type="submit" busy={remove.running} disabled={users.length > 0}>
            {texts.remove.action}
          </Button>
        </>
      }
    >
      {users.length ? <UsedBy users={users} /> : <ErrorNote error={remove.error} />}
      <p class="soft">{texts.remove.text}</p>
    </Dialog>
  );
}

function UsedBy({ users }: { users: User[] }) {
  return (
    <div role="alert" class="segment-used">
      <p>{texts.remove.used}</p>
      <ul>
        {users.map(({ kind, id, name }) => (
          <li key={id}>
            <Badge>{texts.remove.kinds[kind] ?? kind}</Badge> {kind === "segment" ? <a href={href(`/segments/${id}`)}>{name}</a> : name}
          </li>
        ))}
      </ul>
    </div>
  );
}

function usersIn(error: ApiError | undefined): User[] {
  const users = error?.details.used_by;
  return Array.isArray(users) ? (users as User[]) : [];
}
