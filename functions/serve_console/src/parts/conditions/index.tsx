/* The conditions of segments: edited, read, and explained for a customer. */
import type { ApiError } from "#core";
import "./conditions.css";
import { Editor } from "./Editor";
import { type Explained, Reasons } from "./Reasons";

export interface EditorProps {
  /** The condition; null if there is none yet. */
  value: unknown;
  onChange?: (value: unknown) => void;
  readOnly?: boolean;
  /** Why the API has refused to save it. */
  error?: ApiError | undefined;
  /** Whether recipes are offered to start from. */
  recipes?: boolean;
}

type Props = EditorProps | { explained: Explained };

export default function Conditions(props: Props) {
  return "explained" in props ? <Reasons explained={props.explained} /> : <Editor {...props} />;
}
