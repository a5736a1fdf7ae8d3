import { join } from "node:path";
import { clientGateway, runClient } from "./client-run";
import {
  CLIENTS_FOLDER,
  recordedRequests,
  recordedResults,
  steadyRequest,
  steadyResult,
} from "./recorded-clients";

/** The one client that is part of the repository; `npm run test:clients` runs all of them. */
test("the client openai, in a process of its own, does and sends what is recorded of it", async () => {
  const simulation = await clientGateway();
  try {
    const { results, requests } = await runClient(simulation, join(CLIENTS_FOLDER, "openai.mjs"));
    const recorded = recordedResults().find(({ client }) => client === "openai");
    expect(results.map(steadyResult)).toEqual(recorded?.results);
    const sent = recordedRequests().find(({ client }) => client === "openai");
    expect(requests.map(steadyRequest).map(withoutMachine)).toEqual(sent?.requests.map(withoutMachine));
  } finally {
    await simulation.close();
  }
});

type Request = ReturnType<typeof steadyRequest>;

/** What a client tells of the machine differs from one to the other. */
function withoutMachine({ headers, ...request }: Request): Request {
  return {
    ...request,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => !/^x-stainless-(arch|os|runtime-version)$/.test(name)),
    ),
  };
}
