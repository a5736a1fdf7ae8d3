import { UnsecuredJWT } from "jose";
import { Clock } from "../../../simulator/clock";
import { ManagedIdentityTokens } from "../../../simulator/gateway/managed-identity-tokens";

const START = new Date("2026-01-01T00:00:00Z");
const expiry = START.getTime() / 1000 + 3600;

function tokens(): {
  readonly clock: Clock;
  readonly source: jest.Mock;
  readonly tokens: ManagedIdentityTokens;
} {
  const clock = new Clock({ at: START, running: false });
  const source = jest.fn((resource: string) =>
    Promise.resolve(new UnsecuredJWT({ aud: resource }).setExpirationTime(expiry).encode()),
  );
  return { clock, source, tokens: new ManagedIdentityTokens({ clock, managedIdentityToken: source }) };
}

describe("ManagedIdentityTokens", () => {
  it("asks once for a resource and an identity", async () => {
    const { source, tokens: cache } = tokens();
    const token = await cache.get("r", "c");
    expect(cache.get("r", "c")).toBe(token);
    expect(source).toHaveBeenCalledTimes(1);
  });

  it("keeps resources and identities apart", async () => {
    const { source, tokens: cache } = tokens();
    await Promise.all([cache.get("r", "c"), cache.get("r", undefined), cache.get("s", "c")]);
    expect(source).toHaveBeenCalledTimes(3);
  });

  it("asks again five minutes before the token expires", async () => {
    const { clock, source, tokens: cache } = tokens();
    await cache.get("r", "c");
    clock.advance(55 * 60_000 - 1);
    await cache.get("r", "c");
    expect(source).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await cache.get("r", "c");
    expect(source).toHaveBeenCalledTimes(2);
  });

  it("asks again when the clock was set back to before the token", async () => {
    const { clock, source, tokens: cache } = tokens();
    await cache.get("r", "c");
    clock.set(new Date(START.getTime() - 1));
    await cache.get("r", "c");
    expect(source).toHaveBeenCalledTimes(2);
  });

  it("does not keep a failure", async () => {
    const { source, tokens: cache } = tokens();
    source.mockRejectedValueOnce(new Error("not attached"));
    await expect(cache.get("r", "c")).rejects.toThrow("not attached");
    await expect(cache.get("r", "c")).resolves.toEqual(expect.any(String));
  });
});
