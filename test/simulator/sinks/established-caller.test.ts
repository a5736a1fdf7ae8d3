import { establishedCaller } from "../../../simulator/sinks";

describe("establishedCaller", () => {
  it("is what the policies' variables say", () => {
    const variables = { callerClientId: "claims", callerMethod: "token", callerUserId: "ann" };
    expect(establishedCaller({ variables, subscription: "other" })).toEqual({
      client: "claims",
      method: "token",
      user: "ann",
    });
  });

  it("leaves out what the policies leave empty", () => {
    const variables = { callerClientId: "claims", callerMethod: "key", callerUserId: "" };
    expect(establishedCaller({ variables })).toEqual({ client: "claims", method: "key", user: undefined });
  });

  it("is the subscription where policies set no variable", () => {
    expect(establishedCaller({ variables: {}, subscription: "claims" })).toEqual({
      client: "claims",
      method: "key",
    });
  });

  it("is nobody for a refused request", () => {
    expect(establishedCaller({ variables: { callerClientId: "" } })).toBeUndefined();
  });
});
