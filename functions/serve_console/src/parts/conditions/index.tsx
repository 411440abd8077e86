/* The conditions of segments: edited, read, and explained for a customer. */
import "./conditions.css";
import { Editor, type EditorProps } from "./Editor";
import { type Explained, Reasons } from "./Reasons";

type Props = EditorProps | { explained: Explained };

export default function Conditions(props: Props) {
  return "explained" in props ? <Reasons explained={props.explained} /> : <Editor {...props} />;
}
