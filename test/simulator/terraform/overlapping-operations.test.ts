import { loadStacks } from "../../../simulator/terraform";
import { apiStack } from "../support/api-stack";

async function told(...operations: readonly string[]): Promise<readonly string[]> {
  const { assumptions = [] } = await loadStacks(apiStack({ operations }));
  return assumptions;
}

test("which of two operations answers what fits both is told, where neither fits less than the other", async () => {
  expect(await told("GET /q?a={a}", "GET /q?op=admin", "POST /q?b={b}", "GET /p?b={b}")).toEqual([
    "azurerm_api_management_api_operation.operation-0 and azurerm_api_management_api_operation.operation-1: a request " +
      "may fit 'GET /q?a={a}' and 'GET /q?op=admin', and which of them answers is not documented; taken is the one " +
      "with more fixed values, then with more parameters, then the first of the alphabet",
  ]);
});

test("a fixed value and a parameter of one name do not contradict each other", async () => {
  expect(await told("GET /q?op=list", "GET /q?op={op}&b={b}")).toHaveLength(1);
});

test.each([
  ["whose queries contradict each other", ["GET /q?op=list", "GET /q?op=get"]],
  [
    "of which one demands what the other does, and more",
    ["GET /q?a={a}&op=list", "GET /q?op={op}", "GET /q"],
  ],
  ["of which one demands less than the other behind it", ["GET /q?op={op}", "GET /q?a={a}&op=list"]],
  ["of other paths", ["GET /q/list?a={a}", "GET /q/{id}?b={b}"]],
])("nothing is told of operations %s", async (_what, operations) => {
  expect(await told(...operations)).toEqual([]);
});
