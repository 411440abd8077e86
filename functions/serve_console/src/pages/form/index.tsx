import { Trash2 } from "lucide";
import {
  EnabledBadge,
  Button,
  DeleteDialog,
  ErrorState,
  PageHeader,
  type PageProps,
  Row,
  Skeleton,
  api,
  data,
  may,
  navigate,
  seesAll,
  tagged,
  toast,
  useLoad,
  useState,
} from "#core";
import { form as texts } from "#texts/form";
import { Editor } from "./Editor";
import type { Form } from "./definition";
import "./form.css";

export default function FormPage({ params }: PageProps) {
  const id = params.id ?? "";
  const [deleting, setDeleting] = useState(false);
  const form = useLoad((signal) => tagged<Form>(api.GET("/v1/forms/{id}", { params: { path: { id } }, signal })), [id]);
  const shown = form.data?.data;
  const edits = may("definitions:write") && seesAll();
  const actions = shown && edits && (
    <Button icon={Trash2} onClick={() => setDeleting(true)}>
      {texts.deletion.action}
    </Button>
  );
  return (
    <>
      <PageHeader title={shown?.name ?? texts.title} back={{ path: "/forms", label: texts.back }} actions={actions}>
        {shown && <State form={shown} />}
      </PageHeader>
      {form.error && <ErrorState error={form.error} onRetry={form.reload} />}
      {!form.data && !form.error && <Skeleton lines={10} />}
      {form.data && shown && <Editor key={form.data.etag} form={shown} etag={form.data.etag} edits={edits} onChange={form.reload} />}
      {deleting && shown && (
        <DeleteDialog
          title={texts.deletion.title(shown.name)}
          action={texts.deletion.action}
          perform={() => data(api.DELETE("/v1/forms/{id}", { params: { path: { id } } }))}
          onClose={() => setDeleting(false)}
          onDone={() => {
            toast(texts.deletion.done(shown.name));
            navigate("/forms");
          }}
        >
          {texts.deletion.text}
        </DeleteDialog>
      )}
    </>
  );
}

const State = ({ form }: { form: Form }) => (
  <Row>
    <EnabledBadge enabled={form.enabled} labels={texts.state} />
    <span class="soft small">{texts.version(form.version)}</span>
  </Row>
);
