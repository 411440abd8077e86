/* The customer whose card is open, as all parts of the page see it. */
import {
  ApiError,
  type Model,
  type Pages,
  api,
  createContext,
  data,
  may,
  tagged,
  toast,
  useContext,
  useRef,
  useState,
} from "#core";
import { type Changes, type Difference, type Profile, type Version, differences, inverse, isEmpty, without } from "./profile";

export interface Card extends Version {
  id: string;
  /** Whether the key may change the customer. */
  editable: boolean;
  /**
   * Saves changes and confirms them with what takes them back. `seen`: the version that the person had before their eyes
   * when they began; what another user has changed since becomes a choice. Returns whether everything is settled.
   */
  edit: (changes: Changes, done: string, seen?: Version) => Promise<boolean>;
  /** Reads the customer again: something else has changed it. */
  refresh: () => Promise<void>;
  /** Shows what a change has answered. */
  accept: (version: Version) => void;
  /** Counts the changes made here, so that the timeline reads again. */
  changed: number;
}

/** A collision that waits for a choice. `onChoose`: the ids that are decided for the other; null leaves everything open. */
export interface Collision {
  differences: Difference[];
  onChoose: (theirs: ReadonlySet<string> | null) => void;
}

const CardContext = createContext<Card | null>(null);
export const CardProvider = CardContext.Provider;

/** The card; null while it is read. */
export const useCardIfRead = (): Card | null => useContext(CardContext);

export function useCard(): Card {
  const card = useCardIfRead();
  if (!card) throw new Error("there is no card");
  return card;
}

const ATTEMPTS = 5;

export const readVersion = async (id: string, signal?: AbortSignal): Promise<Version> => {
  const { data: profile, etag } = await tagged(api.GET("/v1/profiles/{id}", { params: { path: { id } }, signal }));
  return { profile, etag };
};

interface Opened {
  /** Null while it is read. */
  card: Card | null;
  collision: Collision | undefined;
}

/** The card of a version that was read; `show` replaces it. */
export function useCardOf(version: Version | undefined, show: (version: Version) => void): Opened {
  const current = useRef(version);
  current.current = version;
  const [changed, setChanged] = useState(0);
  const [collision, setCollision] = useState<Collision>();

  function accept(next: Version): void {
    current.current = next;
    show(next);
    setChanged((count) => count + 1);
  }

  const ask = (found: Difference[]) =>
    new Promise<ReadonlySet<string> | null>((resolve) => {
      setCollision({
        differences: found,
        onChoose: (theirs) => {
          setCollision(undefined);
          resolve(theirs);
        },
      });
    });

  /** Sends the changes: what was sent after the choices, and over what; null if the person put them off. */
  async function send(changes: Changes, seen: Version): Promise<{ sent: Changes; over: Profile } | null> {
    const { id } = seen.profile;
    let wanted = changes;
    let base = seen;
    for (let attempt = 1; ; attempt += 1) {
      try {
        accept(await patch(id, wanted, base.etag));
        return { sent: wanted, over: base.profile };
      } catch (error) {
        if (!isCollision(error) || attempt === ATTEMPTS) throw error;
      }
      const fresh = await readVersion(id);
      const found = differences(wanted, base.profile, fresh.profile);
      const theirs = found.length ? await ask(found) : new Set<string>();
      if (theirs === null) return null;
      wanted = without(wanted, theirs);
      if (isEmpty(wanted)) {
        accept(fresh);
        return { sent: wanted, over: fresh.profile };
      }
      base = fresh;
    }
  }

  async function edit(changes: Changes, done: string, seen = current.current): Promise<boolean> {
    if (!seen) return false;
    const saved = await send(changes, seen);
    if (saved === null) return false;
    const back = inverse(saved.sent, saved.over);
    if (!isEmpty(saved.sent)) toast(done, back && (async () => current.current && send(back, current.current)));
    return true;
  }

  if (!version) return { card: null, collision };
  const { id } = version.profile;
  const refresh = async () => accept(await readVersion(id));
  const card = { ...version, id, editable: may("profiles:write"), edit, refresh, accept, changed };
  return { card, collision };
}

async function patch(id: string, changes: Changes, etag: string | undefined): Promise<Version> {
  const header = etag ? { "If-Match": etag } : {};
  const sent = api.PATCH("/v1/profiles/{id}", { params: { path: { id }, header }, body: changes as Model["ProfileChanges"] });
  const { data: profile, etag: next } = await tagged(sent);
  return { profile: profile as Version["profile"], etag: next };
}

const isCollision = (error: unknown): boolean =>
  error instanceof ApiError && error.isEditConflict;

/** The open tasks and notes are lists that several parts show. */
export type Tasks = Pages<Task>;
export type Task = Awaited<ReturnType<typeof readTasks>>["items"][number];

export async function readTasks(id: string, cursor?: string, signal?: AbortSignal) {
  const page = await data(api.GET("/v1/profiles/{id}/tasks", { params: { path: { id }, query: { limit: 50, cursor } }, signal }));
  return { items: page.tasks, next: page.next_cursor };
}
