import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { checkRequestBody } from "../../../../../lib/gateway/policy/steps/request-body";
import { csharp } from "../../../../../lib/policy/csharp";
import { setVariable } from "../../../../../lib/policy/elements/set-variable";
import { PolicyExpression } from "../../../../../lib/policy/policy-expression";
import { runInbound } from "../../../../support/policy-run";
import { apiDescription, type ApiDescriptionOptions } from "../api-description";

const MISSING = "invalid_request:body-store-missing";
const STORED = "invalid_request:body-stored-objects";
const ALWAYS = { members: { responseStore: "always-false" } } as const;

/** The body as it goes on, or why it does not. */
async function forwarded(
  body: string,
  options: ApiDescriptionOptions = {},
  group = "responses",
): Promise<string | undefined> {
  const operations = openAiOperations(["chat", "responses"], ["v1"]);
  const seen = setVariable(
    "seen",
    PolicyExpression.of(csharp`context.Request.Body.As<string>(preserveContent: true)`),
  );
  const policies = [...checkRequestBody(apiDescription({ operations, ...options })), seen];
  const { refusal, variables } = await runInbound(policies, {
    variables: { operation: `${group}:v1:json:body:` },
    call: { method: "POST", body },
    read: ["seen"],
  });
  return refusal ?? variables.seen;
}

describe("writeStore", () => {
  it.each([
    ['{"model":"chat"}', '{"store":false,"model":"chat"}'],
    ["{}", '{"store":false}'],
    ['\r\n { "model": "chat" }', '\r\n {"store":false, "model": "chat" }'],
    ['{"at":"2026-01-01T00:00:00.000Z","n":1}', '{"store":false,"at":"2026-01-01T00:00:00.000Z","n":1}'],
    ['{"metadata":{"store":"true"}}', '{"store":false,"metadata":{"store":"true"}}'],
    ['{"a":1,\t"store" :\n null, "b":"é"}', '{"a":1,\t"store":false, "b":"é"}'],
    ['{"store":null,"input":"x, \\"store\\": null"}', '{"store":false,"input":"x, \\"store\\": null"}'],
    ['{"input":"{\\"store\\":true}"}', '{"store":false,"input":"{\\"store\\":true}"}'],
  ])("says that %j stores nothing, and leaves every other character", async (sent, received) => {
    expect(await forwarded(sent)).toBe(received);
  });

  it.each(['{ "store": false }', '{"store":false,"at":"2026-01-01T00:00:00Z"}'])(
    "leaves %j as it came",
    async (body) => {
      expect(await forwarded(body)).toBe(body);
      expect(await forwarded(body, ALWAYS)).toBe(body);
    },
  );

  it("writes nothing into a chat", async () => {
    expect(await forwarded('{"messages":[]}', {}, "chat")).toBe('{"messages":[]}');
    expect(await forwarded('{"store":true}', ALWAYS, "chat")).toBe(STORED);
  });

  it.each([
    '{"st\\u006fre":null}',
    '{"store":null,"metadata":{"store":null}}',
    '{"st\\u006fre":null,"metadata":{"store":null}}',
    '{"metadata":{"store":null},"s\\u0074ore":null}',
  ])("refuses %j, where it cannot tell which one to write", async (body) => {
    expect(await forwarded(body)).toBe(MISSING);
  });

  it.each(['{"store":true}', '{"store":"true"}', '{"store":"False"}', '{"store":0}', '{"store":[]}'])(
    "refuses %j",
    async (body) => {
      expect(await forwarded(body)).toBe(STORED);
    },
  );

  it("overrules a client that cannot be told otherwise", async () => {
    expect(await forwarded('{"store": true, "a": 1}', ALWAYS)).toBe('{"store":false, "a": 1}');
    expect(await forwarded('{"a":1}', ALWAYS)).toBe('{"store":false,"a":1}');
    expect(await forwarded('{"store":"true"}', ALWAYS)).toBe(STORED);
    expect(await forwarded('{"st\\u006fre":true}', ALWAYS)).toBe(MISSING);
    expect(await forwarded('{"store":true,"metadata":{"store":true}}', ALWAYS)).toBe(MISSING);
    expect(await forwarded('{"st\\u006fre":true,"metadata":{"store":true}}', ALWAYS)).toBe(MISSING);
    expect(await forwarded('{"background":true}', ALWAYS)).toBe(STORED);
    expect(await forwarded('{"previous_response_id":"r","store":true}', ALWAYS)).toBe(STORED);
  });

  it("has clients say it where the API wants that", async () => {
    const options = { members: { responseStore: "must-be-false" } } as const;
    expect(await forwarded('{"store":false}', options)).toBe('{"store":false}');
    expect(await forwarded("{}", options)).toBe(MISSING);
    expect(await forwarded('{"store":null}', options)).toBe(MISSING);
    expect(await forwarded('{"store":true}', options)).toBe(STORED);
  });

  it("leaves it to the client where objects may be kept", async () => {
    const options = { optOuts: ["api-stateful-operations"] } as const;
    expect(await forwarded("{}", options)).toBe("{}");
    expect(await forwarded('{"store":true}', options)).toBe('{"store":true}');
  });
});
