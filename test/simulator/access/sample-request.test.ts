import { sampleRequests } from "../../../simulator/access/sample-request";
import type { AccountModel, ApiModel } from "../../../simulator/model";

const API = {
  path: "chat",
  operations: [
    {
      name: "chat-completions-create",
      method: "POST",
      urlTemplate: "/deployments/{deployment-id}/chat/completions",
    },
  ],
} as unknown as ApiModel;
const ACCOUNTS = [
  { deployments: [{ name: "chat", modelName: "gpt-5.4", modelFormat: "OpenAI" }] },
] as unknown as readonly AccountModel[];

const versionIn = (texts: readonly string[]): string | undefined =>
  /api-version=(.*)/.exec(JSON.stringify(sampleRequests(API, ACCOUNTS, texts)))?.[1]?.split('"')[0];

describe("sampleRequests", () => {
  it.each([
    ["the usual one where policies take it among others", ["2024-02-01", "2024-10-21"], "2024-10-21"],
    ["the first that they take, where it is not the usual one", ["2025-04-01-preview"], "2025-04-01-preview"],
    ["the usual one where they name none", ["chat"], "2024-10-21"],
  ])("asks for an API version: %s", (_what, texts, expected) => {
    expect(versionIn(texts)).toBe(expected);
  });

  it.each([
    ["/find?q={q}&op=list", "/chat/find?q=chat&op=list"],
    [
      "/deployments/{deployment-id}/chat/completions?api-version={api-version}",
      "/chat/deployments/chat/chat/completions?api-version=2024-10-21",
    ],
  ])("has what the query of %s must have", (urlTemplate, target) => {
    const api = {
      path: "chat",
      operations: [{ operationId: "o", method: "POST", urlTemplate }],
    } as unknown as ApiModel;
    expect(sampleRequests(api, ACCOUNTS, []).map((request) => request.target)).toEqual([target]);
  });
});
