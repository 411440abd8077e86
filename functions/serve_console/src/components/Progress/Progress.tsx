import { useId } from "preact/hooks";
import { formatNumber } from "../../format";
import "./Progress.css";

interface Props {
  label: string;
  done: number;
  /** Undefined while it is not known how much there is. */
  of?: number;
}

/** How far a job is. */
export function Progress({ label, done, of }: Props) {
  const id = useId();
  return (
    <div class="progress">
      <label for={id} class="small">
        {label}
      </label>
      <span class="soft small number">{of === undefined ? formatNumber(done) : `${formatNumber(done)} / ${formatNumber(of)}`}</span>
      <progress id={id} {...(of === undefined ? {} : { value: done, max: Math.max(of, 1) })} />
    </div>
  );
}
