import { Check, Copy } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { common } from "#texts/common";
import { IconButton } from "../Button/Button";
import "./Code.css";

const SHOWN_FOR = 2000;

interface Props {
  /** A snippet to paste, an id, an address, a key that is shown once. */
  text: string;
  /** Names the text for screen readers: "Write key". */
  label: string;
}

/** A text that is copied as it is, with the button that copies it. */
export function Code({ text, label }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div class="code">
      <pre class="code-text" tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <IconButton
        small
        icon={copied ? Check : Copy}
        label={copied ? common.copied : common.copy(label)}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      />
    </div>
  );
}
