import { formatAgo, formatDate, formatDateTime } from "../../format";

interface Props {
  instant: string | null | undefined;
  /** What is shown where there is no instant. */
  none?: string;
  /** A date instead of "2 days ago". */
  date?: boolean;
}

/** When something happened; the exact time is its title. */
export function Ago({ instant, none = "–", date }: Props) {
  if (!instant) return <span class="soft">{none}</span>;
  return (
    <time dateTime={instant} title={formatDateTime(instant)}>
      {date ? formatDate(instant) : formatAgo(instant)}
    </time>
  );
}
