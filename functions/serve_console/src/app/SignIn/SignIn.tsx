import { useEffect } from "preact/hooks";
import { common } from "#texts/common";
import type { SignedOut } from "../../caller";
import { Button } from "../../components/Button/Button";
import { ErrorNote } from "../../components/ErrorState/ErrorState";
import { assetUrl } from "../addresses";
import { KeyField } from "./KeyField";
import { useKey } from "./useKey";
import "./SignIn.css";

const texts = common.signIn;

/** Asks for a key; the page that was opened is shown afterwards. */
export function SignIn({ why }: { why: SignedOut }) {
  const key = useKey();
  useEffect(() => {
    document.title = `${texts.title} · ${common.product}`;
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    key.submit();
  };
  return (
    <main class="sign-in">
      <form class="sign-in-form" onSubmit={submit} noValidate>
        <img src={assetUrl("icon.svg")} alt="" width={40} height={40} />
        <h1>{texts.title}</h1>
        <p class="soft">{texts.text}</p>
        {why === "refused" && !key.field.error && <p class="sign-in-note">{texts.refused}</p>}
        <KeyField {...key.field} />
        <ErrorNote error={key.error} />
        <Button type="submit" kind="primary" busy={key.running}>
          {texts.action}
        </Button>
      </form>
    </main>
  );
}
