import {
  Checkbox,
  Dialog,
  ErrorNote,
  type Model,
  NamesField,
  SelectField,
  TextField,
  api,
  caller,
  common,
  data,
  may,
  once,
  useAction,
  useState,
} from "#core";
import { keys as texts } from "#texts/keys";
import { ROLES, SCOPES, type Scope } from "./scopes";
import "./keys.css";

type Role = keyof typeof texts.create.roles;

interface Props {
  onClose: () => void;
  onCreated: (secret: string) => void;
}

/** The roles and scopes that the caller has: a key cannot grant more than its creator has. */
const grantable = () => SCOPES.filter((scope) => may(scope));
const roles = () =>
  (Object.keys(texts.create.roles) as Role[])
    .filter((role) => role === "own" || may(...ROLES[role]))
    .map((value) => ({ value, label: texts.create.roles[value] }));

export function NewKey({ onClose, onCreated }: Props) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("own");
  const [chosen, setChosen] = useState<Scope[]>(["profiles:read"]);
  const [classes, setClasses] = useState(caller().classes ?? []);
  const scopes = role === "own" ? chosen : ROLES[role];
  const creation = useAction(async () => {
    const body: Model["NewApiKey"] = { name, scopes, classes: classes.length ? classes : null };
    onCreated((await data(api.POST("/v1/api-keys", { body, headers: once() }))).key);
  });
  const refused = creation.error;
  return (
    <Dialog
      title={texts.create.title}
      onClose={onClose}
      onSubmit={() => void creation.run()}
      submit={{ label: common.create, busy: creation.running }}
    >
      <TextField
        label={texts.create.name}
        hint={texts.create.nameHint}
        value={name}
        onChange={setName}
        error={refused?.at("name")}
        autoFocus
      />
      <SelectField label={texts.create.role} value={role} onChange={setRole} options={roles()} />
      {role === "own" && <Scopes chosen={chosen} onChange={setChosen} />}
      <NamesField
        of="classes"
        label={texts.create.classes}
        hint={texts.create.classesHint}
        create={texts.create.addClass}
        values={classes}
        onChange={setClasses}
        error={refused?.at("classes")}
      />
      {!refused?.at("name") && !refused?.at("classes") && <ErrorNote error={refused} />}
    </Dialog>
  );
}

interface Choice {
  chosen: Scope[];
  onChange: (chosen: Scope[]) => void;
}

function Scopes({ chosen, onChange }: Choice) {
  const toggle = (scope: Scope, on: boolean) => onChange(on ? [...chosen, scope] : chosen.filter((one) => one !== scope));
  return (
    <div class="scopes">
      {Object.entries(texts.groups).map(([group, label]) => {
        const scopes = grantable().filter((scope) => scope.startsWith(`${group}:`));
        if (!scopes.length) return null;
        return (
          <fieldset key={group} class="scope-group">
            <legend class="small soft">{label}</legend>
            {scopes.map((scope) => (
              <Checkbox key={scope} label={scope} checked={chosen.includes(scope)} onChange={(on) => toggle(scope, on)} />
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
