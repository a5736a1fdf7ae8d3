import type { AccessToken } from "@azure/identity";
import { FreshToken } from "../../examples/clients/keyless/fresh-token";

const START = Date.parse("2026-12-01T12:00:00Z");
const HOUR_MS = 3_600_000;

/** A credential whose tokens live for an hour; while `outage` is set it fails, after `timeoutMs`. */
class HourlyCredential {
  public requests = 0;
  public outage = false;
  public timeoutMs = 0;

  public async getToken(): Promise<AccessToken> {
    this.requests += 1;
    const token = { token: `token-${this.requests}`, expiresOnTimestamp: Date.now() + HOUR_MS };
    await new Promise((resolve) => setImmediate(resolve));
    if (this.outage) {
      if (this.timeoutMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, this.timeoutMs));
      }
      throw new Error("Entra ID does not answer");
    }
    return token;
  }
}

let credential: HourlyCredential;
let token: FreshToken;

beforeEach(() => {
  jest.useFakeTimers({ now: START, doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
  credential = new HourlyCredential();
  token = new FreshToken(credential, "api://gateway/.default");
});

afterEach(() => jest.useRealTimers());

function at(ms: number): void {
  jest.setSystemTime(START + ms);
}

test("one token serves all calls of its lifetime", async () => {
  await token.get();
  at(HOUR_MS - 301_000);
  expect([await token.get(), credential.requests]).toEqual(["token-1", 1]);
});

test("calls at the same time share one request", async () => {
  const tokens = await Promise.all([token.get(), token.get(), token.get()]);
  expect([new Set(tokens).size, credential.requests]).toEqual([1, 1]);
});

test("in the last five minutes calls go on with the old token while a new one comes", async () => {
  await token.get();
  at(HOUR_MS - 299_000);
  expect(await token.get()).toBe("token-1");
  await new Promise((resolve) => setImmediate(resolve));
  expect(await token.get()).toBe("token-2");
});

test("no call starts with less than a minute left", async () => {
  await token.get();
  at(HOUR_MS - 59_000);
  expect(await token.get()).toBe("token-2");
});

test("an outage in the last minute goes unnoticed while the old token is valid", async () => {
  await token.get();
  at(HOUR_MS - 1_000);
  credential.outage = true;
  expect(await token.get()).toBe("token-1");
});

test("what is left of a token in its last minute is not all spent on waiting for the next", async () => {
  await token.get();
  at(HOUR_MS - 50_000);
  Object.assign(credential, { outage: true, timeoutMs: 75_000 });
  const call = token.get();
  await jest.advanceTimersByTimeAsync(25_000);
  expect([await call, Date.now()]).toEqual(["token-1", START + HOUR_MS - 25_000]);
});

test("a token that ended while the next did not come is not handed out", async () => {
  await token.get();
  at(HOUR_MS - 50_000);
  Object.assign(credential, { outage: true, timeoutMs: 20_000 });
  const call = token.get();
  // The computer sleeps for a minute.
  at(HOUR_MS + 10_000);
  const refused = expect(call).rejects.toThrow("Entra ID does not answer");
  await jest.advanceTimersByTimeAsync(60_000);
  await refused;
});

test("an outage early in the last five minutes breaks nothing, and the next call tries again", async () => {
  await token.get();
  at(HOUR_MS - 200_000);
  credential.outage = true;
  expect(await token.get()).toBe("token-1");
  await new Promise((resolve) => setImmediate(resolve));
  credential.outage = false;
  await token.get();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await token.get()).toBe("token-3");
});

test("without a valid token, the credential's own error is what the caller sees", async () => {
  await token.get();
  at(HOUR_MS);
  credential.outage = true;
  await expect(token.get()).rejects.toThrow("Entra ID does not answer");
});

test("a token that ends before it could arrive is not sent while the next is on its way", async () => {
  await token.get();
  at(HOUR_MS - 1_000);
  const slow = { ...(await credential.getToken()), token: "token-slow" };
  jest.spyOn(credential, "getToken").mockImplementation(async () => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    return slow;
  });
  const call = token.get();
  await jest.advanceTimersByTimeAsync(900);
  expect(await call).toBe("token-slow");
});
