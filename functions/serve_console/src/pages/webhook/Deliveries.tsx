import { Panel, Tabs, useState } from "#core";
import { webhook as texts } from "#texts/webhook";
import { Failed } from "./Failed";
import { Recent } from "./Recent";

const TABS = (["recent", "failed"] as const).map((id) => ({ id, label: texts.tabs[id] }));

/** What was sent to the receiver: lately, and what it did not take. */
export function Deliveries({ id }: { id: string }) {
  const [selected, setSelected] = useState<"recent" | "failed">("recent");
  return (
    <Panel title={texts.deliveries.title}>
      <Tabs label={texts.deliveries.title} tabs={TABS} selected={selected} onSelect={setSelected}>
        {selected === "recent" ? <Recent id={id} /> : <Failed id={id} />}
      </Tabs>
    </Panel>
  );
}
