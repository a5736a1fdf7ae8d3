/**
 * Days from which Azure answers no more for a model, by model and version. A model that is not listed is served.
 *
 * Source: https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirement-schedule, as of 2026-09-15
 */
const RETIRED: readonly (readonly [day: string, ...models: readonly string[]])[] = [
  ["2025-02-13", "gpt-35-turbo 0301", "gpt-35-turbo 0613"],
  ["2025-04-30", "gpt-35-turbo 0125", "gpt-35-turbo-16k 0613"],
  ["2025-06-06", "gpt-4 0314", "gpt-4 0613", "gpt-4-32k 0314", "gpt-4-32k 0613"],
  ["2025-07-14", "gpt-4.5-preview 2025-02-27"],
  ["2026-05-13", "gpt-5-chat 2025-10-03", "gpt-5.2-chat 2025-12-11"],
  [
    "2026-06-29",
    "gpt-5-chat 2025-08-07",
    "gpt-5.1-chat 2025-11-13",
    "gpt-5.2-chat 2026-02-10",
    "gpt-5.3-chat 2026-03-03",
  ],
  ["2026-10-01", "gpt-4o 2024-05-13", "o3-mini 2025-01-31"],
  ["2026-10-14", "gpt-4.1-nano 2025-04-14"],
  ["2026-10-15", "gpt-4o-transcribe 2025-03-20", "gpt-4o-mini-transcribe 2025-03-20"],
  ["2026-10-16", "o4-mini 2025-04-16"],
  ["2026-10-21", "o1 2024-12-17", "o1-pro 2025-03-19", "o3 2025-04-16"],
  ["2026-10-23", "gpt-image-1 2025-04-15"],
  ["2026-11-15", "codex-mini 2025-05-16"],
  ["2026-12-15", "whisper 001", "tts 001", "tts-hd 001"],
  ["2027-02-09", "gpt-5 2025-08-07", "gpt-5-mini 2025-08-07", "gpt-5-nano 2025-08-07"],
  [
    "2027-04-14",
    "gpt-4.1 2025-04-14",
    "gpt-4.1-mini 2025-04-14",
    "gpt-4o 2024-08-06",
    "gpt-4o 2024-11-20",
    "gpt-4o-mini 2024-07-18",
  ],
  ["2027-05-15", "gpt-5.1 2025-11-13"],
  ["2027-06-08", "gpt-5.2 2025-12-11"],
  ["2027-06-16", "gpt-image-1.5 2025-12-16"],
  ["2027-09-02", "gpt-5.4 2026-03-05"],
  ["2027-09-21", "gpt-5.4-mini 2026-03-17", "gpt-5.4-nano 2026-03-17"],
  ["2027-10-21", "gpt-image-2 2026-04-21"],
];

/** Milliseconds since the epoch from which a model is retired, by model and version. */
const RETIRED_SINCE: ReadonlyMap<string, number> = new Map(
  RETIRED.flatMap(([day, ...models]) => models.map((model) => [model, Date.parse(day)] as const)),
);

/** Whether Azure no longer serves a version of a model. @param now milliseconds since the epoch */
export function isRetired(modelName: string, modelVersion: string, now: number): boolean {
  return now >= (RETIRED_SINCE.get(`${modelName} ${modelVersion}`) ?? Infinity);
}
