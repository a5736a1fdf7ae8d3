import { Auth } from "../../../lib/auth/auth";
import type { ExactAnswerCache } from "../../../lib/gateway/answer-cache";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { AUDIENCE, BATCH_APP, GatewayStack, TENANT, WEB_APP } from "./gateway-stack";

const CACHE: ExactAnswerCache = { kind: "exact", durationSeconds: 300 };

function api(cache: ExactAnswerCache, clients: readonly string[] = []): GatewayStack {
  const stack = new GatewayStack();
  const gateway = stack.gateway();
  const made = stack.api(gateway, {
    cache,
    auth: Auth.entraId({
      tenantId: TENANT,
      audiences: [AUDIENCE],
      clientApplicationIds: [WEB_APP, BATCH_APP],
    }),
  });
  clients.forEach((name, index) => {
    const application = [WEB_APP, BATCH_APP][index] ?? "";
    gateway.addClient(name, { api: made, identifiedBy: [ClientIdentity.application(application)] });
  });
  return stack;
}

describe("the cache of an API", () => {
  it.each<[Partial<ExactAnswerCache>, RegExp]>([
    [{ kind: "similar" as never }, /cache\.kind must be exact or semantic, got "similar"/],
    [{ durationSeconds: 0 }, /cache\.durationSeconds must be a whole number from 1 to 86400, got 0/],
    [{ durationSeconds: 86_401 }, /cache\.durationSeconds/],
    [{ sharedBy: { "a group": ["web", "batch"] } }, /names of groups in cache\.sharedBy/],
    [{ sharedBy: { support: ["web"] } }, /group 'support' of cache\.sharedBy must have two clients at least/],
    [{ sharedBy: { support: ["web", "web"] } }, /must have two clients at least/],
    [
      { sharedBy: { one: ["web", "batch"], two: ["batch", "other"] } },
      /a client is in one group of cache\.sharedBy at most, got "batch": leave it in 'one' or in 'two'/,
    ],
  ])("is not made with %j", (cache, message) => {
    expect(() => api({ ...CACHE, ...cache })).toThrow(message);
  });

  it("shares with clients that the API has, and with no name that is misspelt", () => {
    const sharedBy = { support: ["web", "batch"] };
    expect(() => api({ ...CACHE, sharedBy }, ["web"]).synthesize()).toThrow(
      /clients in cache\.sharedBy must be clients of the API, got "batch": name some of web/,
    );
    const [policy] = api({ ...CACHE, sharedBy }, ["web", "batch"]).attributes(
      "azurerm_api_management_api_policy",
    );
    expect(String(policy?.xml_content)).toMatch(
      /case &quot;batch&quot;:\s*case &quot;web&quot;: return &quot;group\/support&quot;;/,
    );
  });

  it("cannot be written without its caller", () => {
    // @ts-expect-error: nothing about the key can be said
    const keyed: ExactAnswerCache = { ...CACHE, key: "everybody" };
    expect(keyed.kind).toBe("exact");
  });

  it("leaves an API without one as it is", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway());
    const xml = JSON.stringify(stack.synthesize().json);
    expect(xml).not.toMatch(/answerKey|<cache-/);
  });
});
