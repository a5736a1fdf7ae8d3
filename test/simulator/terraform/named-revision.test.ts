import {
  apiName,
  namedRevision,
  revisionOfChild,
  writtenName,
} from "../../../simulator/terraform/named-revision";

const SERVICE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-x";

test.each([
  ["models", { api: "models" }],
  ["models;rev=2", { api: "models", revision: "2" }],
  ["Models;REV=2", { api: "Models", revision: "2" }],
  [`${SERVICE}/apis/models`, { api: "models" }],
  [`${SERVICE}/apis/models;rev=12/operations/chat`, { api: "models", revision: "12" }],
])("%s names %j", (text, expected) => {
  expect(namedRevision(text)).toEqual(expected);
  expect(apiName(text)).toBe(expected.api);
});

test("a name is written as ids have it", () => {
  expect(writtenName({ api: "models" })).toBe("models");
  expect(writtenName({ api: "models", revision: "2" })).toBe("models;rev=2");
});

test.each([
  ["the id of its own API alone", "models", `${SERVICE}/apis/Models;rev=2`, { api: "models", revision: "2" }],
  ["no id of another API", "models", `${SERVICE}/apis/other;rev=2`, { api: "models" }],
  ["the argument before the id", "models;rev=2", `${SERVICE}/apis/models`, { api: "models", revision: "2" }],
  ["the argument where there is no id", "models", undefined, { api: "models" }],
])("a child's revision is told by %s", (_what, argument, id, expected) => {
  expect(revisionOfChild(argument, id)).toEqual(expected);
});
