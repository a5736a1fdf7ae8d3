import { DATED_API_VERSIONS, V1_API_VERSIONS } from "../../../../lib/gateway/policy/api-version";
import { AccountFixture } from "../../../simulator/accounts/account-fixture";

const fixture = new AccountFixture();
const BODY = { model: "chat", messages: [{ role: "user", content: "hello" }] };

test.each(DATED_API_VERSIONS)("%s is a version that accounts serve", async (version) => {
  const target = `/openai/deployments/chat/chat/completions?api-version=${version}`;
  expect((await fixture.call(target, { body: BODY })).status).toBe(200);
});

test.each(V1_API_VERSIONS)("%s is a version of the v1 shape that accounts serve", async (version) => {
  expect(
    (await fixture.call(`/openai/v1/chat/completions?api-version=${version}`, { body: BODY })).status,
  ).toBe(200);
});

test("they are in order, each once", () => {
  expect(DATED_API_VERSIONS).toEqual([...new Set(DATED_API_VERSIONS)].sort());
});
