import { common } from "#texts/common";
import { TextField } from "../../components/Field/Field";
import type { useKey } from "./useKey";

const texts = common.signIn;

/** The field for an API key: hidden like a password, and kept by no browser. */
export const KeyField = (props: ReturnType<typeof useKey>["field"]) => (
  <TextField {...props} label={texts.key} hint={texts.hint} type="password" autocomplete="off" spellcheck={false} autoFocus />
);
