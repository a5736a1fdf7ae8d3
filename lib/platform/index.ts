/**
 * A gateway with everything that it stands on, in one construct: `OpenAiPlatform`.
 *
 * @packageDocumentation
 */
export { OpenAiPlatform } from "./openai-platform";
export type {
  OpenAiPlatformAccountOptions,
  OpenAiPlatformAlertOptions,
  OpenAiPlatformApiOptions,
  OpenAiPlatformProps,
  OpenAiPlatformQueueOptions,
  OpenAiPlatformSemanticCacheOptions,
} from "./openai-platform-props";
