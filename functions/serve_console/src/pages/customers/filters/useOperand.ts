import { useState } from "#core";

/**
 * What is entered for a filter: that of the address, until the reader types. It follows the address while rendering; an
 * effect would run after the reader has begun to type, and take the first letters away.
 */
export function useOperand<O extends string>(given: O | undefined, value: string | undefined, usual: O) {
  const [operator, setOperator] = useState<O>(given ?? usual);
  const [text, setText] = useState(value ?? "");
  const [followed, setFollowed] = useState({ given, value });
  if (followed.given !== given || followed.value !== value) {
    setFollowed({ given, value });
    if (given !== undefined) setOperator(given);
    setText(value ?? "");
  }
  return { operator, setOperator, text, setText };
}
