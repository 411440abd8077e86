import { part } from "#core";

export const Conditions = part<typeof import("#parts/conditions")["default"]>("conditions");
