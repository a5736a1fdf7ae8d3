import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const show = (expression: string): string =>
  `<set-header name="x-seen"><value>@(${expression})</value></set-header>`;

async function seen(value: string, expression: string): Promise<readonly string[] | undefined> {
  const inbound = `<set-variable name="v" value="${value}" />${show(expression)}`;
  const gateway = await PolicyGateway.start({ inbound });
  await gateway.call();
  return gateway.forwardedHeaders["x-seen"];
}

describe("set-variable", () => {
  it("stores a literal as text", async () => {
    expect(await seen("7", `((string)context.Variables["v"]).Length.ToString()`)).toEqual(["1"]);
  });

  it("keeps the C# type of an expression", async () => {
    expect(await seen("@(7 / 2)", `((int)context.Variables["v"] + 1).ToString()`)).toEqual(["4"]);
  });

  it("refuses an expression for a name", async () => {
    const inbound = `<set-variable name="@(&quot;v&quot;)" value="1" />`;
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining("takes no policy expression")]);
  });
});
