import { ErrorState, EmptyState, Button, LinkButton, type PageProps, Skeleton, api, href, may, useAction, useLoad, ErrorNote, type Address } from "#core";
import { UserRoundX } from "lucide";
import { customer as texts } from "#texts/customer";
import { CardPage } from "./CardPage";
import { CardProvider, readVersion, useCardOf } from "./card";
import { Header } from "./Header";
import "./customer.css";

export const address: Address = {
  column: Object.keys(texts.columns).filter((name) => name !== "label"),
  tab: Object.keys(texts.tabs).filter((name) => name !== "label"),
  category: Object.keys(texts.categories),
};

export default function Customer({ params, query }: PageProps) {
  const id = params.id ?? "";
  const { data, error, reload, replace } = useLoad((signal) => readVersion(id, signal), [id]);
  const { card, collision } = useCardOf(data, replace);
  const missing = error?.status === 404;
  return (
    <CardProvider value={card}>
      <Header missing={missing} />
      {card && <CardPage card={card} collision={collision} query={query} />}
      {missing && <Missing id={id} onRestored={reload} />}
      {error && !missing && <ErrorState error={error} onRetry={reload} />}
      {!card && !error && (
        <div class="card">
          <Skeleton lines={8} />
          <Skeleton lines={10} />
          <Skeleton lines={6} />
        </div>
      )}
    </CardProvider>
  );
}

/** The customer does not exist, is hidden from the key, or was deleted: the last can be taken back. */
function Missing({ id, onRestored }: { id: string; onRestored: () => void }) {
  const restore = useAction(async () => {
    await api.POST("/v1/profiles/{id}/restore", { params: { path: { id } } });
    onRestored();
  });
  const action = (
    <>
      <LinkButton href={href("/customers")}>{texts.missing.list}</LinkButton>
      {may("profiles:write") && (
        <Button busy={restore.running} onClick={() => void restore.run()}>
          {texts.missing.restore}
        </Button>
      )}
    </>
  );
  return (
    <>
      <EmptyState icon={UserRoundX} title={texts.missing.title} text={texts.missing.text} action={<span class="missing-actions">{action}</span>} />
      <ErrorNote error={restore.error} />
    </>
  );
}
