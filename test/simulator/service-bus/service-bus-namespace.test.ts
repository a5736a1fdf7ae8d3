import {
  type ServiceBusClient as Client,
  ServiceBusClient,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { HttpsProxyAgent } from "https-proxy-agent";
import WebSocket from "ws";
import { Clock, simulate, type Simulation } from "../../../simulator";
import { NAMESPACE, QUEUE, writeQueueStack } from "../support/queue-stack";
import { simulatedCredential } from "../support/simulated-credential";

const MINUTE_MS = 60_000;
const HOST = `${NAMESPACE}.servicebus.windows.net`;

let simulation: Simulation;
const clients = new Set<Client>();

beforeAll(async () => {
  simulation = await simulate(writeQueueStack());
});

afterAll(() => simulation.close());

beforeEach(() => simulation.forgetTraffic());

afterEach(closeClients);

async function closeClients(): Promise<void> {
  await Promise.all([...clients].map((client) => client.close()));
  clients.clear();
}

/** The unmodified SDK, over TLS and a web socket through the simulator's proxy. */
function clientOf(identity: string, running = simulation, proxyUrl = running.proxyUrl): Client {
  const client = new ServiceBusClient(HOST, simulatedCredential(running, identity), {
    retryOptions: { maxRetries: 0, timeoutInMs: 5_000 },
    webSocketOptions: {
      webSocket: WebSocket,
      webSocketConstructorOptions: { agent: new HttpsProxyAgent(proxyUrl), ca: running.caPem },
    },
  });
  clients.add(client);
  return client;
}

function receiver(client = clientOf("id-worker")): ServiceBusReceiver {
  return client.createReceiver(QUEUE, { maxAutoLockRenewalDurationInMs: 0 });
}

async function send(
  text: string,
  broker: object = {},
  options: { readonly identity?: string; readonly running?: Simulation; readonly path?: string } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { identity = "id-gateway", running = simulation, path = `${QUEUE}/messages` } = options;
  const token = await simulatedCredential(running, identity).getToken(
    "https://servicebus.azure.net/.default",
  );
  const response = await running.network.fetch({
    url: `https://${HOST}/${path}`,
    method: "POST",
    headers: {
      authorization: `Bearer ${token?.token}`,
      "content-type": "application/json",
      brokerproperties: JSON.stringify(broker),
    },
    body: Buffer.from(text),
  });
  let body = "";
  for await (const chunk of response.body) {
    body += Buffer.from(chunk).toString();
  }
  return { status: response.status, body };
}

test("a message that was sent over HTTP is received over AMQP, completed, and gone", async () => {
  expect(await send('{"a":1}', { MessageId: "m-1", TimeToLive: 60 })).toEqual({ status: 201, body: "" });
  const worker = receiver();
  const [message] = await worker.receiveMessages(1);
  expect(message).toMatchObject({
    body: { a: 1 },
    messageId: "m-1",
    contentType: "application/json",
    timeToLive: 60_000,
    deliveryCount: 0,
  });
  expect(message?.lockedUntilUtc?.getTime()).toBeGreaterThan(simulation.clock.now() + 0.9 * MINUTE_MS);
  expect(message?.expiresAtUtc?.getTime()).toBeLessThanOrEqual(simulation.clock.now() + MINUTE_MS);
  await worker.completeMessage(message!);
  expect(simulation.queue(QUEUE).messages).toEqual([]);
});

test("a subscriber gets messages as they come, as many at once as it says", async () => {
  const bodies: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    receiver().subscribe(
      {
        processMessage: ({ body }) => {
          bodies.push(body);
          if (bodies.length === 20) {
            resolve();
          }
          return Promise.resolve();
        },
        processError: ({ error }) => Promise.reject(error),
      },
      { maxConcurrentCalls: 4 },
    );
  });
  for (let index = 0; index < 20; index += 1) {
    await send(String(index));
  }
  await all;
  expect(bodies).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test("an abandoned message comes again until it has been delivered too often, and is dead-lettered then", async () => {
  await send("{}", { MessageId: "m-2" });
  const worker = receiver();
  for (const deliveryCount of [0, 1, 2]) {
    const [message] = await worker.receiveMessages(1);
    expect(message?.deliveryCount).toBe(deliveryCount);
    await worker.abandonMessage(message!);
  }
  const queue = simulation.queue(QUEUE);
  expect(queue.messages).toEqual([]);
  expect(queue.deadLetters).toMatchObject([
    { messageId: "m-2", properties: { DeadLetterReason: "MaxDeliveryCountExceeded" } },
  ]);
});

test("a receiver dead-letters with a reason, which the dead-letter queue tells", async () => {
  await send("{}", { MessageId: "m-3" });
  const client = clientOf("id-worker");
  const worker = receiver(client);
  const [message] = await worker.receiveMessages(1);
  await worker.deadLetterMessage(message!, {
    deadLetterReason: "unreadable",
    deadLetterErrorDescription: "no version",
  });
  const [dead] = await client.createReceiver(QUEUE, { subQueueType: "deadLetter" }).receiveMessages(1);
  expect(dead).toMatchObject({
    messageId: "m-3",
    deadLetterReason: "unreadable",
    deadLetterErrorDescription: "no version",
  });
});

test("a lock is renewed, lost in the end, and the message given to somebody else", async () => {
  await send("{}", { MessageId: "m-4" });
  const worker = receiver();
  const [message] = await worker.receiveMessages(1);
  simulation.clock.advance(0.9 * MINUTE_MS);
  const until = await worker.renewMessageLock(message!);
  expect(until.getTime()).toBeGreaterThan(simulation.clock.now() + 0.9 * MINUTE_MS);
  simulation.clock.advance(0.9 * MINUTE_MS);
  expect(await receiver().receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  simulation.clock.advance(0.2 * MINUTE_MS);
  const [again] = await receiver().receiveMessages(1);
  expect(again).toMatchObject({ messageId: "m-4", deliveryCount: 1 });
  await expect(worker.completeMessage(message!)).rejects.toMatchObject({ code: "MessageLockLost" });
  await expect(worker.renewMessageLock(message!)).rejects.toMatchObject({ code: "MessageLockLost" });
});

test("a message that its receiver took along is locked until the lock expires", async () => {
  await send("{}", { MessageId: "m-5" });
  const client = clientOf("id-worker");
  await receiver(client).receiveMessages(1);
  simulation.queue(QUEUE).disconnect();
  const other = receiver();
  expect(await other.receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  simulation.clock.advance(MINUTE_MS);
  expect(await other.receiveMessages(1)).toMatchObject([{ messageId: "m-5", deliveryCount: 1 }]);
});

test("a connection that is dropped gets nothing more, though its links have not heard of it yet", async () => {
  const worker = receiver();
  const queue = simulation.queue(QUEUE);
  const locked = await new Promise<number>((resolve) => {
    worker.subscribe(
      {
        processMessage: () => {
          queue.disconnect();
          queue.loseLocks();
          resolve(queue.locked);
          return Promise.resolve();
        },
        processError: () => Promise.resolve(),
      },
      { maxConcurrentCalls: 2, autoCompleteMessages: false },
    );
    void send("{}");
  });
  expect(locked).toBe(0);
});

test("a receiver whose link has closed settles through $management", async () => {
  await send("{}", { MessageId: "m-6" });
  await send("{}", { MessageId: "m-8" });
  const client = clientOf("id-worker");
  const worker = receiver(client);
  const messages = await worker.receiveMessages(2, { maxWaitTimeInMs: 500 });
  await worker.close();
  const later = receiver(client);
  await later.completeMessage(messages[0]!);
  await later.deadLetterMessage(messages[1]!, {
    deadLetterReason: "unreadable",
    deadLetterErrorDescription: "no version",
  });
  await expect(later.abandonMessage(messages[1]!)).rejects.toMatchObject({ code: "MessageLockLost" });
  const queue = simulation.queue(QUEUE);
  expect(queue.messages).toEqual([]);
  expect(queue.deadLetters).toMatchObject([
    { messageId: "m-8", properties: { DeadLetterReason: "unreadable" } },
  ]);
});

test("messages are peeked without a lock", async () => {
  await send("1");
  await send("2");
  expect((await receiver().peekMessages(10)).map(({ body }) => body as unknown)).toEqual([1, 2]);
  expect(await receiver().receiveMessages(2)).toHaveLength(2);
});

test("a message that is received and deleted is gone at once", async () => {
  await send("1");
  const worker = clientOf("id-worker").createReceiver(QUEUE, { receiveMode: "receiveAndDelete" });
  expect(await worker.receiveMessages(1)).toMatchObject([{ body: 1 }]);
  expect(simulation.queue(QUEUE).messages).toEqual([]);
});

test("an expired message is dead-lettered, not received", async () => {
  await send("{}", { MessageId: "m-7", TimeToLive: 30 });
  simulation.clock.advance(31_000);
  expect(await receiver().receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  expect(simulation.queue(QUEUE).deadLetters).toMatchObject([
    { messageId: "m-7", properties: { DeadLetterReason: "TTLExpiredException" } },
  ]);
});

test("a second message of the same id is taken and dropped, until the window has passed", async () => {
  for (let count = 0; count < 2; count += 1) {
    expect((await send("{}", { MessageId: "same" })).status).toBe(201);
  }
  expect(simulation.queue(QUEUE).messages).toHaveLength(1);
  simulation.clock.advance(11 * MINUTE_MS);
  await send("{}", { MessageId: "same" });
  expect(simulation.queue(QUEUE).messages).toHaveLength(2);
});

test("a message that is scheduled comes when it is time", async () => {
  const at = new Date(simulation.clock.now() + 10 * MINUTE_MS).toISOString();
  await send("{}", { MessageId: "later", ScheduledEnqueueTimeUtc: at });
  expect(await receiver().receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  simulation.clock.advance(10 * MINUTE_MS);
  expect(await receiver().receiveMessages(1)).toMatchObject([{ messageId: "later" }]);
});

test("a copy that is sent over AMQP comes when it is time, and lives from then on", async () => {
  const sender = clientOf("id-gateway").createSender(QUEUE);
  const at = new Date(simulation.clock.now() + 10 * MINUTE_MS);
  await sender.sendMessages({
    body: { a: 1 },
    messageId: "copy",
    scheduledEnqueueTimeUtc: at,
    timeToLive: MINUTE_MS,
    applicationProperties: { tries: 3, failingSince: 1_796_126_400_000 },
  });
  expect(await receiver().receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  simulation.clock.advance(10 * MINUTE_MS);
  const [message] = await receiver().receiveMessages(1);
  expect(message).toMatchObject({
    body: { a: 1 },
    messageId: "copy",
    applicationProperties: { tries: 3, failingSince: 1_796_126_400_000 },
  });
  expect(message?.expiresAtUtc?.getTime()).toBe(at.getTime() + MINUTE_MS);
});

test("a copy with the id of its original is taken and dropped without a word, scheduled or not", async () => {
  await send("{}", { MessageId: "original" });
  const sender = clientOf("id-gateway").createSender(QUEUE);
  const scheduledEnqueueTimeUtc = new Date(simulation.clock.now() + MINUTE_MS);
  await sender.sendMessages({ body: {}, messageId: "original", scheduledEnqueueTimeUtc });
  const worker = receiver();
  const [original] = await worker.receiveMessages(1);
  await worker.completeMessage(original!);
  expect(simulation.queue(QUEUE).messages).toEqual([]);
});

test("a full queue refuses over AMQP as well", async () => {
  simulation.queue(QUEUE).limit(10);
  try {
    const sender = clientOf("id-gateway").createSender(QUEUE);
    await expect(sender.sendMessages({ body: {} })).rejects.toMatchObject({ code: "QuotaExceeded" });
  } finally {
    simulation.queue(QUEUE).limit(Infinity);
  }
});

test("a full queue takes nothing until something is settled", async () => {
  simulation.queue(QUEUE).limit(200);
  try {
    expect((await send("x".repeat(100))).status).toBe(201);
    expect(await send("x".repeat(100))).toMatchObject({
      status: 403,
      body: expect.stringContaining("The maximum entity size has been reached") as string,
    });
    const worker = receiver();
    const [message] = await worker.receiveMessages(1);
    await worker.completeMessage(message!);
    expect((await send("x".repeat(100))).status).toBe(201);
  } finally {
    simulation.queue(QUEUE).limit(Infinity);
  }
});

test.each([
  ["a message over the limit", "x".repeat(1024 * 1024), {}, 413],
  ["broker properties of another kind", "{}", { MessageId: 7 }, 400],
  ["a life that is over", "{}", { TimeToLive: 0 }, 400],
])("%s is refused", async (_what, text, broker, status) => {
  expect((await send(text, broker)).status).toBe(status);
});

test("an unknown queue, and another operation of HTTP, are refused", async () => {
  expect((await send("{}", {}, { path: "other/messages" })).status).toBe(404);
  expect((await send("{}", {}, { path: `${QUEUE}/messages/head` })).status).toBe(404);
});

test("who has no role on the queue neither sends nor receives; a sender does not receive", async () => {
  expect((await send("{}", {}, { identity: "id-worker" })).status).toBe(401);
  expect((await send("{}", {}, { identity: "id-stranger" })).status).toBe(401);
  for (const identity of ["id-gateway", "id-stranger"]) {
    await expect(receiver(clientOf(identity)).receiveMessages(1)).rejects.toMatchObject({
      code: "UnauthorizedAccess",
    });
  }
});

test("a token of another tenant or for another service opens nothing", async () => {
  const worker = simulatedCredential(simulation, "id-worker");
  const client = new ServiceBusClient(
    HOST,
    { getToken: () => worker.getToken("https://storage.azure.com/.default") },
    {
      retryOptions: { maxRetries: 0 },
      webSocketOptions: {
        webSocket: WebSocket,
        webSocketConstructorOptions: {
          agent: new HttpsProxyAgent(simulation.proxyUrl),
          ca: simulation.caPem,
        },
      },
    },
  );
  clients.add(client);
  await expect(receiver(client).receiveMessages(1)).rejects.toMatchObject({ code: "UnauthorizedAccess" });
});

test("without public access, callers come through the virtual network and its private endpoint alone", async () => {
  const running = await simulate(
    writeQueueStack({ namespace: { public_network_access_enabled: false }, privateEndpoint: true }),
    { clock: new Clock() },
  );
  try {
    await expect(receiver(clientOf("id-worker", running)).receiveMessages(1)).rejects.toThrow(/401/);
    const inside = receiver(clientOf("id-worker", running, running.virtualNetworkProxyUrl));
    expect((await send("1", {}, { running })).status).toBe(201);
    expect(await inside.receiveMessages(1)).toMatchObject([{ body: 1 }]);
    await closeClients();
  } finally {
    await running.close();
  }
});
