import { common } from "#texts/common";

/* Names that the API defines, and what people read for them. tests/unit/test_console_vocabulary.py compares them with the domain. */

export const CHANNELS = ["email", "sms", "push", "wifi", "bluetooth", "rfid"] as const;
/** The consent to be processed at all, which is no channel. */
export const PROCESSING = "processing";
export const CONSENT_STATES = ["granted", "denied", "pending", "expired", "missing"] as const;
export const EVENT_TYPES = [
  "Profile Created",
  "Profile Recognised",
  "Profile Updated",
  "Profile Linked",
  "Profile Unlinked",
  "Profile Id Changed",
  "Profile Erased",
  "Consent Pending",
  "Identity Conflict",
  "Segment Entered",
  "Segment Left",
] as const;

const TITLES: Record<string, string> = common.channels satisfies Record<(typeof CHANNELS)[number] | typeof PROCESSING, string>;

/** "E-mail"; the name itself of a channel that the deployment added. */
export const channelName = (channel: string): string => TITLES[channel] ?? channel;
