import { type ApiError, Button, EmptyState, ErrorState, LinkButton, Row, href, setQuery } from "#core";
import { FilterX } from "lucide";
import { customers } from "#texts/customers";
import { segmentNew as texts } from "#texts/segment-new";
import { without } from "./filter";

interface Props {
  filter: string;
  error: ApiError;
  onRetry: () => void;
}

/** Filters that no segment can express, by name, and what to do about them. */
export function Refused({ filter, error, onRetry }: Props) {
  const { filters } = error.details;
  if (error.code !== "no_segment_equivalent" || !Array.isArray(filters)) return <ErrorState error={error} onRetry={onRetry} />;
  const names = filters.map(String);
  const rest = without(filter, names);
  return (
    <EmptyState
      icon={FilterX}
      title={texts.refused.title}
      text={texts.refused.text(names.map((name) => labelOf(name, new URLSearchParams(filter).getAll(name))).join(", "))}
      action={
        <Row>
          <LinkButton href={href(`/customers?${filter}`)}>{texts.refused.back}</LinkButton>
          {rest && (
            <Button kind="primary" onClick={() => setQuery({ filter: rest })}>
              {texts.refused.rest}
            </Button>
          )}
        </Row>
      }
    />
  );
}

/** A filter as the list shows it. */
function labelOf(name: string, values: string[]): string {
  const { fields, operators } = customers.filters;
  if (name === "kind") return customers.kinds.deleted;
  const [field = "", operator = ""] = name.split(".");
  const label = fields[field as keyof typeof fields] ?? field;
  return customers.filters.chosen(label, operators[operator as keyof typeof operators] ?? operator, values.join(customers.filters.or));
}
