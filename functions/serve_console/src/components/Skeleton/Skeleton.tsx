import { common } from "#texts/common";
import "./Skeleton.css";

interface Props {
  lines?: number;
  /** Widths of the lines, which repeat. */
  widths?: string[];
}

/** The shape of what is being read, instead of a spinner. */
export function Skeleton({ lines = 3, widths = ["60%", "85%", "40%"] }: Props) {
  return (
    <div class="skeleton" role="status" aria-label={common.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <Bone key={line} width={widths[line % widths.length] ?? "100%"} />
      ))}
    </div>
  );
}

/** One grey line. */
export const Bone = ({ width }: { width: string }) => <span class="bone" style={{ width }} />;
