import { searchCombinations } from "../../../simulator/access/combinations";

const ALL = ["token", "other token", "certificate", "key", "header", "other header"].map((kind) => ({
  kind: kind.replace("other ", ""),
  name: kind,
}));

async function searched(open: readonly (readonly string[])[]): Promise<object> {
  const tried: string[] = [];
  const closed = await searchCombinations(ALL, (combination) => {
    const names = combination.map(({ name }) => name);
    tried.push(names.join(" and "));
    return Promise.resolve(open.some((each) => each.join() === names.join()));
  });
  return { tried, closed: closed.map(({ name }) => name) };
}

describe("searchCombinations", () => {
  it("tries what gets in alone with nothing else", async () => {
    const { tried } = (await searched([["key"]])) as { tried: readonly string[] };
    expect(tried.filter((each) => each.includes("key"))).toEqual(["key"]);
  });

  it("tries what gets in with one thing with others as well", async () => {
    expect(await searched([["token", "key"], ["other token", "key"]])).toMatchObject({
      closed: ["certificate", "header", "other header"],
    });
  });

  it("has three kinds of credentials together, and headers beside them", async () => {
    expect(await searched([["token", "certificate", "key", "header", "other header"]])).toMatchObject({
      closed: ["other token"],
    });
  });
});
