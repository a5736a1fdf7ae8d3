import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { checkRequestBody } from "../../../../../lib/gateway/policy/steps/request-body";
import {
  CLIENT_TOOLS,
  HOSTED_TOOLS,
  type HostedToolControl,
} from "../../../../../lib/gateway/policy/tool-types";
import { runInbound } from "../../../../support/policy-run";
import { apiDescription, type ApiDescriptionOptions } from "../api-description";

const REFUSED = "invalid_request:body-tools";
const LOCAL = { type: "shell", environment: { type: "local" } };
const HOSTED = Object.entries(HOSTED_TOOLS).flatMap(([control, types]) =>
  types.map((type) => [type, control as HostedToolControl] as const),
);

async function refusalOf(body: object, options: ApiDescriptionOptions = {}): Promise<string | undefined> {
  const operations = openAiOperations(["chat", "responses"], ["v1"]);
  const { refusal } = await runInbound(checkRequestBody(apiDescription({ operations, ...options })), {
    variables: { operation: "responses:v1:json:body:" },
    call: { method: "POST", body: JSON.stringify({ store: false, ...body }) },
  });
  return refusal;
}

describe("checkTools", () => {
  it.each(CLIENT_TOOLS)("lets the client run %s, which is as harmless as a function", async (type) => {
    const tool = type === "shell" ? LOCAL : { type };
    expect(await refusalOf({ tools: [tool] })).toBeUndefined();
  });

  it.each(HOSTED)("refuses %s, which the service runs, without the opt-out %s", async (type, control) => {
    expect(await refusalOf({ tools: [{ type }] })).toBe(REFUSED);
    expect(await refusalOf({ tools: [{ type }] }, { optOuts: [control] })).toBeUndefined();
    const others = (Object.keys(HOSTED_TOOLS) as HostedToolControl[]).filter((other) => other !== control);
    expect(await refusalOf({ tools: [{ type }] }, { optOuts: others })).toBe(REFUSED);
  });

  it("lets an API name tools that nobody here knows", async () => {
    const tools = [{ type: "browser_at_the_client" }];
    expect(await refusalOf({ tools })).toBe(REFUSED);
    expect(await refusalOf({ tools }, { members: { toolTypes: ["browser_at_the_client"] } })).toBeUndefined();
  });

  it.each([
    ["a container of the service", { environment: { type: "container_auto" } }],
    ["a container of somebody", { environment: { type: "container_reference", container_id: "cntr_1" } }],
    ["what the service chooses", {}],
    ["what the service chooses", { environment: null }],
    ["a name in another case", { ...LOCAL, Environment: { type: "container_auto" } }],
  ])("refuses a shell in %s", async (_, more) => {
    const tools = [{ type: "shell", ...more }];
    expect(await refusalOf({ tools })).toBe(REFUSED);
    expect(await refusalOf({ tools: [{ type: "namespace", name: "n", tools }] })).toBe(REFUSED);
  });

  it("lets a shell into a container where objects may be kept", async () => {
    const tools = [{ type: "shell", environment: { type: "container_auto" } }];
    expect(await refusalOf({ tools }, { optOuts: ["api-stateful-operations"] })).toBeUndefined();
  });

  it.each([
    ["a namespace", { tools: [{ type: "namespace", name: "n", tools: [{ type: "mcp" }] }] }],
    ["a namespace in another case", { tools: [{ type: "namespace", name: "n", Tools: [{ type: "mcp" }] }] }],
    ["an item", { input: [{ type: "additional_tools", role: "developer", tools: [{ type: "mcp" }] }] }],
    ["a search", { input: [{ type: "tool_search_output", tools: [{ type: "web_search" }] }] }],
    [
      "a namespace of an item",
      {
        input: [
          {
            type: "additional_tools",
            role: "developer",
            tools: [{ type: "namespace", name: "n", tools: [{ type: "image_generation" }] }],
          },
        ],
      },
    ],
    [
      "a namespace of a namespace",
      { tools: [{ type: "namespace", tools: [{ type: "namespace", tools: [{ type: "mcp" }] }] }] },
    ],
    ["no list", { tools: { type: "mcp" } }],
    ["no list of an item", { input: [{ type: "additional_tools", role: "developer", tools: "mcp" }] }],
    ["something without a type", { tools: [{ name: "f" }] }],
    ["text", { tools: ["mcp"] }],
  ])("refuses tools of the service in %s", async (_, body) => {
    expect(await refusalOf(body)).toBe(REFUSED);
  });

  it("finds tools of clients wherever they stand", async () => {
    const tools = [{ type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] }, LOCAL];
    const list = { type: "mcp_list_tools", server_label: "s", tools: [{ name: "f", input_schema: {} }] };
    const input = [
      { type: "additional_tools", role: "developer", tools },
      { type: "tool_search_output", tools },
      list,
    ];
    expect(await refusalOf({ tools, input })).toBeUndefined();
    expect(await refusalOf({ tools: null })).toBeUndefined();
  });

  it("knows functions of chats, where nothing else is published", async () => {
    const operations = openAiOperations(["chat"], ["v1"]);
    for (const type of ["function", "custom"]) {
      expect(await refusalOf({ tools: [{ type }] }, { operations })).toBeUndefined();
    }
    expect(await refusalOf({ tools: null }, { operations })).toBeUndefined();
    expect(await refusalOf({ tools: [{ type: "function", Type: "mcp" }] }, { operations })).toBe(REFUSED);
    expect(await refusalOf({ tools: [{ type: "mcp" }] }, { operations })).toBe(REFUSED);
    expect(
      await refusalOf({ tools: [{ type: "mcp" }] }, { operations, optOuts: ["api-remote-content"] }),
    ).toBeUndefined();
    expect(await refusalOf({ tools: [{ type: "x" }] }, { operations, members: { toolTypes: ["x"] } })).toBe(
      undefined,
    );
  });

  it("takes parameters of a function for what they are", async () => {
    const properties = { type: { type: "string" }, tools: { type: "array" }, Type: { type: "string" } };
    const tool = { type: "function", name: "f", parameters: { type: "object", properties } };
    expect(await refusalOf({ tools: [tool] })).toBeUndefined();
  });
});
