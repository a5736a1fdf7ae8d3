import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { listModels } from "../../../../../lib/gateway/policy/steps/model-list";
import { operationModel } from "../../../../simulator/support/gateway-models";
import { answerTo } from "../../../../support/policy-run";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";

const OPERATIONS = openAiOperations(["chat", "models"], ["dated", "v1"]);

async function answer(path: string, access = "0", options: ApiDescriptionOptions = {}): Promise<unknown> {
  const api = apiDescription({ operations: OPERATIONS, ...options });
  const { status, text } = await answerTo({
    inbound: listModels(api, new ClientTable(api)),
    variables: { operation: "models:v1:none:none:api-version", callerAccess: access },
    api: { operations: [operationModel("GET", "/models"), operationModel("GET", "/models/{model}")] },
    target: `/api/${path}`,
  });
  const json = JSON.parse(text) as { readonly refusal?: string };
  return status === 200 ? json : json.refusal;
}

const model = (id: string): object => ({ id, object: "model", created: 0, owned_by: "azure" });

it("lists the deployments of the API in OpenAI's shape, by the names that requests give", async () => {
  expect(await answer("models")).toEqual({ object: "list", data: [model("gpt-4o"), model("Embed")] });
});

it("lists what the caller may use, and what its own accounts host", async () => {
  const clients = [
    { ...application("a", CLIENT), rights: { deployments: ["embed"] } },
    {
      ...application("b", "22222222-2222-4222-8222-222222222229"),
      rights: { routes: [{ name: "GPT-4o", backendId: "oai-swe", memberCount: 1 }] },
    },
  ];
  expect(await answer("models", "1", { clients })).toEqual({ object: "list", data: [model("Embed")] });
  expect(await answer("models", "2", { clients })).toEqual({ object: "list", data: [model("gpt-4o")] });
  expect(await answer("models/gpt-4o", "1", { clients })).toBe("not_found:model-unknown");
});

it("gives one of them, whatever the case of its name, and nothing else", async () => {
  expect(await answer("models/embed")).toEqual(model("Embed"));
  expect(await answer("models/gpt-9")).toBe("not_found:model-unknown");
  expect(await answer("models/gpt-4o,Embed")).toBe("not_found:model-unknown");
});

it("is nothing in an API that publishes no models", () => {
  const api = apiDescription({ operations: openAiOperations(["chat"], ["v1"]) });
  expect(listModels(api, new ClientTable(api))).toEqual([]);
});
