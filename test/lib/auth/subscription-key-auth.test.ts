import { Auth } from "../../../lib/auth/auth";
import { bindStrategy } from "./bind-strategy";

describe("Auth.subscriptionKey", () => {
  it("requires a subscription", () => {
    const { binding, problems } = bindStrategy(Auth.subscriptionKey());
    expect(problems).toEqual([]);
    expect(binding).toMatchObject({ subscriptionKey: "required", authenticators: [{ name: "key" }] });
  });
});
