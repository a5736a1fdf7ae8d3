import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { checkRequestBody } from "../../../../../lib/gateway/policy/steps/request-body";
import { valuesOf } from "../../../../support/policy-xml";
import { apiDescription, type ApiDescriptionOptions } from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function verdict(options: ApiDescriptionOptions = {}): string {
  return valuesSet(parsed(checkRequestBody(apiDescription(options))), "refusal")[0] ?? "";
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

  it("reads the body once, and leaves it as it came", () => {
    const document = parsed(checkRequestBody(apiDescription()));
    const reads = valuesOf(document).filter((value) => value.includes("Body.As<"));
    expect(reads).toEqual([
      '@(context.Request.Body == null ? "" : context.Request.Body.As<string>(preserveContent: true))',
    ]);
    expect(document.getElementsByTagName("set-body")).toHaveLength(0);
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

  it("caps the number of output tokens, which need not be stated", () => {
    expect(verdict()).toContain("(int)value > 16384");
    expect(rulesOf(verdict())).not.toContain("invalid_request:body-output-tokens-missing");
  });

  it("asks for a number of output tokens once the API says how many", () => {
    const capped = verdict({ bounds: { maxOutputTokens: 500 } });
    expect(capped).toContain("(int)value > 500");
    expect(rulesOf(capped)).toContain("invalid_request:body-output-tokens-missing");
  });

  it("uses the bounds of the API", () => {
    const bounds = { maxBodyBytes: 1000, maxChoices: 2, maxEmbeddingInputs: 3, maxImages: 4 };
    const statements = verdict({ bounds });
    expect(statements).toContain("Encoding.UTF8.GetByteCount(text) > 1000");
    expect(statements).toContain("(int)value > 2");
    expect(statements).toContain("input.Type != JTokenType.Integer).Count() > 3");
    expect(statements).toContain('property.Name == "image_url").Count() > 4');
  });

  it("buffers no more than the tier does", () => {
    expect(verdict({ tier: { tier: "v2", policyDocumentBytes: 262144 } })).toContain(
      "Encoding.UTF8.GetByteCount(text) > 2097152",
    );
  });

  it("lets requests name hosts on opt-out", () => {
    const open = verdict({ optOuts: ["api-remote-content"] });
    expect(rulesOf(open)).not.toContain("invalid_request:body-remote-content");
    expect(open).toContain('new[] { "function", "custom", "mcp", "web_search", "web_search_preview" }');
  });

  it("has responses say that nothing is stored, which is not the service's default", () => {
    const missing = "invalid_request:body-store-missing";
    const operations = openAiOperations(["responses"], ["v1"]);
    expect(rulesOf(verdict({ operations }))).toContain(missing);
    expect(rulesOf(verdict({ operations, optOuts: ["api-stateful-operations"] }))).not.toContain(missing);
  });

  it("lets requests use stored objects on opt-out", () => {
    const open = verdict({ optOuts: ["api-stateful-operations"] });
    expect(rulesOf(open)).not.toContain("invalid_request:body-stored-objects");
    expect(open).toContain('new[] { "function", "custom", "file_search", "code_interpreter" }');
  });

  it("does nothing for an API without JSON requests", () => {
    expect(checkRequestBody(apiDescription({ operations: openAiOperations(["models"], ["v1"]) }))).toEqual(
      [],
    );
  });
});
