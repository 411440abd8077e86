import { PageHeader, type PageProps, setQuery, type Address } from "#core";
import { newImport as texts } from "#texts/newImport";
import { Drop } from "./Drop";
import { Draft } from "./Draft";
import "./newImport.css";

const BACK = { path: "/imports", label: texts.back };

export const address: Address = { key: null, mapping: null };

/** Chooses a file, then shows how it is read and changes that; nothing is imported before the import is started. */
export default function NewImport({ query }: PageProps) {
  const key = query.get("key");
  if (key) return <Draft file={key} mapping={query.get("mapping")} back={BACK} />;
  return (
    <>
      <PageHeader title={texts.title} back={BACK} />
      <Drop onSent={(sent) => setQuery({ key: sent }, { replace: false })} />
    </>
  );
}
