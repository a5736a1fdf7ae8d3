import { Subscriptions } from "../../../simulator/gateway/subscriptions";
import type { SubscriptionModel } from "../../../simulator/model";

const CLAIMS: SubscriptionModel = {
  address: "subscription.claims",
  subscriptionId: "claims",
  displayName: "claims",
  state: "active",
  scope: { kind: "allApis" },
  primaryKey: "first",
  secondaryKey: "second",
  createdDate: "2026-01-01T00:00:00Z",
};

test("both keys of a subscription find it", () => {
  const subscriptions = new Subscriptions([CLAIMS]);
  expect(["first", "second", "third"].map((key) => subscriptions.withKey(key)?.subscriptionId)).toEqual([
    "claims",
    "claims",
    undefined,
  ]);
});

test.each([
  ["primary", "second", "first"],
  ["secondary", "first", "second"],
] as const)("a new %s key leaves the other one as it is", (which, kept, replaced) => {
  const subscriptions = new Subscriptions([CLAIMS]);
  subscriptions.regenerateKey("claims", which);
  const found = [kept, replaced, subscriptions.key("claims", which)].map((key) =>
    Boolean(subscriptions.withKey(key)),
  );
  expect(found).toEqual([true, false, true]);
});

test("a suspended subscription is found in its new state", () => {
  const subscriptions = new Subscriptions([CLAIMS]);
  subscriptions.setState("claims", "suspended");
  expect(subscriptions.withKey("first")?.state).toBe("suspended");
});

test("an unknown subscription is named, with those that there are", () => {
  expect(() => new Subscriptions([CLAIMS]).key("search", "primary")).toThrow(
    "no subscription 'search' in the stack; there are: claims",
  );
});
