import { common } from "#texts/common";
import { Button } from "../Button/Button";
import { Code } from "../Code/Code";
import { Dialog } from "../Dialog/Dialog";

interface Props {
  title: string;
  /** Where it goes, and what it is for. */
  text: string;
  /** "API key", "Secret". */
  label: string;
  secret: string;
  onClose: () => void;
}

/** A secret that the API shows once, with the button that copies it. */
export const SecretDialog = ({ title, text, label, secret, onClose }: Props) => (
  <Dialog
    title={title}
    onClose={onClose}
    actions={
      <Button kind="primary" onClick={onClose}>
        {common.secret.done}
      </Button>
    }
  >
    <p>{text}</p>
    <Code text={secret} label={label} />
    <p class="soft small">{common.secret.once}</p>
  </Dialog>
);
