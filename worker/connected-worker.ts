import { getBearerTokenProvider, ManagedIdentityCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { ContainerClient } from "@azure/storage-blob";
import WebSocket from "ws";
import { GatewayClient } from "./gateway-client";
import type { Log } from "./log";
import { proxyOf } from "./proxy";
import { QueueWorker } from "./queue-worker";
import { RequestRunner } from "./request-runner";
import { ResultStore } from "./result-store";
import type { Settings } from "./settings";

/** A worker and the connections that end with it. */
export interface ConnectedWorker {
  start(): void;
  stop(): Promise<void>;
}

/** As long as a lock is renewed. Of a request that waits longer, the next worker is told as of one whose worker ended. */
const MAX_LOCK_MS = 7 * 24 * 3_600_000;

/** Makes the worker of the settings. It signs in as its managed identity, everywhere. */
export function connectedWorker(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): ConnectedWorker {
  const credential = new ManagedIdentityCredential({ clientId: settings.clientId });
  const proxy = proxyOf(environment);
  const serviceBus = new ServiceBusClient(settings.namespace, credential, {
    // On port 443, which is the one that network rules let through.
    webSocketOptions: { webSocket: WebSocket, webSocketConstructorOptions: proxy.webSocketOptions },
  });
  const gateway = new GatewayClient({
    url: settings.gatewayUrl,
    token: getBearerTokenProvider(credential, settings.gatewayScope),
    fetch: proxy.fetch,
  });
  const results = new ResultStore(new ContainerClient(settings.containerUrl, credential));
  const worker = new QueueWorker({
    receiver: serviceBus.createReceiver(settings.queue, { maxAutoLockRenewalDurationInMs: MAX_LOCK_MS }),
    sender: serviceBus.createSender(settings.queue),
    runner: new RequestRunner(gateway, results),
    log,
    concurrency: settings.concurrency,
    graceMs: settings.graceMs,
  });
  return {
    start: () => worker.start(),
    stop: async () => {
      await worker.stop();
      await serviceBus.close();
    },
  };
}
