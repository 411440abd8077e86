import { ApiError, Button, Dialog, ErrorNote, type Model, api, may, seesAll, tagged, toast, useAction, useEffect, useState } from "#core";
import { segment as texts } from "#texts/segment";
import { Conditions } from "./Conditions";
import { type Shown, change } from "./change";

type Condition = Model["Condition-Output"];

interface Props {
  shown: Shown;
  onChange: (shown: Shown) => void;
  onReload: () => void;
}

/** The condition, to read and to change. Saving it makes a new version. */
export function Definition({ shown, onChange }: Props) {
  const [base, setBase] = useState(shown);
  const saved = base.segment.condition as Condition;
  const [condition, setCondition] = useState<unknown>(saved);
  const [theirs, setTheirs] = useState<Shown>();
  const mayChange = may("segments:write", "profiles:read") && seesAll();
  const changed = JSON.stringify(condition) !== JSON.stringify(saved);

  function adopt(next: Shown) {
    setBase(next);
    setCondition(next.segment.condition);
    setTheirs(undefined);
  }

  // A version that another user has saved is shown if nothing is edited here; else saving leads to the choice.
  useEffect(() => {
    if (shown === base) return;
    if (shown.segment.version === base.segment.version) setBase(shown);
    else if (!changed) adopt(shown);
  }, [shown]);

  async function send(from: Shown) {
    const result = await change(from, { condition });
    adopt(result);
    onChange(result);
    const undo = async () => onChange(await change(result, { condition: from.segment.condition }));
    toast(texts.definition.saved, undo);
  }

  /** Sends it over this state; a newer version of another user becomes a choice, a job that has ended since does not. */
  async function attempt(over: Shown): Promise<void> {
    try {
      await send(over);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isEditConflict) throw error;
      const params = { path: { id: over.segment.id } };
      const { data, etag } = await tagged(api.GET("/v1/segments/{id}", { params }));
      if (data.version === over.segment.version && etag !== over.etag) return attempt({ segment: data, etag });
      setTheirs({ segment: data, etag });
    }
  }

  const save = useAction(() => attempt(base));
  return (
    <div class="definition">
      {!mayChange && <p class="soft">{texts.definition.readOnly}</p>}
      <Conditions
        value={condition}
        readOnly={!mayChange}
        error={save.error}
        onChange={(next: unknown) => {
          save.clear();
          setCondition(next);
        }}
      />
      {mayChange && (
        <div class="definition-actions">
          <Button kind="primary" busy={save.running} disabled={!changed} onClick={() => void save.run()}>
            {texts.definition.save}
          </Button>
          {changed && <Button onClick={() => setCondition(saved)}>{texts.definition.reset}</Button>}
          {!changed && <span class="soft small">{texts.definition.unchanged}</span>}
        </div>
      )}
      {theirs && (
        <Conflict
          theirs={theirs}
          mine={condition}
          onTheirs={() => {
            adopt(theirs);
            onChange(theirs);
          }}
          onMine={() => attempt(theirs)}
          onClose={() => setTheirs(undefined)}
        />
      )}
    </div>
  );
}

interface ConflictProps {
  theirs: Shown;
  mine: unknown;
  onTheirs: () => void;
  onMine: () => Promise<void>;
  onClose: () => void;
}

/** Two people have changed the segment: both states, and the choice. */
function Conflict({ theirs, mine, onTheirs, onMine, onClose }: ConflictProps) {
  const { conflict } = texts.definition;
  const keep = useAction(onMine);
  return (
    <Dialog
      wide
      title={conflict.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onTheirs}>{conflict.keepTheirs}</Button>
          <Button kind="primary" busy={keep.running} onClick={() => void keep.run()}>
            {conflict.keepMine}
          </Button>
        </>
      }
    >
      <p class="soft">{conflict.text}</p>
      <ErrorNote error={keep.error} />
      <div class="conflict">
        <section>
          <h3>{conflict.theirs}</h3>
          <Conditions value={theirs.segment.condition} readOnly />
        </section>
        <section>
          <h3>{conflict.mine}</h3>
          <Conditions value={mine} before={theirs.segment.condition ?? undefined} readOnly />
        </section>
      </div>
    </Dialog>
  );
}
