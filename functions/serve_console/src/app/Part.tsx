import type { ComponentProps, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "../components/Skeleton/Skeleton";
import { load } from "./page";

/**
 * A component that is loaded when it is first shown: the default export of `src/parts/<name>/index.tsx`.
 *
 *     const Chart = part<typeof import("#parts/chart")["default"]>("chart");
 */
export function part<C extends ComponentType<any>>(name: string): ComponentType<ComponentProps<C>> {
  let component: ComponentType<any> | undefined;
  return function Part(props) {
    const [, setLoaded] = useState(component !== undefined);
    useEffect(() => {
      if (component) return;
      load(name).then(
        (found) => {
          component = found.default as ComponentType<any>;
          setLoaded(true);
        },
        // Thrown while it renders, so that the page tells that it has failed.
        (error: unknown) =>
          setLoaded(() => {
            throw error;
          }),
      );
    }, []);
    const Loaded = component;
    return Loaded ? <Loaded {...props} /> : <Skeleton />;
  };
}
