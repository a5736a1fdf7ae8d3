import { Annotations } from "cdktf";
import type { IConstruct } from "constructs";
import { checkedDay, type Problems, SynthesisDate } from "../validation";

/**
 * Day of Microsoft's schedule that {@link MODELS} is taken from. What was retired on that day is so without a
 * `SynthesisDate`, too.
 */
const SCHEDULE_DATE = "2026-09-15";

/** `closed`: Azure takes no deployment from those who never had one (Microsoft: legacy, deprecated, retired). */
type Stage = "open" | "closed";

/** Models, versions, stage, day from which calls fail at the earliest, and what to deploy instead. */
type ModelRow = readonly [
  models: string,
  versions: string,
  stage: Stage,
  retires: string,
  replacement?: string,
];

const CHAT = "gpt-5.4 2026-03-05";
const SMALL_CHAT = "gpt-5.4-mini 2026-03-17";
const IMAGES = "gpt-image-2 2026-04-21";
const TRANSCRIPTION = "gpt-4o-mini-transcribe 2025-12-15";
const SPEECH = "gpt-4o-mini-tts 2025-12-15";
const REALTIME = "gpt-realtime-1.5 2026-02-23";
const AUDIO = "gpt-audio-1.5 2026-02-23";
const CODE = "gpt-5.3-codex 2026-02-24";
const EMBEDDINGS = "text-embedding-3-large 1";

/**
 * OpenAI's models in Azure's public cloud. Where Microsoft names no replacement, or one that is closed itself, it is the
 * model of the same purpose that retires last; none if there is no later one.
 *
 * Source: https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirement-schedule
 */
