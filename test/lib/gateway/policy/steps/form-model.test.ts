import { openAiOperations } from "../../../../../lib/gateway/policy/openai-operation";
import { readFormModel } from "../../../../../lib/gateway/policy/steps/form-model";
import { runInbound } from "../../../../support/policy-run";
import { apiDescription, type ApiDescriptionOptions } from "../api-description";

const FORM = "multipart/form-data; boundary=b";
const FILE =
  'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';
const MODEL = 'Content-Disposition: form-data; name="model"\r\n\r\n';

function form(...parts: readonly string[]): string {
  return `${parts.map((part) => `--b\r\n${part}\r\n`).join("")}--b--\r\n`;
}

/** What a form is taken to name, or the refusal. */
async function modelOf(
  body: string | Uint8Array,
  type = FORM,
  bounds: ApiDescriptionOptions["bounds"] = {},
): Promise<string | undefined> {
  const api = apiDescription({ operations: openAiOperations(["audio"], ["v1"]), bounds });
  const { refusal, variables } = await runInbound(readFormModel(api), {
    variables: { operation: "audio:v1:multipart:body:" },
    call: { method: "POST", headers: { "content-type": type }, body },
    read: ["formModel"],
  });
  return refusal ?? variables.formModel;
}

async function written(data: FormData): Promise<readonly [Uint8Array, string]> {
  const request = new Request("http://localhost", { method: "POST", body: data });
  return [new Uint8Array(await request.arrayBuffer()), request.headers.get("content-type") ?? ""];
}

describe("the model of a form", () => {
  it("is read as fetch writes it, whatever bytes the file has", async () => {
    const data = new FormData();
    const bytes = Uint8Array.from({ length: 1024 }, (_byte, index) => index % 256);
    data.append("file", new Blob([bytes], { type: "audio/wav" }), "grüße.wav");
    data.append("model", "whisper");
    data.append("timestamp_granularities[]", "word");
    expect(await modelOf(...(await written(data)))).toBe("whisper");
  });

  it.each([
    ["httpx", form(FILE + "x", `${MODEL}whisper`)],
    [
      "OkHttp",
      form('Content-Disposition: form-data; name="model"\r\nContent-Length: 7\r\n\r\nwhisper', FILE),
    ],
    [
      ".NET",
      form(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=model\r\n\r\nwhisper",
        "Content-Disposition: form-data; name=file; filename=a.wav; filename*=utf-8''a.wav\r\n\r\nx",
      ),
    ],
    ["curl", form(`${MODEL}whisper`, FILE + "x").replace(/\r\n$/, "")],
  ])("is read as %s writes it", async (_client, body) => {
    expect(await modelOf(body)).toBe("whisper");
  });

  it("is read from a form whose boundary is quoted", async () => {
    expect(await modelOf(form(`${MODEL}whisper`), 'multipart/form-data;boundary="b"')).toBe("whisper");
  });

  it.each([
    ["names no model", form(`${FILE}x`)],
    ["names two", form(`${MODEL}whisper`, `${MODEL}tts`)],
    ["names two that differ in case", form(`${MODEL}whisper`, MODEL.replace("model", "Model") + "tts")],
    ["names one that is empty", form(MODEL)],
    [
      "has a file for a model",
      form('Content-Disposition: form-data; name="model"; filename="m"\r\n\r\nwhisper'),
    ],
    ["has another charset", form(`Content-Type: text/plain; charset=utf-16\r\n${MODEL}whisper`)],
    ["has something before it", `x\r\n${form(`${MODEL}whisper`)}`],
    ["has something after it", `${form(`${MODEL}whisper`)}--b\r\n${MODEL}tts\r\n--b--`],
    ["has no end", form(`${MODEL}whisper`).replace("--b--", "--b")],
    ["ends lines in one byte", form(`${MODEL}whisper`).replaceAll("\r\n", "\n")],
    [
      "hides a part behind single line ends",
      form(`${FILE}x\n--b\n${MODEL.replaceAll("\r\n", "\n")}tts`, `${MODEL}whisper`),
    ],
    ["hides a part behind a blank", form(`${FILE}x\r\n--b \r\n${MODEL}tts`, `${MODEL}whisper`)],
    ["hides a delimiter in a value", form(`${MODEL}whisper`, `${FILE}x--b\r\n${MODEL}tts`)],
    ["continues a line", form(`Content-Disposition: form-data;\r\n name="model"\r\n\r\nwhisper`)],
    ["escapes a name", form(`${MODEL}whisper`, 'Content-Disposition: form-data; name="mod\\el"\r\n\r\ntts')],
    [
      "encodes a name",
      form(`${MODEL}whisper`, "Content-Disposition: form-data; name*=utf-8''model\r\n\r\ntts"),
    ],
    ["encodes a value", form(`Content-Transfer-Encoding: base64\r\n${MODEL}d2hpc3Blcg==`)],
    [
      "hides a name in a file's",
      form(
        `${MODEL}whisper`,
        'Content-Disposition: form-data; name="file"; filename="a\\"; name="model"\r\n\r\ntts',
      ),
    ],
    ["is empty", ""],
  ])("is not read from a form that %s", async (_what, body) => {
    expect(await modelOf(body)).toBe("invalid_request:body-form");
  });

  it.each([
    ["multipart/form-data; boundary=b; boundary=c"],
    ["multipart/form-data; charset=utf-16; boundary=b"],
    ["multipart/form-data; boundary=b b"],
    ["multipart/form-data;"],
  ])("is not read by a type of %s", async (type) => {
    expect(await modelOf(form(`${MODEL}whisper`), type)).toBe("invalid_request:body-form");
  });

  it("is not read from a form that a mark makes UTF-16 for others", async () => {
    const other = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(form(`${MODEL}whisper`), "utf16le")]);
    expect(await modelOf(other)).toBe("invalid_request:body-form");
  });

  it("is not looked for in a form that is too large", async () => {
    const body = form(`${MODEL}whisper`);
    expect(await modelOf(body, FORM, { maxBodyBytes: body.length })).toBe("whisper");
    expect(await modelOf(body, FORM, { maxBodyBytes: body.length - 1 })).toBe("request_too_large:form-size");
  });
});

test("forms whose path names the deployment are not read", () => {
  const api = apiDescription({ operations: openAiOperations(["audio", "images", "files"], ["dated"]) });
  expect(readFormModel(api)).toEqual([]);
});
