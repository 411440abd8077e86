import { BookOpen } from "lucide";
import { Button, Dialog, useState } from "#core";
import { conditions as texts } from "#texts/conditions";
import { recipes } from "#texts/recipes";

/** Segments that many need, to start from. */
export function Recipes({ onChoose }: { onChoose: (condition: unknown) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={BookOpen} onClick={() => setOpen(true)}>
        {texts.recipes}
      </Button>
      {open && (
        <Dialog wide title={texts.recipesTitle} onClose={() => setOpen(false)}>
          <p class="soft">{texts.recipesText}</p>
          <ul class="recipes">
            {recipes.map(({ title, text, condition }) => (
              <li key={title}>
                <button
                  type="button"
                  class="recipe"
                  onClick={() => {
                    setOpen(false);
                    onChoose(condition);
                  }}
                >
                  <strong>{title}</strong>
                  {text && <span class="soft small">{text}</span>}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
