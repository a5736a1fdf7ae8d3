import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { apiStack } from "../support/api-stack";
import { OF_GATEWAY } from "./stack-fixture";

async function problemsOf(template: string, parameters: readonly string[]): Promise<readonly string[]> {
  const operation = {
    ...OF_GATEWAY,
    operation_id: "tried",
    api_name: "api",
    display_name: "tried",
    method: "GET",
    url_template: template,
    template_parameter: parameters.map((name) => ({ name, required: true, type: "string" })),
  };
  const stack = apiStack({ resources: { azurerm_api_management_api_operation: { tried: operation } } });
  const failure: unknown = await loadStacks(stack).then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure instanceof StackLoadError ? failure.problems.map(({ message }) => message) : [];
}

test.each<[string, readonly string[]]>([
  ["/f/{a}/g/{b}", ["a", "b"]],
  ["/f?x={a}", ["a"]],
  ["/f/{*rest}", ["*rest"]],
  ["/f/*", []],
  ["/", []],
])("%s with the parameters %j loads", async (template, parameters) => {
  expect(await problemsOf(template, parameters)).toEqual([]);
});

test.each<[string, readonly string[], string]>([
  ["/f/{a}-{b}", ["a", "b"], "segment '{a}-{b}'"],
  ["/items({id})", ["id"], "segment 'items({id})'"],
  ["/g/{name}.json", ["name"], "segment '{name}.json'"],
  ["/g/a*", [], "segment 'a*'"],
  ["/{*rest}/x", ["*rest"], "goes on after its wildcard"],
  ["/f/{a}", [], "'{a}', which needs a 'template_parameter' block"],
  ["/f", ["a"], "'template_parameter' 'a' is not in 'url_template'"],
])("%s with the parameters %j is refused", async (template, parameters, problem) => {
  expect(await problemsOf(template, parameters)).toEqual([expect.stringContaining(problem)]);
});
