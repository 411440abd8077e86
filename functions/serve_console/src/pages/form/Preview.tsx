import { API, Button, Code as Copied, ErrorState, Panel, Skeleton, Stack, api, data, useLoad } from "#core";
import { form as texts } from "#texts/form";
import type { Definition, Form } from "./definition";
import type { Field } from "./Fields";

/** The form as it is being edited: it follows each change, and sends nothing. */
export function Draft({ draft }: { draft: Definition }) {
  const shown = draft.fields.filter(({ type }) => type !== "hidden");
  const starred = [...shown, ...draft.consents].some(({ required }) => required);
  return (
    <div class="form-preview" lang={draft.language} role="group" aria-label={texts.tabs.draft}>
      <h2>{draft.title ?? draft.name}</h2>
      {starred && <p class="soft small">{draft.required_text}</p>}
      {shown.map((field, at) => (
        <Line key={at} field={field} />
      ))}
      {draft.consents.map((consent, at) => (
        <label key={at} class="form-preview-consent">
          <input type="checkbox" />
          <span>
            {consent.wording}
            {consent.required && " *"}
          </span>
        </label>
      ))}
      <div>
        <Button kind="primary">{draft.submit_text}</Button>
      </div>
    </div>
  );
}

function Line({ field }: { field: Field }) {
  const label = `${field.label}${field.required ? " *" : ""}`;
  const type = field.type ?? { email: "email", phone: "tel" }[field.attribute] ?? "text";
  if (type === "checkbox") {
    return (
      <label class="form-preview-consent">
        <input type="checkbox" />
        <span>{label}</span>
      </label>
    );
  }
  const look = { class: "input", placeholder: field.placeholder ?? undefined };
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {type === "textarea" ? <textarea {...look} rows={3} /> : type === "select" ? <select class="input" /> : <input {...look} type={type as "text"} />}
    </label>
  );
}

const address = ({ id }: Form): string => `${API}/v1/forms/${encodeURIComponent(id)}/embed`;

/** The page that the API serves; the sandbox lets it neither run scripts nor be submitted. */
export const Served = ({ form }: { form: Form }) => (
  <Stack>
    <p class="soft">{texts.served}</p>
    <iframe class="form-frame" title={texts.frame} src={`${address(form)}?version=${form.version}`} sandbox="" />
  </Stack>
);

export function Code({ form }: { form: Form }) {
  const fragment = useLoad(
    (signal) => {
      const params = { path: { id: form.id }, query: { format: "fragment" } } as const;
      return data(api.GET("/v1/forms/{id}/embed", { params, parseAs: "text", signal }));
    },
    [form.id, form.version],
  );
  const frame = `<iframe src="${address(form)}" title="${escaped(form.name)}" style="width: 100%; height: 30rem; border: 0"></iframe>`;
  return (
    <Stack>
      <Panel title={texts.code.framed}>
        <p class="soft">{texts.code.framedText}</p>
        <Copied text={frame} label={texts.code.framed} />
      </Panel>
      <Panel title={texts.code.pasted}>
        <p class="soft">{texts.code.pastedText}</p>
        {fragment.error && <ErrorState error={fragment.error} onRetry={fragment.reload} />}
        {fragment.loading && !fragment.data && <Skeleton />}
        {fragment.data && <Copied text={String(fragment.data).trim()} label={texts.code.label} />}
      </Panel>
    </Stack>
  );
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
