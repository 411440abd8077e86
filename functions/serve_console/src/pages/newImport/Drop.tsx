import { FileUp } from "lucide";
import { Button, ErrorNote, Icon, Progress, classes, upload, useAction, useEffect, useRef, useState } from "#core";
import { newImport as texts } from "#texts/newImport";

const KILOBYTE = 1024;

/** Takes a file by drag and drop, or by choosing it, and sends it to the bucket. */
export function Drop({ onSent }: { onSent: (key: string) => void }) {
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ file: File; sent: number }>();
  const input = useRef<HTMLInputElement>(null);
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);

  const send = useAction(async (file: File) => {
    setSending({ file, sent: 0 });
    try {
      onSent(await upload(file, (sent) => setSending({ file, sent }), abort.current.signal));
    } finally {
      setSending(undefined);
    }
  });

  function take(files: FileList | null | undefined) {
    const file = files?.[0];
    if (file && !send.running) void send.run(file);
  }

  return (
    <div class="drop-page">
      <div
        class={classes("drop", over && "is-over")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <Icon of={FileUp} size={28} />
        {sending ? (
          <div class="drop-progress">
            <Progress label={texts.sending(sending.file.name)} done={kilobytes(sending.sent)} of={kilobytes(sending.file.size)} />
          </div>
        ) : (
          <>
            <h2>{texts.drop}</h2>
            <p class="soft">{texts.formats}</p>
            <Button kind="primary" onClick={() => input.current?.click()}>
              {texts.choose}
            </Button>
          </>
        )}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={texts.choose}
          accept=".csv,.tsv,.txt,.gz,text/csv,text/plain"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      <ErrorNote error={send.error} />
      <p class="soft small">{texts.nothingYet}</p>
    </div>
  );
}

const kilobytes = (bytes: number): number => Math.ceil(bytes / KILOBYTE);
