export { OpenAiPlatform } from "./openai-platform";
export type {
  OpenAiPlatformAccountOptions,
  OpenAiPlatformApiOptions,
  OpenAiPlatformProps,
} from "./openai-platform-props";
