import { Ellipsis, X } from "lucide";
import { Button, type Chosen, Icon, IconButton, Menu, plural } from "#core";
import { bulk as texts } from "#texts/bulk";
import { type ActionId, offered } from "./actions";

interface Props {
  chosen: Chosen;
  onAct: (action: ActionId) => void;
}

/** What is selected and what can be done with it, at the foot of the window while something is selected. */
export function SelectionBar({ chosen, onAct }: Props) {
  const actions = offered(chosen.target);
  const [direct, others] = [actions.filter((one) => "direct" in one), actions.filter((one) => !("direct" in one))];
  const entry = ({ id }: { id: ActionId }) => ({ label: texts.actions[id], danger: id === "delete", onSelect: () => onAct(id) });
  const all = direct.map(entry);
  return (
    <section class="selection" aria-label={texts.label}>
      <p class="selection-count" role="status">
        {chosen.everything ? texts.everything : plural(chosen.selected.size, texts.selected)}
      </p>
      {!chosen.everything && (
        <Button small kind="quiet" onClick={chosen.selectEverything}>
          {texts.selectEverything}
        </Button>
      )}
      <div class="selection-actions">
        {direct.map(({ id }) => (
          <Button key={id} small class="selection-direct" onClick={() => onAct(id)}>
            {texts.actions[id]}
          </Button>
        ))}
        <Menu
          above
          align="end"
          class="selection-some"
          button={<Icon of={Ellipsis} />}
          label={texts.more}
          items={others.map(entry)}
        />
        <Menu
          above
          align="end"
          class="selection-all"
          button={<Icon of={Ellipsis} />}
          label={texts.more}
          items={[...all, ...others.map(entry)]}
        />
        <IconButton small icon={X} label={texts.clear} onClick={chosen.clear} />
      </div>
    </section>
  );
}