const MODELS: readonly ModelRow[] = [
  ["gpt-35-turbo gpt-35-turbo-16k", "0301 0613 0125", "closed", "2025-04-30", SMALL_CHAT],
  ["gpt-4 gpt-4-32k", "0314 0613", "closed", "2025-06-06", CHAT],
  ["gpt-4.5-preview", "2025-02-27", "closed", "2025-07-14", CHAT],
  ["gpt-4o", "2024-05-13", "closed", "2026-10-01", CHAT],
  ["gpt-4o", "2024-08-06 2024-11-20", "closed", "2027-04-14", CHAT],
  ["gpt-4o-mini", "2024-07-18", "closed", "2027-04-14", SMALL_CHAT],
  ["gpt-4.1", "2025-04-14", "closed", "2027-04-14", CHAT],
  ["gpt-4.1-mini", "2025-04-14", "closed", "2027-04-14", SMALL_CHAT],
  ["gpt-4.1-nano", "2025-04-14", "closed", "2026-10-14", "gpt-5.4-nano 2026-03-17"],
  ["gpt-5", "2025-08-07", "open", "2027-02-09", CHAT],
  ["gpt-5-mini", "2025-08-07", "open", "2027-02-09", SMALL_CHAT],
  ["gpt-5-nano", "2025-08-07", "open", "2027-02-09", "gpt-5.4-nano 2026-03-17"],
  ["gpt-5-pro", "2025-10-06", "open", "2027-04-07", "gpt-5.4-pro 2026-03-05"],
  ["gpt-5-chat gpt-5.1-chat gpt-5.2-chat gpt-5.3-chat", "*", "closed", "2026-06-29", CHAT],
  ["gpt-chat-latest", "2026-05-05", "open", "2026-08-05", CHAT],
  ["gpt-chat-latest", "2026-05-28", "open", "2026-08-28", CHAT],
  ["gpt-chat-latest", "2026-06-24", "open", "2026-09-24", CHAT],
  ["gpt-chat-latest", "2026-08-06", "open", "2026-12-02", CHAT],
  ["gpt-5.1", "2025-11-13", "open", "2027-05-15", CHAT],
  ["gpt-5.2", "2025-12-11", "open", "2027-06-08", CHAT],
  ["gpt-5.4", "2026-03-05", "open", "2027-09-02", "gpt-5.5 2026-04-24"],
  ["gpt-5.4-pro", "2026-03-05", "open", "2027-09-07"],
  ["gpt-5.4-mini gpt-5.4-nano", "2026-03-17", "open", "2027-09-21"],
  ["gpt-5.5", "2026-04-24", "open", "2027-10-26", "gpt-5.6-sol 2026-07-09"],
  ["gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra", "2026-07-09", "open", "2028-01-11"],
  ["codex-mini", "2025-05-16", "closed", "2026-11-15", CODE],
  ["gpt-5-codex", "2025-09-15", "open", "2027-03-17", CODE],
  ["gpt-5.1-codex gpt-5.1-codex-mini", "2025-11-13", "open", "2027-05-15", CODE],
  ["gpt-5.1-codex-max", "2025-12-04", "open", "2027-05-18", CODE],
  ["gpt-5.2-codex", "2026-01-14", "open", "2027-07-13", CODE],
  ["gpt-5.3-codex", "2026-02-24", "open", "2027-08-24"],
  ["o1-preview", "2024-09-12", "closed", "2025-07-28", CHAT],
  ["o1-mini", "2024-09-12", "closed", "2025-10-27", SMALL_CHAT],
  ["o1", "2024-12-17", "closed", "2026-10-21", "gpt-5.6-sol 2026-07-09"],
  ["o1-pro", "2025-03-19", "open", "2026-10-21", "gpt-5.6-sol 2026-07-09"],
  ["o3", "2025-04-16", "open", "2026-10-21", "gpt-5.6-sol 2026-07-09"],
  ["o3-mini", "2025-01-31", "closed", "2026-10-01", SMALL_CHAT],
  ["o3-pro", "2025-06-10", "open", "2026-12-17", "gpt-5.4-pro 2026-03-05"],
  ["o3-deep-research", "2025-06-26", "open", "2026-12-26", CHAT],
  ["o4-mini", "2025-04-16", "closed", "2026-10-16", SMALL_CHAT],
  ["dall-e-2", "2.0", "closed", "2025-01-27", IMAGES],
  ["gpt-image-1", "2025-04-15", "open", "2026-10-23", IMAGES],
  ["gpt-image-1-mini", "2025-10-06", "open", "2027-04-07", IMAGES],
  ["gpt-image-1.5", "2025-12-16", "open", "2027-06-16", IMAGES],
  ["gpt-image-2", "2026-04-21", "open", "2027-10-21"],
  ["sora-2", "2025-10-06", "open", "2026-07-15"],
  ["sora-2", "2025-12-08", "open", "2026-10-15"],
  ["gpt-4o-transcribe", "2025-03-20", "open", "2026-10-15", TRANSCRIPTION],
  ["gpt-4o-transcribe-diarize", "2025-10-15", "open", "2027-04-15"],
  ["gpt-4o-mini-transcribe", "2025-03-20", "open", "2026-10-15", TRANSCRIPTION],
  ["gpt-4o-mini-transcribe", "2025-12-15", "open", "2027-06-15"],
  ["gpt-4o-mini-tts", "2025-03-20", "open", "2026-10-15", SPEECH],
  ["gpt-4o-mini-tts", "2025-12-15", "open", "2027-06-15"],
  ["whisper", "001", "open", "2026-12-15", TRANSCRIPTION],
  ["tts", "001", "open", "2026-12-15", SPEECH],
  ["tts-hd", "001", "open", "2026-12-15", SPEECH],
  ["gpt-audio", "2025-08-28", "open", "2027-03-02", AUDIO],
  ["gpt-audio-mini", "2025-10-06", "open", "2027-04-06", "gpt-audio-mini 2025-12-15"],
  ["gpt-audio-mini", "2025-12-15", "open", "2027-06-15", AUDIO],
  ["gpt-audio-1.5", "2026-02-23", "open", "2027-08-24"],
  ["gpt-realtime", "2025-08-28", "open", "2027-03-02", REALTIME],
  ["gpt-realtime-mini", "2025-10-06", "open", "2027-04-06", "gpt-realtime-mini 2025-12-15"],
  ["gpt-realtime-mini", "2025-12-15", "open", "2027-06-15", REALTIME],
  ["gpt-realtime-1.5", "2026-02-23", "open", "2027-08-24"],
  ["gpt-realtime-2", "2026-05-06", "open", "2026-08-31", REALTIME],
  ["gpt-realtime-2.1 gpt-realtime-2.1-mini", "2026-07-07", "open", "2027-06-25", REALTIME],
  ["text-embedding-3-large text-embedding-3-small", "1", "open", "2028-02-09"],
  ["text-embedding-ada-002", "1 2", "open", "2028-02-09", EMBEDDINGS],
];

