import { readCachedTokens } from "../../../../../lib/gateway/policy/steps/cached-tokens";
import { FixedBackend } from "../../../../simulator/support/running-gateway";
import { runOutbound } from "../../../../support/policy-run";

const SPENDING = { workspaceGuid: "w", functionName: "f", limitedClients: [], clientsWithUserBudgets: [] };

async function cachedTokens(
  body: unknown,
  type = "application/json",
  group = "chat",
): Promise<string | undefined> {
  const { variables } = await runOutbound(readCachedTokens({ spending: SPENDING }), {
    answers: new FixedBackend(200, typeof body === "string" ? body : JSON.stringify(body), {
      "content-type": type,
    }),
    variables: { operation: `${group}:dated:json:path:api-version` },
    read: ["routeCachedTokens"],
  });
  return variables.routeCachedTokens;
}

test.each([
  ["of a chat completion", { usage: { prompt_tokens_details: { cached_tokens: 1_024 } } }, "1024"],
  ["of a response", { usage: { input_tokens_details: { cached_tokens: 128 } } }, "128"],
  ["of an answer without details", { usage: { prompt_tokens: 5 } }, ""],
  ["of an answer without usage, whatever else it says", { tools: [{ cached_tokens: 9_000 }] }, ""],
  ["of no JSON", "{", ""],
])("reads what the model still knew %s", async (_what, body, expected) => {
  expect(await cachedTokens(body)).toBe(expected);
});

test("does not read streams, nor embeddings, which are large and know nothing", async () => {
  const body = { usage: { prompt_tokens_details: { cached_tokens: 1_024 } } };
  expect(await cachedTokens(body, "text/event-stream")).toBeUndefined();
  expect(await cachedTokens(body, "application/json", "embeddings")).toBeUndefined();
});

test("an API whose spending nobody asks for reads nothing", () => {
  expect(readCachedTokens({})).toEqual([]);
});
