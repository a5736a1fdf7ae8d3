import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { checkRequestBody } from "../../../../../lib/gateway/policy/steps/request-body";
import { csharp } from "../../../../../lib/policy/csharp";
import { setVariable } from "../../../../../lib/policy/elements/set-variable";
import { PolicyExpression } from "../../../../../lib/policy/policy-expression";
import { runInbound } from "../../../../support/policy-run";
import { valuesOf } from "../../../../support/policy-xml";
import { apiDescription, type ApiDescriptionOptions } from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function verdict(options: ApiDescriptionOptions = {}): string {
  return valuesSet(parsed(checkRequestBody(apiDescription(options))), "refusal")[0] ?? "";
}

/** What becomes of a chat request with this body. */
async function refusalOf(
  body: object,
  options: ApiDescriptionOptions = {},
  group = "chat",
): Promise<string | undefined> {
  const { refusal } = await runInbound(checkRequestBody(apiDescription(options)), {
    variables: { operation: `${group}:dated:json:path:` },
    call: { method: "POST", body: JSON.stringify(body) },
  });
  return refusal;
}

/** The pattern for strings as the policy has it, for JavaScript: `\\z` is the end of the text. */
function stringPattern(): RegExp {
  const [, literal = '""'] = /Regex\.Replace\(text, ("(?:[^"\\]|\\.)*"), /.exec(verdict()) ?? [];
  // Escapes of C# that JSON has too.
  const pattern = JSON.parse(literal) as string;
  return new RegExp(pattern.replaceAll("\\z", "(?![^])"), "y");
}

/** Every text over an alphabet, up to a length. */
function textsOver(alphabet: readonly string[], length: number): readonly string[] {
  if (length === 0) {
    return [""];
  }
  const shorter = textsOver(alphabet, length - 1);
  return [
    ...shorter,
    ...shorter
      .filter((text) => text.length === length - 1)
      .flatMap((text) => alphabet.map((each) => text + each)),
  ];
}