/** Days before a retirement from which synthesis warns: Azure announces it 60 days before, and a move takes longer. */
const WARNING_DAYS = 90;
const MILLISECONDS_PER_DAY = 86_400_000;

/** @internal What is judged of a deployment. */
export interface DeployedModel {
  readonly name: string;
  readonly model: string;
  readonly modelVersion: string;
  readonly retiresOn?: string;
}

/** @internal Adds the problem that Azure has retired the model. */
export function checkLifecycle(problems: Problems, scope: IConstruct, deployed: DeployedModel): void {
  const { name, model, modelVersion, retiresOn } = deployed;
  if (retiresOn !== undefined && checkedDay(problems, "retiresOn", retiresOn) === undefined) {
    return;
  }
  const life = lifeOf(deployed);
  problems.check(life === undefined || daysLeft(scope, life.retires) > 0, {
    rule: `deployment '${name}' must be of a model that Azure still serves, and this one retired on ${life?.retires}`,
    value: `${model} ${modelVersion}`,
    remedy:
      `deploy ${instead(life)}; if 'az cognitiveservices model list' has a later date under deprecation.inference, ` +
      "give it as retiresOn",
  });
}

/** @internal Warns of a model that goes soon, or that Azure no longer deploys for everybody. */
export function warnOfRetirement(scope: IConstruct, deployed: DeployedModel): void {
  const life = lifeOf(deployed);
  if (life === undefined) {
    return;
  }
  const days = daysLeft(scope, life.retires);
  const closed = life.stage === "closed";
  if (days > 0 && (closed || days <= WARNING_DAYS)) {
    Annotations.of(scope).addWarning(
      `deployment '${deployed.name}': ${deployed.model} ${deployed.modelVersion} retires on ${life.retires}, in ` +
        `${days} days${closed ? ", and cannot be deployed by those who have not done so before" : ""}. ` +
        `Deploy ${instead(life)} under another name, and move clients to it`,
    );
  }
}

interface Life {
  readonly stage: Stage;
  readonly retires: string;
  readonly replacement?: string;
}

/** What is known of a model; nothing of one that is newer than the table, or of another publisher. */
function lifeOf({ model, modelVersion, retiresOn }: DeployedModel): Life | undefined {
  const row = MODELS.find(
    ([models, versions]) =>
      models.split(" ").includes(model) && (versions === "*" || versions.split(" ").includes(modelVersion)),
  );
  if (row === undefined) {
    return retiresOn === undefined ? undefined : { stage: "open", retires: retiresOn };
  }
  const [, , stage, retires, replacement] = row;
  return { stage, retires: retiresOn ?? retires, replacement };
}

function instead({ replacement }: Partial<Life> = {}): string {
  return replacement ?? "a model that 'az cognitiveservices model list' calls generally available";
}

function daysLeft(scope: IConstruct, retires: string): number {
  const today = SynthesisDate.tryOf(scope) ?? new Date(SCHEDULE_DATE);
  return Math.ceil((new Date(retires).getTime() - today.getTime()) / MILLISECONDS_PER_DAY);
}
