import { readFileSync } from "node:fs";
import { join } from "node:path";
import { simulate } from "../../simulator";
import { ROOT, run, samples } from "./samples";

const TENANT = "11111111-1111-4111-8111-111111111111";
const [program = ""] = samples("README.md");

describe("the smallest program", () => {
  it("has 20 lines at most", () => {
    expect(program.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  });

  it("is what README shows first, too", () => {
    const [, first] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
    expect(first).toBe(program);
  });

  it("answers the application that it names", async () => {
    const simulation = await simulate(run(program));
    try {
      const now = Math.floor(simulation.clock.now() / 1000);
      const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
      const token = await simulation.issueToken({
        issuer,
        claims: {
          iss: issuer,
          aud: "22222222-2222-4222-8222-222222222222",
          azp: "33333333-3333-4333-8333-333333333333",
          tid: TENANT,
          ver: "2.0",
          scp: "Models.Invoke",
          sub: "user",
          iat: now,
          nbf: now,
          exp: now + 600,
        },
      });
      const { status } = await simulation.call(
        "/assistant/openai/deployments/chat/chat/completions?api-version=2024-10-21",
        {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: { messages: [{ role: "user", content: "Hello" }] },
        },
      );
      expect(status).toBe(200);
    } finally {
      await simulation.close();
    }
  });
});
