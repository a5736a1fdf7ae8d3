import type { AccessFact } from "../../../simulator/access";
import { factOf } from "../../../simulator/access/access-fact";
import { changesOfCaller } from "./one-caller";

/** What changes about a client whose requests to some models may have something. */
function changes(
  before: readonly [models: readonly string[], value: string],
  after: readonly [models: readonly string[], value: string],
): readonly string[] {
  const facts = ([models, value]: typeof before): readonly AccessFact[] => [
    ...models.map((model) => factOf("call", `chat on ${model}`, "allowed")),
    factOf("request", "x", value),
  ];
  return changesOfCaller(facts(before), facts(after));
}

describe("changes of what a request may have", () => {
  it.each([
    ["more", "at most 4", "at most 8", "+"],
    ["less", "at most 8", "at most 4", "-"],
    ["any amount", "at most 8", "any", "+"],
    ["a first thing", "nothing", "mcp", "+"],
    ["one thing less", "auto or default or priority", "auto or default", "-"],
    ["another thing", "mcp", "web_search", "+"],
    ["any version", "2024-10-21", "any or none", "+"],
    ["a bound where none was seen", "no bound seen", "at most 4", "-"],
    ["more of one operation", "at most 4", "at most 8 for chat on a; at most 4 for chat on b", "+"],
    ["what cannot be told", "at most 4", "cannot tell: 500: no", "?"],
  ])("are said of %s", (_, before, after, mark) => {
    const models = ["a", "b"];
    const [only, ...others] = changes([models, before], [models, after]);
    expect(only?.[0]).toBe(mark);
    expect(others).toEqual([]);
  });

  it("are not said of a model that was not there", () => {
    expect(changes([["a"], "at most 5"], [["a", "b"], "at most 4 for chat on b; at most 5 for chat on a"])).toEqual([
      "+ claims may now call chat on b",
    ]);
  });
});
