import { useEffect, useState } from "preact/hooks";
import { common } from "#texts/common";
import { useAction } from "../../api/useAction";
import { type SignedOut, signIn } from "../../caller";
import { Button } from "../../components/Button/Button";
import { ErrorNote } from "../../components/ErrorState/ErrorState";
import { TextField } from "../../components/Field/Field";
import { assetUrl } from "../addresses";
import "./SignIn.css";

const texts = common.signIn;
const SHAPE = /^sk_[\w-]{43}$/;

/** What is wrong with what was typed, before it is sent anywhere. */
function flaw(key: string): string | undefined {
  if (key.startsWith("wk_")) return texts.writeKey;
  return SHAPE.test(key) ? undefined : texts.shape;
}

/** Asks for a key; the page that was opened is shown afterwards. */
export function SignIn({ why }: { why: SignedOut }) {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string>();
  const { run, running, error, clear } = useAction(signIn);
  const unknown = error?.status === 401;
  useEffect(() => {
    document.title = `${texts.title} · ${common.product}`;
  }, []);

  function submit(event: Event) {
    event.preventDefault();
    const found = flaw(key.trim());
    setWrong(found);
    if (!found) void run(key.trim());
  }

  function change(typed: string) {
    setKey(typed);
    setWrong(undefined);
    clear();
  }

  return (
    <main class="sign-in">
      <form class="sign-in-form" onSubmit={submit} noValidate>
        <img src={assetUrl("icon.svg")} alt="" width={40} height={40} />
        <h1>{texts.title}</h1>
        <p class="soft">{texts.text}</p>
        {why === "refused" && !error && <p class="sign-in-note">{texts.refused}</p>}
        <TextField
          label={texts.key}
          hint={texts.hint}
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          onChange={change}
          error={wrong ?? (unknown ? texts.unknown : undefined)}
          autoFocus
        />
        {!unknown && <ErrorNote error={error} />}
        <Button type="submit" kind="primary" busy={running}>
          {texts.action}
        </Button>
      </form>
    </main>
  );
}
