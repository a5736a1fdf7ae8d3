import { OKTA } from "../support/callers";
import { expectRefused, R415 } from "../support/refusal";
import { chat, HELLO, SimulatedEnvironment, statusOf } from "../support/simulation";

const CHAT = chat("assistant");

describe("what a request says of itself", () => {
  let environment: SimulatedEnvironment;
  let headers: { readonly authorization: string };

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(async () => {
    environment.reset();
    headers = await environment.bearer(OKTA);
  });

  test.each(["utf-16", "utf-7", "latin1"])(
    "T-254 a text that the gateway would read in %s, and the service in UTF-8, is refused",
    (charset) => {
      const typed = { ...headers, "content-type": `application/json; charset=${charset}` };
      return expectRefused(environment, R415, CHAT, { headers: typed, body: JSON.stringify(HELLO) });
    },
  );

  test.each([
    "application/json;charset=utf8",
    "application/json; odata.metadata=minimal",
    'APPLICATION/JSON; a="b;c"',
  ])("T-254 %s is JSON, and goes on as such", async (type) => {
    const typed = { ...headers, "content-type": type };
    const call = environment.simulation.call(CHAT, { headers: typed, body: JSON.stringify(HELLO) });
    expect(await statusOf(call)).toBe(200);
    expect(environment.accountRequests()[0]?.headers["content-type"]).toEqual(["application/json"]);
  });
});
