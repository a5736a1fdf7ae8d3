import { AccountFixture, deployment } from "./account-fixture";

test("a deployment answers until its model is retired", async () => {
  const fixture = new AccountFixture({
    deployments: [
      { ...deployment("images", "gpt-image-1"), modelVersion: "2025-04-15" },
      { ...deployment("newer", "gpt-image-2"), modelVersion: "2026-04-21" },
    ],
  });
  const generate = async (name: string): Promise<readonly [number, unknown]> => {
    const target = `/openai/deployments/${name}/images/generations?api-version=2024-10-21`;
    const { status, json } = await fixture.call(target, { body: { prompt: "x" } });
    return [status, (json as { error?: { code: string } }).error?.code];
  };
  expect(await generate("images")).toEqual([200, undefined]);
  fixture.clock.advance(Date.parse("2026-10-23") - fixture.clock.now());
  expect(await generate("images")).toEqual([410, "ModelDeprecated"]);
  expect(await generate("newer")).toEqual([200, undefined]);
});
