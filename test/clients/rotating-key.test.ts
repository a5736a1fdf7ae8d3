import { AuthenticationError, type AzureOpenAI, PermissionDeniedError } from "openai";
import { RotatingKey } from "../../examples/clients/key/rotating-key";

const CONNECTION = { endpoint: "https://gateway/assistant", apiVersion: "2024-10-21" };

function rotating(...keys: readonly (string | undefined)[]): RotatingKey {
  return new RotatingKey(keys, CONNECTION);
}

/** A gateway that knows some keys. */
function gateway(...good: readonly string[]): {
  readonly call: (client: AzureOpenAI) => Promise<string>;
  readonly tried: string[];
} {
  const tried: string[] = [];
  return {
    tried,
    call: ({ apiKey }) => {
      tried.push(String(apiKey));
      return good.includes(String(apiKey))
        ? Promise.resolve("answer")
        : Promise.reject(new AuthenticationError(401, undefined, "unauthorized", new Headers()));
    },
  };
}

test("a key that works is the only one tried", async () => {
  const { call, tried } = gateway("first", "second");
  expect([await rotating("first", "second").call(call), tried]).toEqual(["answer", ["first"]]);
});

test("a regenerated key costs one refused call, then the other key is used", async () => {
  const { call, tried } = gateway("second");
  const key = rotating("first", "second");
  await key.call(call);
  await key.call(call);
  expect(tried).toEqual(["first", "second", "second"]);
});

test("calls at the same time agree on the key that works", async () => {
  const { call, tried } = gateway("second");
  const key = rotating("first", "second");
  await Promise.all([key.call(call), key.call(call)]);
  tried.length = 0;
  await key.call(call);
  expect(tried).toEqual(["second"]);
});

test("with both keys refused, the refusal is the caller's", async () => {
  const { call, tried } = gateway();
  await expect(rotating("first", "second").call(call)).rejects.toThrow(AuthenticationError);
  expect(tried).toEqual(["first", "second"]);
});

test("any other refusal is not tried again", async () => {
  const refused = jest.fn(() =>
    Promise.reject(new PermissionDeniedError(403, undefined, "forbidden", new Headers())),
  );
  await expect(rotating("first", "second").call(refused)).rejects.toThrow(PermissionDeniedError);
  expect(refused).toHaveBeenCalledTimes(1);
});

test("a secondary key alone is enough, no key at all is not", async () => {
  const { call } = gateway("second");
  expect(await rotating(undefined, "second").call(call)).toBe("answer");
  expect(() => rotating(undefined, "")).toThrow("Set AZURE_OPENAI_API_KEY");
});
