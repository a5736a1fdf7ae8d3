import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import * as environments from "../../environments";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { AS_OF } from "../support/environments";
import { prod } from "../support/reference-environments";
import { readStacks, type SynthesizedStack } from "../support/synthesized-stack";

function synthesized(settings: EnvironmentSettings): SynthesizedStack {
  const app = Testing.stubVersion(new App({ outdir: mkdtempSync(join(tmpdir(), "gateway-stack-")) }));
  addEnvironmentStacks(app, settings, AS_OF);
  app.synth();
  return readStacks(app.outdir).get(settings.name) as SynthesizedStack;
}

test("a client's settings name the accounts that answer it, in its own order of preference", () => {
  const [client, ...others] = prod.clients ?? [];
  if (!client) {
    throw new Error("prod has no clients");
  }
  const backends = [
    { account: "payg-swedencentral", priority: 1 },
    { account: "payg-westeurope", priority: 2 },
  ];
  const stack = synthesized({ ...prod, clients: [{ ...client, backends }, ...others] });
  const pools = stack.ofType("azapi_resource").map(({ attributes }) => attributes.name as string);
  expect(pools).toContainEqual(
    expect.stringMatching(/^assistant-chat-pool-oai-aigw-prod-swedencentral-payg-e92-1-100/),
  );
});

/** Warnings of a stack that are not about opt-outs. */
function warnings(settings: EnvironmentSettings): readonly string[] {
  const app = Testing.stubVersion(new App({ outdir: mkdtempSync(join(tmpdir(), "gateway-stack-")) }));
  addEnvironmentStacks(app, settings, AS_OF);
  app.synth();
  return app.node
    .findAll()
    .flatMap(({ node }) => node.metadata.map(({ data }) => String(data)))
    .filter((text) => text.startsWith("clients may take"));
}

test.each(Object.values(environments))(
  "clients of $name may take no more than its deployments have",
  (settings) => expect(warnings(settings)).toEqual([]),
);

test("whoever gives clients more than a deployment has is told by how much, and what to do", () => {
  const clients = (prod.clients ?? []).map((client) =>
    client.name === "northwind" ? { ...client, tokensPerMinute: 90_000 } : client,
  );
  expect(warnings({ ...prod, clients })).toEqual([
    expect.stringMatching(
      /^clients may take 100000 tokens per minute of deployment 'chat-partners', which has 80000 at .*: raise its capacity/,
    ),
  ]);
});
