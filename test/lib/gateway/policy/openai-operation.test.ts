import {
  OPENAI_OPERATION_GROUPS,
  OPENAI_OPERATIONS,
  openAiOperations,
  STATEFUL_OPERATION_GROUPS,
} from "../../../../lib/gateway/policy/openai-operation";
import { NAME_RULES } from "../../../../lib/private/name-rules";

test("chat is the dated path with the deployment, and the v1 path with the deployment in the body", () => {
  expect(
    openAiOperations(["chat"], ["dated", "v1"]).map(({ id, method, urlTemplate, deploymentIn }) => [
      id,
      method,
      urlTemplate,
      deploymentIn,
    ]),
  ).toEqual([
    ["chat-completions-create", "POST", "/deployments/{deployment-id}/chat/completions", "path"],
    ["v1-chat-completions-create", "POST", "/v1/chat/completions", "body"],
  ]);
});

test("every operation exists in both URL families", () => {
  const urls = (shape: string): readonly string[] =>
    OPENAI_OPERATIONS.filter((operation) => operation.shape === shape).map(
      ({ method, urlTemplate }) =>
        `${method} ${urlTemplate.replace(/^\/(v1|deployments\/\{deployment-id\})(?=\/)/, "")}`,
    );
  expect(urls("v1")).toEqual(urls("dated"));
  expect(urls("v1")).toEqual(
    expect.arrayContaining(["POST /images/edits", "POST /audio/transcriptions", "POST /completions"]),
  );
});

test("no operation is a wildcard", () => {
  expect(OPENAI_OPERATIONS.filter(({ urlTemplate }) => urlTemplate.includes("*"))).toEqual([]);
});

test("ids are unique and valid names of API Management operations", () => {
  const ids = OPENAI_OPERATIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !NAME_RULES.apiManagementChild.pattern.test(id))).toEqual([]);
});

test("no two operations answer the same method and URL", () => {
  const urls = OPENAI_OPERATIONS.map(
    ({ method, urlTemplate }) => `${method} ${urlTemplate.replace(/\{[^}]+\}/g, "{}")}`,
  );
  expect(new Set(urls).size).toBe(urls.length);
});

test("the template parameters are exactly the names in braces", () => {
  const step = OPENAI_OPERATIONS.find(({ id }) => id === "vector-store-files-get");
  expect(step?.templateParameters).toEqual(["vector_store_id", "file_id"]);
});

test("the deployment is a parameter of every path that names one, and of no other", () => {
  const named = OPENAI_OPERATIONS.filter(({ templateParameters }) =>
    templateParameters.includes("deployment-id"),
  );
  expect(named).toEqual(OPENAI_OPERATIONS.filter(({ deploymentIn }) => deploymentIn === "path"));
});

test("api-version is required in the dated shape and optional in v1", () => {
  const required = OPENAI_OPERATIONS.filter(({ queryParameters }) =>
    queryParameters.some(({ name, required }) => name === "api-version" && required),
  );
  expect(required).toEqual(OPENAI_OPERATIONS.filter(({ shape }) => shape === "dated"));
});

test("groups whose objects are shared by all clients are stateful; those that run a model are not", () => {
  expect(STATEFUL_OPERATION_GROUPS).toEqual(["stored-responses", "files", "batches", "vector-stores"]);
  expect(OPENAI_OPERATION_GROUPS.filter((group) => !STATEFUL_OPERATION_GROUPS.includes(group))).toEqual([
    "chat",
    "completions",
    "embeddings",
    "images",
    "audio",
    "responses",
    "models",
  ]);
});

test("the order of the groups asked for does not change the order of the operations", () => {
  expect(openAiOperations(["embeddings", "chat"], ["v1", "dated"])).toEqual(
    openAiOperations(["chat", "embeddings"], ["dated", "v1"]),
  );
});

test("the Assistants API, which ended, is not published", () => {
  const published = OPENAI_OPERATIONS.map(({ urlTemplate }) => urlTemplate).join("\n");
  expect(published).not.toMatch(/assistants|threads/);
});

test("management of models is not published: fine-tuning, evaluations, containers, real-time sockets", () => {
  const published = OPENAI_OPERATIONS.map(({ urlTemplate }) => urlTemplate).join("\n");
  expect(published).not.toMatch(/fine_tuning|evals|containers|realtime/);
});
