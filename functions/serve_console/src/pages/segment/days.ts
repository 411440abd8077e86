import { type Model, formatDate } from "#core";

export type Day = Model["DayCount"];

/** A day of the deployment's time zone: noon in UTC is on it almost everywhere. */
export const dayOf = (day: string): string => formatDate(`${day}T12:00:00Z`);
