import type { ElementShape, PolicyCompiler } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

const WHEN_SHAPE: ElementShape = {
  attributes: { condition: { required: true, expression: true, type: "boolean" } },
  policies: true,
};

/**
 * Runs the first branch whose condition holds.
 * Source: https://learn.microsoft.com/azure/api-management/choose-policy
 */
export const choose: PolicyCompiler = {
  name: "choose",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    children: [
      { name: "when", min: 1, shape: WHEN_SHAPE },
      { name: "otherwise", max: 1, shape: { policies: true } },
    ],
  },
  compile(element, compilation) {
    const { path } = compilation.position;
    const branches = element.children
      .filter((child) => child.name === "when")
      .map((when, index) => ({
        condition: compilation.boolean(when.attributes.get("condition") ?? "", when),
        policies: compilation.nested(when, `${path}\\when[${index + 1}]`),
        count: compilation.arm(when, "when"),
        detail: { branch: `when[${index + 1}]` },
      }));
    const fallback = element.children.find((child) => child.name === "otherwise");
    const otherwise = {
      policies: fallback === undefined ? [] : compilation.nested(fallback, `${path}\\otherwise[1]`),
      count: compilation.arm(fallback ?? element, fallback === undefined ? "no arm" : "otherwise"),
      detail: { branch: "otherwise" },
    };
    const firstThatHolds = (execution: PolicyExecution): (typeof branches)[number] | undefined => {
      for (const branch of branches) {
        if (branch.condition(execution)) {
          return branch;
        }
      }
      return undefined;
    };
    return (execution) => {
      const { policies, count, detail } = firstThatHolds(execution) ?? otherwise;
      count?.();
      execution.trace(detail);
      return execution.run(policies);
    };
  },
};
