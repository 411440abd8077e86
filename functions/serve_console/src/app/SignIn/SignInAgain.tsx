import { common } from "#texts/common";
import { lookOn, signOut } from "../../caller";
import { Button } from "../../components/Button/Button";
import { Dialog } from "../../components/Dialog/Dialog";
import { ErrorNote } from "../../components/ErrorState/ErrorState";
import { KeyField } from "./KeyField";
import { useKey } from "./useKey";

const texts = common.signIn;

/** Asks for a key over the page: the API has refused the one of the tab, and what is being entered must not be lost. */
export function SignInAgain() {
  const key = useKey();
  return (
    <Dialog
      title={texts.title}
      onClose={lookOn}
      onSubmit={key.submit}
      actions={
        <>
          <Button onClick={() => signOut()}>{common.signOut}</Button>
          <Button type="submit" kind="primary" busy={key.running}>
            {texts.action}
          </Button>
        </>
      }
    >
      <p class="sign-in-note">{texts.again}</p>
      <KeyField {...key.field} />
      <ErrorNote error={key.error} />
    </Dialog>
  );
}
