/* What tracker.js shares with tracker-extras.js. */
export const core = document.currentScript.core;
export const [adopt, anonymousId, context, host, mayTrack, options, plain, record, timestamp] = core;
