import { Trash2 } from "lucide";
import {
  EnabledBadge,
  Button,
  Code,
  Columns,
  DeleteDialog,
  ErrorState,
  PageHeader,
  type PageProps,
  Panel,
  Skeleton,
  api,
  data,
  may,
  navigate,
  tagged,
  toast,
  useLoad,
  useState,
} from "#core";
import { source as texts } from "#texts/source";
import { Events } from "./Events";
import { Health } from "./Health";
import { Key } from "./Key";
import { Settings } from "./Settings";
import { snippetOf } from "./snippet";
import type { Source } from "./source";
import "./source.css";

export default function SourcePage({ params }: PageProps) {
  const id = params.id ?? "";
  const [deleting, setDeleting] = useState(false);
  const source = useLoad((signal) => tagged<Source>(api.GET("/v1/sources/{id}", { params: { path: { id } }, signal })), [id]);
  const shown = source.data?.data;
  const actions = shown && may("sources:write") && (
    <Button icon={Trash2} onClick={() => setDeleting(true)}>
      {texts.deletion.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={shown?.name ?? texts.title} back={{ path: "/sources", label: texts.back }} actions={actions}>
        {shown && <EnabledBadge enabled={shown.enabled} labels={texts.states} />}
      </PageHeader>
      {source.error && <ErrorState error={source.error} onRetry={source.reload} />}
      {!source.data && !source.error && <Skeleton lines={8} />}
      {source.data && shown && (
        <Columns>
          <div class="source-column">
            <Key source={shown} onRotated={source.reload} />
            <Snippet source={shown} />
            {may("profiles:read") && <Events id={id} />}
          </div>
          <div class="source-column">
            <Health source={shown} />
            <Settings key={source.data.etag} source={shown} etag={source.data.etag} onChange={source.reload} />
          </div>
        </Columns>
      )}
      {deleting && shown && (
        <DeleteDialog
          title={texts.deletion.title(shown.name)}
          action={texts.deletion.action}
          perform={() => data(api.DELETE("/v1/sources/{id}", { params: { path: { id } } }))}
          onClose={() => setDeleting(false)}
          onDone={() => {
            toast(texts.deletion.done(shown.name));
            navigate("/sources");
          }}
        >
          {texts.deletion.text}
        </DeleteDialog>
      )}
    </>
  );
}

const TITLES = {
  web: { title: texts.snippet.web, text: texts.snippet.webText },
  server: { title: texts.snippet.server, text: texts.snippet.serverText },
  mobile: { title: texts.snippet.mobile, text: texts.snippet.mobileText },
};

const Snippet = ({ source }: { source: Source }) => (
  <Panel title={TITLES[source.kind].title}>
    <p class="soft">{TITLES[source.kind].text}</p>
    <Code text={snippetOf(source)} label={texts.snippet.label} />
  </Panel>
);
