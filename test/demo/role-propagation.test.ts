import { NotRun } from "../../demo/access-case";
import { NoConnection } from "../../demo/gateway-call";
import { waitForRoles } from "../../demo/role-propagation";

/** A gateway that answers so, one after the other; the last answer stays. */
function answering(...outcomes: readonly (string | Error)[]): () => Promise<string> {
  let call = 0;
  return () => {
    const outcome = outcomes[Math.min(call, outcomes.length - 1)] ?? "";
    call += 1;
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
}

async function wait(call: () => Promise<string>): Promise<{ reached: boolean; lines: string[] }> {
  const lines: string[] = [];
  const progress = (line: string) => lines.push(line);
  return { reached: await waitForRoles({ call, boundMs: 3, progress }), lines };
}

test("goes on at once where the gateway reaches the account", async () => {
  expect(await wait(answering("200"))).toEqual({ reached: true, lines: [] });
});

test("waits while the account refuses the gateway, and shows it", async () => {
  const { reached, lines } = await wait(answering("502 upstream_error", "502 upstream_error", "200"));
  expect([reached, lines.length]).toEqual([true, 2]);
  expect(lines[0]).toBe("0:00 of 0:00: 502 upstream_error; waiting for roles to take effect");
});

test("waits for a name that has not reached DNS yet", async () => {
  const { reached, lines } = await wait(answering(new NoConnection("getaddrinfo ENOTFOUND gateway"), "200"));
  expect([reached, lines.length]).toEqual([true, 1]);
});

test("gives up at the bound", async () => {
  const { reached, lines } = await wait(answering("502 upstream_error"));
  expect([reached, lines.at(-1)]).toEqual([
    false,
    "0:00 of 0:00: 502 upstream_error; going on, a role may still be on its way",
  ]);
});

test("does not wait for a refusal, which is the gateway's own", async () => {
  expect(await wait(answering("401 unauthorized"))).toEqual({ reached: true, lines: [] });
});

test("credentials that cannot be had are not waited for", async () => {
  await expect(wait(answering(new Error("the sign-in was declined"), "200"))).rejects.toThrow("declined");
});

test("a call without credentials cannot tell", async () => {
  await expect(wait(answering(new NotRun("no key")))).rejects.toThrow(NotRun);
});
