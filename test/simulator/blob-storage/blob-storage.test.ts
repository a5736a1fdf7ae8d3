import { ContainerClient, newPipeline } from "@azure/storage-blob";
import { HttpsProxyAgent } from "https-proxy-agent";
import { simulate, type Simulation } from "../../../simulator";
import { ACCOUNT, CONTAINER, writeQueueStack } from "../support/queue-stack";
import { simulatedCredential } from "../support/simulated-credential";

const URL_OF_CONTAINER = `https://${ACCOUNT}.blob.core.windows.net/${CONTAINER}`;

let simulation: Simulation;
let gateway: ContainerClient;

beforeAll(async () => {
  simulation = await simulate(writeQueueStack());
  gateway = clientOf("id-gateway");
});

afterAll(() => simulation.close());

beforeEach(() => simulation.forgetTraffic());

/** The unmodified SDK, over TLS through the simulator's proxy. */
function clientOf(identity: string, running = simulation, proxyUrl = running.proxyUrl): ContainerClient {
  const pipeline = newPipeline(simulatedCredential(running, identity), { retryOptions: { maxTries: 1 } });
  // What the agent's constructor takes is for the connection to the proxy; this is for the one through it.
  const agent = Object.assign(new HttpsProxyAgent(proxyUrl), {
    options: { path: undefined, ca: running.caPem },
  });
  pipeline.factories.unshift({
    create: (next) => ({ sendRequest: (request) => next.sendRequest(Object.assign(request, { agent })) }),
  });
  return new ContainerClient(URL_OF_CONTAINER, pipeline);
}

async function upload(name: string, text: string, metadata: Record<string, string> = {}): Promise<string> {
  const { etag } = await gateway.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), {
    metadata,
    blobHTTPHeaders: { blobContentType: "application/json" },
  });
  return etag ?? "";
}

test("a blob is written, read with its metadata, and deleted", async () => {
  const etag = await upload("key/1", '{"a":"ä"}', { status: "queued" });
  const blob = gateway.getBlockBlobClient("key/1");
  expect(await blob.getProperties()).toMatchObject({
    etag,
    contentType: "application/json",
    contentLength: 10,
    blobType: "BlockBlob",
    metadata: { status: "queued" },
  });
  expect((await blob.downloadToBuffer()).toString("utf8")).toBe('{"a":"ä"}');
  const download = await blob.download();
  expect(download).toMatchObject({ etag, metadata: { status: "queued" } });
  expect((await gateway.getBlockBlobClient("key/1").downloadToBuffer(2, 3)).toString()).toBe('a":');
  await blob.delete();
  expect(await blob.exists()).toBe(false);
  await expect(blob.download()).rejects.toMatchObject({ statusCode: 404, code: "BlobNotFound" });
  await expect(blob.delete()).rejects.toMatchObject({ statusCode: 404, code: "BlobNotFound" });
});

test("an empty blob is read as such", async () => {
  await upload("empty", "");
  expect(await gateway.getBlockBlobClient("empty").downloadToBuffer()).toHaveLength(0);
});

test("conditions hold: a blob is not written twice, nor over another's change, nor after its end", async () => {
  const blob = gateway.getBlockBlobClient("key/2");
  const put = (conditions: object): Promise<unknown> => blob.upload("x", 1, { conditions });
  await put({ ifNoneMatch: "*" });
  await expect(put({ ifNoneMatch: "*" })).rejects.toMatchObject({
    statusCode: 409,
    code: "BlobAlreadyExists",
  });
  const { etag = "" } = await blob.getProperties();
  await put({ ifMatch: etag });
  await expect(put({ ifMatch: etag })).rejects.toMatchObject({ statusCode: 412, code: "ConditionNotMet" });
  await expect(blob.delete({ conditions: { ifMatch: etag } })).rejects.toMatchObject({ statusCode: 412 });
  await expect(blob.getProperties({ conditions: { ifMatch: etag } })).rejects.toMatchObject({
    statusCode: 412,
  });
  const { etag: latest = "" } = await blob.getProperties();
  await expect(blob.download(0, 1, { conditions: { ifNoneMatch: latest } })).rejects.toMatchObject({
    statusCode: 304,
  });
  await blob.delete({ conditions: { ifMatch: latest } });
  await expect(put({ ifMatch: latest })).rejects.toMatchObject({ statusCode: 412 });
});

