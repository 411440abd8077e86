import { Compass, KeyRound, RefreshCw } from "lucide";
import { Component, type ComponentChildren, Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { common } from "#texts/common";
import { ApiError } from "../api/errors";
import { resume, session } from "../caller";
import { Button, LinkButton } from "../components/Button/Button";
import { EmptyState } from "../components/EmptyState/EmptyState";
import { ErrorState } from "../components/ErrorState/ErrorState";
import { PageHeader } from "../components/PageHeader/PageHeader";
import { Skeleton } from "../components/Skeleton/Skeleton";
import { formatList } from "../format";
import { HOME, ROUTES, type Route } from "../routes";
import { AddressNote } from "./AddressNote/AddressNote";
import { href } from "./addresses";
import { usePage } from "./page";
import { match, navigate, usePlace } from "./router";
import { opens } from "./Shell/Nav";
import { Shell } from "./Shell/Shell";
import { SignIn } from "./SignIn/SignIn";
import { SignInAgain } from "./SignIn/SignInAgain";
import { useStore } from "./store";

/** The whole console: the sign-in, or the page of the address within the shell. */
export function App() {
  const current = useStore(session);
  if (current === null) return <Resume />;
  if ("signedOut" in current) return <SignIn why={current.signedOut} />;
  return (
    <>
      <Shell>
        <CurrentPage />
      </Shell>
      {current.expired && <SignInAgain />}
    </>
  );
}

function Resume() {
  const [error, setError] = useState<ApiError>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setError(undefined);
    resume().catch((failure: ApiError) => setError(failure));
  }, [turn]);
  if (!error) return null;
  return (
    <main class="sign-in">
      <ErrorState error={error} onRetry={() => setTurn(turn + 1)} />
    </main>
  );
}

function CurrentPage() {
  const { path, query } = usePlace();
  const found = ROUTES.map((route) => ({ route, params: match(route.path, path) })).find(({ params }) => params);
  const allowed = found && opens(found.route) ? found : undefined;
  const page = usePage(allowed?.route);
  useEffect(() => {
    if (path === "/") navigate(HOME, { replace: true });
  }, [path]);
  if (path === "/") return null;
  if (!found) return <NotFound />;
  if (!allowed) return <Forbidden route={found.route} />;
  if (page === "failed") return <Updated />;
  if (!page) return <Skeleton />;
  const Page = page.default;
  return (
    <Boundary key={path}>
      <AddressNote query={query} address={page.address ?? {}} />
      <Page params={allowed.params ?? {}} query={query} />
    </Boundary>
  );
}

function NotFound() {
  const { title, text, action } = common.notFound;
  return <Notice icon={Compass} title={title} text={text} action={<LinkButton href={href(HOME)}>{action}</LinkButton>} />;
}

function Forbidden({ route }: { route: Route }) {
  const { title, text, limited } = common.forbidden;
  return <Notice icon={KeyRound} title={title} text={route.seesAll ? limited : text(formatList(route.needs))} />;
}

function Updated({ texts = common.errors.reload }: { texts?: { title: string; text: string } }) {
  const action = <Button onClick={() => location.reload()}>{common.errors.reload.action}</Button>;
  return <Notice icon={RefreshCw} title={texts.title} text={texts.text} action={action} />;
}

type NoticeProps = Parameters<typeof EmptyState>[0];

const Notice = (props: NoticeProps) => (
  <Fragment>
    <PageHeader title={props.title} />
    <EmptyState {...props} />
  </Fragment>
);

/** Shows that a page has failed by a fault of its own, instead of nothing. */
class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  static override getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? <Updated texts={common.errors.crashed} /> : this.props.children;
  }
}
