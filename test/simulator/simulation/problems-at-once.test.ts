import { simulate, StackLoadError } from "../../../simulator";
import { startProblems } from "../../../simulator/cli/start-problems";
import { apiStack, type ApiStackProps } from "../support/api-stack";
import { writeJson } from "../terraform/shown-fixture";
import { OF_GATEWAY } from "../terraform/stack-fixture";

const WRONG = `<policies><inbound><base /><no-such-policy /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;

async function failureOf(stack: ApiStackProps | string): Promise<StackLoadError> {
  const failure: unknown = await simulate(typeof stack === "string" ? stack : apiStack(stack)).then(
    (simulation) => simulation.close(),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StackLoadError);
  return failure as StackLoadError;
}

test("problems of policies are told with those of resources that no policy names", async () => {
  const { problems, unsettled } = await failureOf({
    apiPolicy: WRONG,
    resources: { example_thing: { this: { name: "x" } } },
  });
  expect(problems).toEqual([
    {
      address: "example_thing.this",
      message: "resource type 'example_thing' is not supported by the simulator",
    },
    {
      address: "azurerm_api_management_api_policy.api",
      message: expect.stringMatching(/^inbound, line 1, column \d+: <no-such-policy> /) as string,
    },
  ]);
  expect(unsettled).toEqual([]);
});

test("a document that could not be read has no further problems", async () => {
  const { problems } = await failureOf({ apiPolicy: "${var.nothing}" });
  expect(problems.map(({ address }) => address)).toEqual(["azurerm_api_management_api_policy.api"]);
});

test("what is no stack has no policies that were not read yet", async () => {
  const { unsettled } = await failureOf(writeJson("notes.json", "KEY=REALSECRETKEY"));
  expect(unsettled).toEqual([]);
});

test("where a policy may name what has a problem, it is said that none was read", async () => {
  const failure = await failureOf({
    apiPolicy: WRONG,
    resources: {
      azurerm_api_management_named_value: {
        broken: { ...OF_GATEWAY, name: "broken", display_name: "broken", value: "${var.nothing}" },
      },
    },
  });
  expect(failure.problems.map(({ address }) => address)).toEqual([
    "azurerm_api_management_named_value.broken",
  ]);
  const note =
    "Policies were not read yet, because they may name what is to be mended first: " +
    "azurerm_api_management_named_value.broken";
  expect(failure.message).toMatch(new RegExp(`\n${note.replace(".", "\\.")}$`));
  expect(startProblems(failure)).toMatch(new RegExp(`\n\n${note}\\.$`));
});
