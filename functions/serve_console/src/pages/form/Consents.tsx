import { Plus, X } from "lucide";
import { type ApiError, Button, CHANNELS, Checkbox, IconButton, type Model, PROCESSING, Panel, SelectField, TextArea, TextField } from "#core";
import { form as texts } from "#texts/form";

type Consent = Model["StoredConsent"];

const OFFERED = [...CHANNELS, PROCESSING].map((value) => ({ value, label: value }));

interface Props {
  consents: Consent[];
  onChange: (consents: Consent[]) => void;
  error: ApiError | undefined;
}

export function Consents({ consents, onChange, error }: Props) {
  const replace = (at: number, ...by: Consent[]) => onChange([...consents.slice(0, at), ...by, ...consents.slice(at + 1)]);
  const add = () => onChange([...consents, { channel: "email", purpose: "marketing", wording: texts.consents.starter, required: false }]);
  return (
    <Panel title={texts.consents.title}>
      <p class="soft small">{texts.consents.text}</p>
      <ul class="form-parts">
        {consents.map((consent, at) => {
          const change = (part: Partial<Consent>) => replace(at, { ...consent, ...part });
          const wrong = (name: string) => error?.at(`consents.${at}.${name}`);
          return (
            <li key={at} class="form-part">
              <div class="form-part-fields">
                <SelectField
                  label={texts.consents.channel}
                  value={consent.channel}
                  onChange={(channel) => change({ channel })}
                  options={OFFERED}
                  error={wrong("channel")}
                />
                <TextField
                  label={texts.consents.purpose}
                  value={consent.purpose}
                  onChange={(purpose) => change({ purpose })}
                  error={wrong("purpose")}
                />
                <div class="form-part-whole">
                  <TextArea
                    label={texts.consents.wording}
                    rows={2}
                    value={consent.wording}
                    onChange={(wording) => change({ wording })}
                    error={wrong("wording")}
                  />
                </div>
                <Checkbox label={texts.consents.required} checked={consent.required} onChange={(required) => change({ required })} />
              </div>
              <div class="form-part-actions">
                <IconButton small icon={X} label={texts.consents.remove(consent.wording)} onClick={() => replace(at)} />
              </div>
            </li>
          );
        })}
      </ul>
      <div>
        <Button small icon={Plus} onClick={add}>
          {texts.consents.add}
        </Button>
      </div>
    </Panel>
  );
}
