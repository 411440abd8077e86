import { common } from "#texts/common";
import { may, seesAll } from "../../caller";
import { Icon } from "../../components/Icon/Icon";
import { type Nav as Entry, ROUTES, type Route } from "../../routes";
import { href } from "../addresses";
import { usePlace } from "../router";
import { ICONS } from "./icons";

/** Whether the caller's key may read what the page shows. */
export const opens = (route: Route): boolean => may(...route.needs) && (seesAll() || !route.seesAll);

const SECTIONS: Entry["section"][] = ["people", "data", "settings"];

/** The pages that the caller may open. */
export function Nav() {
  const offered = ROUTES.filter((route) => route.nav && opens(route));
  return (
    <nav aria-label={common.menu}>
      {SECTIONS.map((section) => (
        <Section key={section} section={section} routes={offered.filter((route) => route.nav?.section === section)} />
      ))}
    </nav>
  );
}

function Section({ section, routes }: { section: Entry["section"]; routes: Route[] }) {
  const { path } = usePlace();
  if (!routes.length) return null;
  return (
    <div class="nav-section">
      <h2 class="nav-title">{common.sections[section]}</h2>
      <ul>
        {routes.map(({ path: to, nav }) => (
          <li key={to}>
            <a class="nav-link" href={href(to)} aria-current={current(path, to)}>
              <Icon of={ICONS[nav?.icon as keyof typeof ICONS]} />
              {common.nav[nav?.label as keyof typeof common.nav]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

const current = (path: string, to: string) => (path === to ? "page" : path.startsWith(`${to}/`) ? "true" : undefined);
