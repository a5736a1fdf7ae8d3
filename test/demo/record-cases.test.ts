import { demonstrateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { referenceEnvironmentsFolder } from "../support/environments";
import * as environments from "../support/reference-environments";

test.each(Object.entries(environments))(
  "what calls of %s leave behind is as described",
  async (_, settings) => {
    const { results } = await demonstrateEnvironment(settings, {
      stacks: new ReferenceStacks(referenceEnvironmentsFolder()),
      clientPrograms: false,
      isThorough: true,
      only: ({ how }) => how.startsWith("what is recorded of") || how === "the list of models",
    });
    const failed = results.filter(({ result }) => result !== "ok");
    expect(failed.map(({ target, who, how, got }) => `${target} ${who}: ${how} → ${got}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(4);
  },
);