describe("checkRequestBody", () => {
  it("finds a string at every quotation mark, so that none is searched again from the next one", () => {
    const pattern = stringPattern();
    const failures = textsOver(['"', "\\", "a", "\n"], 7).flatMap((text) =>
      [...text.matchAll(/"/g)].filter(({ index }) => {
        pattern.lastIndex = index;
        return !pattern.test(text);
      }),
    );
    expect(failures).toEqual([]);
  });

  it.each([
    ['"a"b', '"a"'],
    ['"a\\"b" c', '"a\\"b"'],
    ['"a\\\\" c', '"a\\\\"'],
    ['"a\\', '"a\\'],
    ['"a\nb', '"a\nb'],
  ])("reads the string of %j as %j", (text, string) => {
    expect(stringPattern().exec(text)?.[0]).toBe(string);
  });

  it("reads two megabytes of escapes without an end in one match", () => {
    const text = `"${'\\"'.repeat(1_000_000)}`;
    const pattern = new RegExp(stringPattern().source, "g");
    expect([...text.matchAll(pattern)].map(([{ length }]) => length)).toEqual([text.length]);
  });

  it("reads the body once, and leaves it as it came", async () => {
    const policies = checkRequestBody(apiDescription());
    expect(valuesOf(parsed(policies)).filter((value) => value.includes("Body.As<"))).toHaveLength(1);
    const text = '{ "messages": [],\t"at": "2026-01-01T00:00:00.000Z" }';
    const seen = setVariable(
      "seen",
      PolicyExpression.of(csharp`context.Request.Body.As<string>(preserveContent: true)`),
    );
    const { variables } = await runInbound([...policies, seen], {
      variables: { operation: "chat:dated:json:path:" },
      call: { method: "POST", body: text },
      read: ["seen"],
    });
    expect(variables.seen).toBe(text);
  });

  it("refuses what could be read in two ways, costs too much, calls out or leaves something behind", () => {
    expect([...new Set(rulesOf(verdict()))]).toEqual([
      "request_too_large:body-size",
      "invalid_request:body-json",
      "invalid_request:body-duplicate-member",
      "invalid_request:body-member-case",
      "invalid_request:body-messages",
      "invalid_request:body-input",
      "invalid_request:body-choices",
      "invalid_request:body-output-tokens",
      "invalid_request:body-inputs",
      "invalid_request:body-images",
      "invalid_request:body-service-tier",
      "invalid_request:body-user-security-context",
      "invalid_request:body-remote-content",
      "invalid_request:body-tools",
      "invalid_request:body-stored-objects",
    ]);
  });

  it.each([{}, { maxOutputTokens: 500 }])(
    "does not ask for a number of output tokens: %j",
    async (bounds) => {
      expect(await refusalOf({ max_tokens: 999_999_999 }, { bounds })).toBeUndefined();
      expect(await refusalOf({ max_completion_tokens: 1e9 }, { bounds })).toBe(
        "invalid_request:body-output-tokens",
      );
      expect(await refusalOf({}, { bounds })).toBeUndefined();
    },
  );

  it("asks for a number of output tokens where the API wants one", async () => {
    const options = { bounds: { outputTokensRequired: true } };
    expect(await refusalOf({ max_tokens: 500 }, options)).toBeUndefined();
    expect(await refusalOf({}, options)).toBe("invalid_request:body-output-tokens-missing");
    expect(await refusalOf({ max_tokens: null }, options)).toBe("invalid_request:body-output-tokens-missing");
  });

  it("uses the bounds of the API", async () => {
    const bounds = { maxBodyBytes: 1000, maxChoices: 2, maxEmbeddingInputs: 3, maxImages: 4 };
    const refused = (body: object, group?: string): Promise<string | undefined> =>
      refusalOf(body, { bounds }, group);
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
    const images = (count: number): object => ({
      messages: [{ role: "user", content: Array.from({ length: count }, () => image) }],
    });
    expect(await refused({ user: "é".repeat(494) })).toBeUndefined();
    expect(await refused({ user: "é".repeat(496) })).toBe("request_too_large:body-size");
    expect(await refused({ n: 2 })).toBeUndefined();
    expect(await refused({ best_of: 3 })).toBe("invalid_request:body-choices");
    expect(await refused({ input: ["a", "b", "c"] }, "embeddings")).toBeUndefined();
    expect(await refused({ input: ["a", "b", "c", "d"] }, "embeddings")).toBe("invalid_request:body-inputs");
    expect(await refused({ input: [1, 2, 3, 4] }, "embeddings")).toBeUndefined();
    expect(await refused(images(4))).toBeUndefined();
    expect(await refused(images(5))).toBe("invalid_request:body-images");
  });

  it("buffers no more than the tier does", async () => {
    const tier = { tier: "v2", policyDocumentBytes: 262144 } as const;
    const sized = (bytes: number): object => ({ user: "a".repeat(bytes - '{"user":""}'.length) });
    expect(await refusalOf(sized(2_097_152), { tier })).toBeUndefined();
    expect(await refusalOf(sized(2_097_153), { tier })).toBe("request_too_large:body-size");
    expect(await refusalOf(sized(2_097_153))).toBeUndefined();
  });

  it("lets requests name hosts on opt-out", async () => {
    const optOuts = ["api-remote-content"] as const;
    const image = { messages: [{ role: "user", content: [{ image_url: { url: "https://x" } }] }] };
    expect(await refusalOf(image)).toBe("invalid_request:body-remote-content");
    expect(await refusalOf(image, { optOuts })).toBeUndefined();
  });

  it("lets requests use stored objects on opt-out", async () => {
    const optOuts = ["api-stateful-operations"] as const;
    expect(await refusalOf({ previous_response_id: "r" })).toBe("invalid_request:body-stored-objects");
    expect(await refusalOf({ previous_response_id: "r" }, { optOuts })).toBeUndefined();
  });

  it("does nothing for an API without JSON requests", () => {
    expect(checkRequestBody(apiDescription({ operations: openAiOperations(["models"], ["v1"]) }))).toEqual(
      [],
    );
  });
});
