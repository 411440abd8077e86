import { Download, Ellipsis, GitMerge, Trash2, UserX } from "lucide";
import { Ago, ApiError, Avatar, Badge, Bone, Button, Icon, Menu, type MenuItem, PageHeader, api, may, navigate, part, toast, toastError, useState } from "#core";
import { customer as texts } from "#texts/customer";
import { labelOf, shown } from "./attributes";
import { useCard, useCardIfRead } from "./card";
import { saveExport } from "./export";
import { type Profile, nameOf } from "./profile";
import { useNarrow } from "./useNarrow";

const MergeDialog = part<typeof import("#parts/customer-merge")["default"]>("customer-merge");
const EraseDialog = part<typeof import("#parts/customer-erase")["default"]>("customer-erase");

type Open = "merge" | "erase";

/** The title, at the same place while the customer is read, so that the focus stays on it. */
export function Header({ missing }: { missing: boolean }) {
  const card = useCardIfRead();
  const back = { path: "/customers", label: texts.back };
  if (!card && missing) return <PageHeader title={texts.missing.title} back={back} />;
  if (!card) {
    return (
      <PageHeader title={texts.title} before={<Avatar size="l" />} back={back}>
        <p class="card-summary small">
          <Bone width="9rem" />
        </p>
      </PageHeader>
    );
  }
  const { profile } = card;
  const name = nameOf(profile);
  return (
    <PageHeader
      title={titleOf(profile)}
      before={<Picture name={name} source={profile.attributes.avatar} />}
      back={back}
      actions={<Actions />}
    >
      <p class="card-summary soft small">
        <Badge tone={profile.kind === "recognised" ? "accent" : "neutral"}>{texts.kinds[profile.kind]}</Badge>
        {profile.classes.map((one) => (
          <Badge key={one}>{one}</Badge>
        ))}
        {profile.last_seen && (
          <span>
            {texts.header.active} <Ago instant={profile.last_seen} />
          </span>
        )}
      </p>
    </PageHeader>
  );
}

const titleOf = (profile: Profile): string =>
  nameOf(profile) ?? (profile.kind === "anonymous" ? texts.unnamed : (profile.identities[0]?.value ?? texts.unnamed));

/** What is done with the customer as a whole. */
function Actions() {
  const card = useCard();
  const { profile, etag, editable } = card;
  const [open, setOpen] = useState<Open>();
  const [busy, setBusy] = useState(false);
  const narrow = useNarrow();
  const title = titleOf(profile);
  const close = () => setOpen(undefined);
  const save = async () => {
    setBusy(true);
    await saveExport(profile.id).catch(tell);
    setBusy(false);
  };
  const items: (MenuItem | false)[] = [
    may("profiles:export") && { label: texts.header.export, icon: Download, onSelect: () => void save() },
    may("profiles:delete") && { label: texts.header.delete, icon: Trash2, onSelect: () => void remove(profile.id, title), danger: true },
    may("profiles:delete") && { label: texts.header.erase, icon: UserX, onSelect: () => setOpen("erase"), danger: true },
  ];
  const offered = items.filter((item): item is MenuItem => item !== false);
  return (
    <>
      {editable && (
        <Button icon={GitMerge} onClick={() => setOpen("merge")}>
          {texts.header.merge}
        </Button>
      )}
      {offered.length > 0 && (
        <Menu align={narrow ? "start" : "end"} label={texts.header.more} button={<More busy={busy} />} items={offered} />
      )}
      {open === "merge" && <MergeDialog profile={profile} etag={etag} label={labelOf} show={shown} onMerged={card.refresh} onClose={close} />}
      {open === "erase" && <EraseDialog id={profile.id} name={title} onErased={() => navigate("/customers")} onClose={close} />}
    </>
  );
}

const More = ({ busy }: { busy: boolean }) => (
  <span class={busy ? "button button-plain button-icon is-busy" : "button button-plain button-icon"}>
    <Icon of={Ellipsis} />
  </span>
);

/** The picture, where the deployment itself holds it: a picture elsewhere would tell others who is looked at. */
function Picture({ name, source }: { name: string | null; source: unknown }) {
  const [failed, setFailed] = useState(false);
  const own = typeof source === "string" && (source.startsWith("data:image/") || source.startsWith(`${location.origin}/`));
  if (!own || failed) return <Avatar size="l" name={name} />;
  return <img class="card-picture" src={source as string} alt="" onError={() => setFailed(true)} />;
}

/** Removes the customer from all lists; the toast takes it back. */
async function remove(id: string, title: string): Promise<void> {
  try {
    await api.DELETE("/v1/profiles/{id}", { params: { path: { id } } });
    toast(texts.header.deleted(title), async () => {
      await api.POST("/v1/profiles/{id}/restore", { params: { path: { id } } });
      navigate(`/customers/${id}`);
    });
    navigate("/customers");
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  toastError(error);
}
