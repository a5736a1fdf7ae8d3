import { singleChunk } from "../../../simulator/network";
import { AccountFixture, deployment } from "./account-fixture";

const fixture = new AccountFixture({
  deployments: [
    deployment("ears", "whisper"),
    deployment("voice", "gpt-4o-mini-tts"),
    deployment("images", "gpt-image-2"),
    deployment("chat", "gpt-5.4"),
  ],
});

interface Outcome {
  readonly status: number;
  readonly json: unknown;
}

async function send(path: string, data: FormData): Promise<Outcome> {
  const request = new Request("http://localhost", { method: "POST", body: data });
  const response = await fixture.network.fetch({
    url: `https://aoai.openai.azure.com/openai/${path}`,
    method: "POST",
    headers: {
      authorization: `Bearer ${await fixture.token()}`,
      "content-type": request.headers.get("content-type") ?? "",
    },
    body: singleChunk(new Uint8Array(await request.arrayBuffer())),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) {
    chunks.push(chunk);
  }
  return { status: response.status, json: JSON.parse(Buffer.concat(chunks).toString()) as unknown };
}

function form(file: string | undefined, fields: Readonly<Record<string, string>> = {}): FormData {
  const data = new FormData();
  if (file !== undefined) {
    data.append(file, new Blob([Uint8Array.of(0xff, 0x00, 0xfe)]), "a.bin");
  }
  Object.entries(fields).forEach(([name, value]) => data.append(name, value));
  return data;
}

test.each(["audio/transcriptions", "audio/translations"])(
  "%s answers a recording with its text",
  async (path) => {
    const text = { json: { text: expect.stringContaining("3 bytes of audio") as unknown }, status: 200 };
    expect(await send(`deployments/ears/${path}?api-version=2024-10-21`, form("file"))).toEqual(text);
    expect(await send(`v1/${path}`, form("file", { model: "ears" }))).toEqual(text);
  },
);

test("the path of a dated URL decides, whatever model its form names", async () => {
  const data = form("file", { model: "nothing" });
  const { status } = await send("deployments/ears/audio/transcriptions?api-version=2024-10-21", data);
  expect(status).toBe(200);
  expect(fixture.account.log.all().at(-1)?.deployment).toBe("ears");
});

test.each([
  ["a form without a file", "v1/audio/transcriptions", form(undefined, { model: "ears" }), 400],
  ["a form without a model", "v1/audio/transcriptions", form("file"), 400],
  ["a model that is not deployed", "v1/audio/transcriptions", form("file", { model: "x" }), 404],
  ["a model that does not listen", "v1/audio/transcriptions", form("file", { model: "chat" }), 400],
  [
    "a model that does not change images",
    "v1/images/edits",
    form("image", { model: "chat", prompt: "x" }),
    400,
  ],
  ["a change of no image", "v1/images/edits", form(undefined, { model: "images", prompt: "x" }), 400],
])("%s is refused", async (_what, path, data, status) => {
  expect((await send(path, data)).status).toBe(status);
});

test("images are changed, as many as asked for", async () => {
  const data = form("image[]", { model: "images", prompt: "a hat", n: "2" });
  expect(await send("v1/images/edits", data)).toMatchObject({
    status: 200,
    json: {
      data: [{ b64_json: expect.any(String) as unknown }, { b64_json: expect.any(String) as unknown }],
    },
  });
});

test.each([
  ["2024-10-21", 404],
  ["2025-04-01-preview", 200],
])("images are changed by the dated API once it could do so: %s %d", async (version, status) => {
  const data = form("image", { prompt: "a hat" });
  expect((await send(`deployments/images/images/edits?api-version=${version}`, data)).status).toBe(status);
});

test("a text is spoken", async () => {
  const body = { model: "voice", input: "hello", voice: "alloy" };
  const { status, headers, text } = await fixture.call("/openai/v1/audio/speech", { body });
  expect([status, headers["content-type"], text.startsWith("ID3")]).toEqual([200, ["audio/mpeg"], true]);
  expect(
    (await fixture.call("/openai/v1/audio/speech", { body: { ...body, voice: undefined } })).status,
  ).toBe(400);
});

test("what is not a form is not read as one", async () => {
  const body = { model: "ears", file: "x" };
  expect((await fixture.call("/openai/v1/audio/transcriptions", { body })).status).toBe(400);
});
