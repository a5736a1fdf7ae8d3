import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const cors = (attributes: string, origins: readonly string[], rest = ""): string =>
  `<cors ${attributes}><allowed-origins>${origins.map((o) => `<origin>${o}</origin>`).join("")}</allowed-origins>
    ${rest === "" ? "" : rest}<allowed-headers><header>*</header></allowed-headers></cors>`;

const METHODS = `<allowed-methods preflight-result-max-age="300"><method>GET</method><method>POST</method></allowed-methods>`;
const PORTAL = "https://portal.example";
const preflight = (origin: string): { method: string; headers: Record<string, string> } => ({
  method: "OPTIONS",
  headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
});

describe("cors", () => {
  it("answers a preflight by itself, without the other policies", async () => {
    const inbound = `${cors("", [PORTAL], METHODS)}<return-response><set-status code="401" /></return-response>`;
    const gateway = await PolicyGateway.start({ inbound });
    const { status, headers } = await gateway.call(preflight(PORTAL));
    expect([status, headers, gateway.backend.requests.length]).toMatchObject([
      200,
      {
        "access-control-allow-origin": [PORTAL],
        "access-control-allow-methods": ["GET,POST"],
        "access-control-allow-headers": ["*"],
        "access-control-max-age": ["300"],
      },
      0,
    ]);
  });

  it.each(["true", "false"])(
    "answers the preflight of another origin with an empty 200 when terminating is %s",
    async (terminate) => {
      const inbound = cors(`terminate-unmatched-request="${terminate}"`, [PORTAL]);
      const gateway = await PolicyGateway.start({ inbound });
      const { status, headers } = await gateway.call(preflight("https://evil.example"));
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  it("adds its headers to the answer for a matching origin", async () => {
    const gateway = await PolicyGateway.start({ inbound: cors(`allow-credentials="true"`, [`${PORTAL}/`]) });
    const { headers } = await gateway.call({ headers: { Origin: PORTAL } });
    expect(headers).toMatchObject({
      "access-control-allow-origin": [PORTAL],
      "access-control-allow-credentials": ["true"],
      vary: ["Origin"],
    });
  });

  it("adds its headers to errors of later policies", async () => {
    const inbound = `${cors("", ["*"])}<set-status code="202" />`;
    const gateway = await PolicyGateway.start({ inbound });
    const { status, headers } = await gateway.call({ headers: { Origin: PORTAL } });
    expect([status, headers["access-control-allow-origin"]]).toEqual([500, ["*"]]);
  });

  it("stops a request of another origin before the backend when terminating", async () => {
    const gateway = await PolicyGateway.start({
      inbound: cors(`terminate-unmatched-request="true"`, [PORTAL]),
    });
    const { status, text } = await gateway.call({ headers: { Origin: "https://evil.example" } });
    expect([status, text, gateway.backend.requests.length]).toEqual([200, "", 0]);
  });

  it("lets a request of another origin pass without CORS headers when not terminating", async () => {
    const gateway = await PolicyGateway.start({
      inbound: cors(`terminate-unmatched-request="false"`, [PORTAL]),
    });
    const { text, headers } = await gateway.call({ headers: { Origin: "https://evil.example" } });
    expect([text, headers["access-control-allow-origin"]]).toEqual(["from the backend", undefined]);
  });

  it("terminates GET of another origin unless told otherwise, and lets POST go on", async () => {
    const gateway = await PolicyGateway.start({ inbound: cors("", [PORTAL]) });
    const headers = { Origin: "https://evil.example" };
    expect((await gateway.call({ headers })).text).toBe("");
    expect((await gateway.call({ method: "POST", headers })).text).toBe("from the backend");
  });

  it("ignores requests without an origin", async () => {
    const gateway = await PolicyGateway.start({
      inbound: cors(`terminate-unmatched-request="true"`, [PORTAL]),
    });
    expect((await gateway.call()).text).toBe("from the backend");
  });

  it.each([
    ["an origin that is none", ["portal.example"], "is not an origin"],
    ["a wildcard beside an origin", ["*", PORTAL], "beside other origins"],
  ])("refuses %s at load", async (_, origins, problem) => {
    expect(await problemsOf({ inbound: cors("", origins) })).toEqual([expect.stringContaining(problem)]);
  });
});
