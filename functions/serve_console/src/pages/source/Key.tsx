import { RotateCw } from "lucide";
import { Ago, Button, Code, Panel, may, useState } from "#core";
import { source as texts } from "#texts/source";
import type { Source } from "./source";
import { Rotation } from "./Rotation";

/** The write key, the one that retires, and how to rotate. */
export function Key({ source, onRotated }: { source: Source; onRotated: () => void }) {
  const [rotating, setRotating] = useState(false);
  const rotate = may("sources:write") && (
    <Button small icon={RotateCw} onClick={() => setRotating(true)}>
      {texts.key.rotate}
    </Button>
  );
  return (
    <Panel title={texts.key.title} actions={rotate}>
      <p class="soft">{texts.key.text}</p>
      <Code text={source.write_key} label={texts.key.label} />
      {source.retiring_key && (
        <p class="soft small">
          {texts.key.retiring} <Ago instant={source.retires_at} />: <code>{source.retiring_key}</code>
        </p>
      )}
      {rotating && <Rotation source={source} onClose={() => setRotating(false)} onRotated={onRotated} />}
    </Panel>
  );
}
