import { Pencil, RotateCw } from "lucide";
import { Ago, Button, Dialog, ErrorNote, JsonEditor, JsonView, type Model, Panel, TextArea, api, common, data, may, once, toast, useAction, useState } from "#core";
import { rejected as texts } from "#texts/rejected";

type Rejected = Model["Rejected"];
type Content = NonNullable<Model["Correction"]["content"]>;

interface Props {
  one: Rejected;
  source: string;
  onReplayed: () => void;
}

/** Input that was rejected, its reason, and what can be done: replay it as it is, or corrected. */
export function Rejection({ one, source, onReplayed }: Props) {
  const [editing, setEditing] = useState(false);
  const again = useAction(() => replay(one.id, null).then(onReplayed));
  const canEdit = may("rejected:write", "profiles:write") && !one.truncated && (isObject(one.content) || typeof one.content === "string");
  return (
    <li>
      <Panel
        repeated
        title={one.message}
        actions={
          may("rejected:write") &&
          !one.truncated && (
            <span class="rejected-actions">
              {canEdit && (
                <Button small icon={Pencil} onClick={() => setEditing(true)}>
                  {texts.correct}
                </Button>
              )}
              <Button small icon={RotateCw} busy={again.running} onClick={() => void again.run()}>
                {texts.replay}
              </Button>
            </span>
          )
        }
      >
        <p class="soft small">
          <code>{one.code}</code> · {one.type} · {source} · <Ago instant={one.received_at} />
          {one.truncated && ` · ${texts.truncated}`}
        </p>
        <ErrorNote error={again.error} />
        <details>
          <summary>{texts.content}</summary>
          <JsonView value={one.content} />
        </details>
      </Panel>
      {editing && <Correct one={one} onClose={() => setEditing(false)} onReplayed={onReplayed} />}
    </li>
  );
}

function Correct({ one, onClose, onReplayed }: { one: Rejected; onClose: () => void; onReplayed: () => void }) {
  const [content, setContent] = useState<unknown>(one.content);
  const send = useAction(async () => {
    await replay(one.id, content as Content);
    onClose();
    onReplayed();
  });
  return (
    <Dialog
      wide
      title={texts.correct}
      onClose={onClose}
      onSubmit={() => void send.run()}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" busy={send.running} disabled={!isObject(content)}>
            {texts.replayCorrected}
          </Button>
        </>
      }
    >
      <p>{one.message}</p>
      {typeof one.content === "string" ? (
        <BrokenJson text={one.content} onChange={setContent} />
      ) : (
        <JsonEditor label={texts.content} value={one.content} onChange={setContent} />
      )}
      <ErrorNote error={send.error} />
    </Dialog>
  );
}

/** What was received and is not JSON, to be mended: nothing can be sent until it is. */
function BrokenJson({ text, onChange }: { text: string; onChange: (content: unknown) => void }) {
  const [typed, setTyped] = useState(text);
  return (
    <TextArea
      label={texts.content}
      value={typed}
      onChange={(next) => {
        setTyped(next);
        onChange(parsed(next).value);
      }}
      error={parsed(typed).error}
      rows={16}
      class="input json-input"
      spellcheck={false}
    />
  );
}

function parsed(text: string): { value?: unknown; error?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (failure) {
    return { error: common.json.invalid((failure as Error).message) };
  }
}

/** `content`: what is replayed instead of what was received. Throws ApiError. */
async function replay(id: string, content: Content | null): Promise<void> {
  await data(api.POST("/v1/rejected/{id}/replay", { params: { path: { id } }, body: { content }, headers: once() }));
  toast(texts.replayed);
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
