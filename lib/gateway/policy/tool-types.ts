import type { SecurityControl } from "../../validation";

/**
 * Tools that the client runs itself: the model only says how to call them. `namespace` groups functions, `tool_search`
 * finds tools among those of the request, `shell` runs at the client if its environment is `local`.
 *
 * Source: the types `Tool` and `ResponseInputItem` of the npm package openai 7.59.0
 */
export const CLIENT_TOOLS: readonly string[] = [
  "function",
  "custom",
  "namespace",
  "tool_search",
  "local_shell",
  "shell",
  "apply_patch",
  "computer",
  "computer_use",
  "computer_use_preview",
];

/** The same of chat completions. */
export const CHAT_TOOLS: readonly string[] = ["function", "custom"];

/** A control of APIs that keeps tools of the model service out. */
export type HostedToolControl = Extract<
  SecurityControl,
  "api-remote-content" | "api-stateful-operations" | "api-hosted-tools"
>;

/** Tools that the model service runs, by the control that keeps them out. */
export const HOSTED_TOOLS: Readonly<Record<HostedToolControl, readonly string[]>> = {
  "api-remote-content": [
    "mcp",
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
  ],
  "api-stateful-operations": ["file_search", "code_interpreter"],
  "api-hosted-tools": ["image_generation", "programmatic_tool_calling"],
};

/** @returns the control that keeps a tool out; `undefined`: the client runs it, or nobody here knows it */
export function controlOfTool(type: string): HostedToolControl | undefined {
  const controls = Object.keys(HOSTED_TOOLS) as HostedToolControl[];
  return controls.find((control) => HOSTED_TOOLS[control].includes(type));
}

/** @returns the tools that requests may carry: those of clients, of opt-outs, and those that the API names */
export function allowedTools(
  ofClients: readonly string[],
  optOuts: { has(control: SecurityControl): boolean },
  named: readonly string[] = [],
): readonly string[] {
  const hosted = (Object.keys(HOSTED_TOOLS) as HostedToolControl[]).filter((control) => optOuts.has(control));
  return [...new Set([...ofClients, ...hosted.flatMap((control) => HOSTED_TOOLS[control]), ...named])];
}
