import type { Clock, Simulation } from "../../simulator";
import {
  type Asked,
  CREDENTIAL_KINDS,
  type EveryCredentialCallers,
} from "../support/every-credential-callers";

/** APIs that keep answers, of whatever kind their cache is. */
export interface KeptAnswers {
  readonly simulation: Simulation;
  readonly clock: Clock;
  readonly callers: EveryCredentialCallers;
}

export interface KeptAnswersOptions {
  readonly current: () => KeptAnswers;
  /** What is asked first, and by default. */
  readonly question: { readonly messages: readonly object[] };
  /** A question that gets the same answer. */
  readonly again: Asked;
}

/** Describes what holds of every cache: an answer is for its caller, its group and its request alone. */
export function describeKeptAnswers({ current, question, again }: KeptAnswersOptions): void {
  const body = (more: object): Asked => ({ body: { ...question, ...more } });
  const reached: EveryCredentialCallers["reached"] = (...asked) => current().callers.reached(...asked);

  describe.each(CREDENTIAL_KINDS)("with a %s, an answer", (kind) => {
    it("is not given to another client", async () => {
      expect(await reached(kind, { client: 0 }, { client: 1 })).toBe(true);
    });

    it("is given to another client of its group, and to none outside", async () => {
      expect(await reached(kind, { client: 2 }, { ...again, client: 3, user: "user-2" })).toBe(false);
      expect(await reached(kind, { client: 2 }, { client: 0 })).toBe(true);
    });
  });

  describe.each(["token", "combined"] as const)("with a %s of a user, an answer", (kind) => {
    it("is not given to another user of the client", async () => {
      expect(await reached(kind, { user: "user-1" }, { user: "user-2" })).toBe(true);
    });
  });

  describe("another request", () => {
    it.each<[string, Asked]>([
      [
        "system message",
        body({ messages: [{ role: "system", content: "Be short." }, ...question.messages] }),
      ],
      ["temperature", body({ temperature: 1 })],
      ["seed", body({ seed: 7 })],
      ["number of choices", body({ n: 2 })],
      ["length", body({ max_completion_tokens: 100 })],
      ["format", body({ response_format: { type: "json_object" } })],
      ["user", body({ user: "somebody" })],
      ["name of who asks", body({ messages: question.messages.map((each) => ({ ...each, name: "ann" })) })],
      [
        "api-version",
        { target: "/token/openai/deployments/chat/chat/completions?api-version=2025-01-01-preview" },
      ],
      ["URL shape", { target: "/token/openai/v1/chat/completions", ...body({ model: "chat" }) }],
    ])("by another %s reaches the model, and is kept apart", async (_what, second) => {
      expect(await reached("token", {}, second)).toBe(true);
      expect(await reached("token", second, second)).toBe(false);
      expect(await reached("token", second, {})).toBe(false);
    });

    it("of another API is another one, whoever asks", async () => {
      const { callers } = current();
      await (await callers.ask("key")).text();
      expect((await callers.ask("combined")).cache).toBe("miss");
    });
  });

  describe("whoever has no access any more", () => {
    it("gets nothing that was kept: a suspended key", async () => {
      const { simulation, callers } = current();
      await (await callers.ask("key", { client: 1 })).text();
      simulation.setSubscriptionState("key-client-key-1", "suspended");
      const refused = await callers.ask("key", { client: 1 });
      expect([refused.status, refused.cache]).toEqual([401, undefined]);
      simulation.setSubscriptionState("key-client-key-1", "active");
    });

    it("gets nothing that was kept: a client that is not registered, an ended token", async () => {
      const { simulation, clock, callers } = current();
      await (await callers.ask("token")).text();
      expect((await callers.ask("token", { client: 9 })).status).toBe(403);
      const { headers } = await callers.credentials("token", 0, "user-1");
      clock.advance(601_000);
      const late = await simulation.call(callers.dated("token"), { headers, body: question });
      expect([late.status, late.headers["x-ai-gateway-cache"]]).toEqual([401, undefined]);
    });
  });
}