test("two who write over the same version at once: one of them does", async () => {
  const etag = await upload("key/3", "marker");
  const results = await Promise.allSettled(
    ["a", "b"].map((text) =>
      gateway.getBlockBlobClient("key/3").upload(text, 1, { conditions: { ifMatch: etag } }),
    ),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("blobs are listed by prefix, with metadata when asked, page by page", async () => {
  for (const name of ["a/1", "a/2", "a/3", "b/1"]) {
    await upload(name, "x", { status: `of <${name}>` });
  }
  const names: string[] = [];
  for await (const page of gateway
    .listBlobsFlat({ prefix: "a/", includeMetadata: true })
    .byPage({ maxPageSize: 2 })) {
    names.push(page.segment.blobItems.map(({ name, metadata }) => `${name}=${metadata?.["status"]}`).join());
  }
  expect(names).toEqual(["a/1=of <a/1>,a/2=of <a/2>", "a/3=of <a/3>"]);
  const first: unknown = (await gateway.listBlobsFlat().next()).value;
  expect(first).toMatchObject({ name: "a/1", properties: { contentLength: 1 } });
  expect(first).not.toHaveProperty("metadata.status");
});

test("who has no role on the container reads, writes and deletes nothing", async () => {
  await upload("key/4", "x");
  const blob = clientOf("id-stranger").getBlockBlobClient("key/4");
  const refused = { statusCode: 403, code: "AuthorizationPermissionMismatch" };
  await expect(blob.download()).rejects.toMatchObject(refused);
  await expect(blob.upload("y", 1)).rejects.toMatchObject(refused);
  await expect(blob.delete()).rejects.toMatchObject(refused);
  await expect(clientOf("id-stranger").listBlobsFlat().byPage().next()).rejects.toMatchObject(refused);
  expect(simulation.container(ACCOUNT, CONTAINER).blobs).toMatchObject([{ name: "key/4" }]);
});

test.each([
  ["without a token", undefined, 401, "NoAuthenticationInformation"],
  ["with a token for another service", "https://servicebus.azure.net", 401, "InvalidAuthenticationInfo"],
])("a call %s is refused", async (_what, resource, status, code) => {
  const token =
    resource === undefined
      ? undefined
      : await simulatedCredential(simulation, "id-gateway").getToken(resource);
  const response = await simulation.network.fetch({
    url: `${URL_OF_CONTAINER}/key`,
    method: "GET",
    headers: {
      "x-ms-version": "2023-11-03",
      ...(token ? { authorization: `Bearer ${token.token}` } : {}),
    },
  });
  expect(response).toMatchObject({ status, headers: { "x-ms-error-code": [code] } });
});

test.each([
  ["a version before tokens", "GET", "key", { "x-ms-version": "2015-02-21" }, 400, "InvalidHeaderValue"],
  ["a page blob", "PUT", "key", { "x-ms-blob-type": "PageBlob" }, 501, "NotImplemented"],
  ["a blob of no type", "PUT", "key", {}, 400, "MissingRequiredHeader"],
  ["another verb", "PATCH", "key", {}, 405, "UnsupportedHttpVerb"],
  ["a range behind the end", "GET", "short", { range: "bytes=9-" }, 416, "InvalidRange"],
])("%s is refused", async (_what, method, name, headers, status, code) => {
  await upload("short", "x");
  const token = await simulatedCredential(simulation, "id-gateway").getToken("https://storage.azure.com");
  const response = await simulation.network.fetch({
    url: `${URL_OF_CONTAINER}/${name}`,
    method,
    headers: { "x-ms-version": "2023-11-03", authorization: `Bearer ${token?.token}`, ...headers },
  });
  expect(response).toMatchObject({ status, headers: { "x-ms-error-code": [code] } });
});

test("behind a private endpoint, callers come through the virtual network alone", async () => {
  const running = await simulate(
    writeQueueStack({ account: { public_network_access_enabled: false }, privateEndpoint: true }),
  );
  try {
    await expect(
      clientOf("id-gateway", running).getBlockBlobClient("x").upload("x", 1),
    ).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailure",
    });
    const inside = clientOf("id-gateway", running, running.virtualNetworkProxyUrl);
    await inside.getBlockBlobClient("x").upload("x", 1);
    expect(running.container(ACCOUNT, CONTAINER).blobs).toMatchObject([{ name: "x" }]);
  } finally {
    await running.close();
  }
});
