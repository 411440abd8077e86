import { Badge, Combobox, ErrorNote, type Model, Panel, api, data, forget, may, once, toast, useAction } from "#core";
import { newImport as texts } from "#texts/newImport";
import { choicesFor, labelOf, type Target, targetOf } from "./targets";
import type { DraftState, Mapping, Preview } from "./useDraft";

type Attribute = Model["Attribute"];
type Column = Preview["columns"][number];

const DOUBTFUL = 0.8;

interface Props {
  draft: DraftState;
  preview: Preview;
  mapping: Mapping;
  attributes: Attribute[];
  onDeclared: () => void;
}

/** Each column with its first values and what it becomes, which is changed by choosing. */
export function Columns({ draft, preview, mapping, attributes, onDeclared }: Props) {
  const declare = useAction(async (place: number, label: string) => {
    const made = await data(api.POST("/v1/attributes", { body: { name: label, type: "text" } as Model["NewAttribute"], headers: once() }));
    forget("attributes");
    onDeclared();
    draft.setTarget(place, { to: "attribute", name: made.name, yes: null });
    toast(texts.declared(made.label));
  });
  return (
    <Panel title={texts.columns}>
      <p class="soft small">{texts.columnsHint}</p>
      <ErrorNote error={declare.error} />
      <ul class="map">
        {preview.columns.map((column) => (
          <MappedColumn
            key={column.place}
            column={column}
            target={targetIn(mapping, column)}
            kind={mapping.kind}
            attributes={attributes}
            onTarget={(target) => draft.setTarget(column.place, target)}
            onDeclare={(label) => void declare.run(column.place, label)}
          />
        ))}
      </ul>
    </Panel>
  );
}

/** What the column becomes: as it was chosen, or as the preview proposes. */
const targetIn = ({ columns }: Mapping, { column, place, target }: Column): Target =>
  columns.find((one) => one.column === place || one.column === column) ?? target;

interface MappedColumnProps {
  column: Column;
  target: Target;
  kind: string;
  attributes: Attribute[];
  onTarget: (target: Target) => void;
  onDeclare: (label: string) => void;
}

function MappedColumn({ column, target, kind, attributes, onTarget, onDeclare }: MappedColumnProps) {
  const name = column.column || texts.columnAt(column.place);
  const label = labelOf(target, attributes);
  const canChange = may("definitions:write");
  const isDoubtful = column.confidence < DOUBTFUL && target.to !== "ignore";
  const canDeclare = canChange && kind !== "events";
  return (
    <li class="map-column">
      <div class="map-name">
        <h3 class="truncate" title={name}>
          {name}
        </h3>
        {isDoubtful && <Badge tone="warn">{texts.check}</Badge>}
      </div>
      <p class="map-samples soft small truncate" title={column.samples.join("\n")}>
        {column.samples.length ? column.samples.join(" · ") : texts.noSamples}
      </p>
      <div class={target.to === "ignore" ? "map-target is-ignored" : "map-target"}>
        {canChange ? (
          <Combobox
            bare
            label={texts.targetOf(name, label)}
            placeholder={label}
            search={(text) => choicesFor(kind, attributes, text)}
            create={canDeclare ? texts.newAttribute : undefined}
            onSelect={({ value, label: chosen }) =>
              chosen === texts.newAttribute(value) ? onDeclare(value) : onTarget(targetOf(value))
            }
          />
        ) : (
          <p>{label}</p>
        )}
        {isDoubtful && <p class="soft small">{texts.recognisedBy(column.why)}</p>}
      </div>
    </li>
  );
}
