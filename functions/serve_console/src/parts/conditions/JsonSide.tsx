import { TextArea } from "#core";
import { conditions as texts } from "#texts/conditions";

interface Props {
  text: string;
  /** Why the text is not JSON. */
  invalid: string | undefined;
  onText: (text: string) => void;
  readOnly: boolean;
}

/** The condition as JSON. A text that is not JSON stays as it is typed, and changes nothing. */
export function JsonSide({ text, invalid, onText, readOnly }: Props) {
  return (
    <TextArea
      label={texts.jsonLabel}
      value={text}
      onChange={onText}
      error={invalid && texts.jsonInvalid(invalid)}
      rows={Math.min(Math.max(text.split("\n").length + 1, 10), 40)}
      class="input json-input"
      spellcheck={false}
      disabled={readOnly}
    />
  );
}
