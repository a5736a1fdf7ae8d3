import { connect } from "node:tls";
import type { SimulatedEnvironment } from "./simulation";

/**
 * Sends bytes over TLS that no HTTP client would send, and reads until the gateway closes or has answered.
 *
 * @param text with `\n` for line ends; `{host}` becomes the gateway's host name
 * @returns status of the first answer, or none if the gateway closed without one
 */
export function rawRequest(environment: SimulatedEnvironment, text: string): Promise<number | undefined> {
  const { simulation } = environment;
  const host = simulation.model.gateways[0]?.hostNames[0]?.hostName ?? "";
  const { port } = new URL(simulation.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const status = (): number | undefined => {
      const found = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const socket = connect(
      {
        host: "127.0.0.1",
        port: Number(port),
        servername: host,
        ca: simulation.caPem,
        ALPNProtocols: ["http/1.1"],
      },
      () => socket.write(text.replace("{host}", host).replaceAll("\n", "\r\n")),
    );
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (answer.includes("\r\n\r\n")) {
        socket.destroy();
        resolve(status());
      }
    });
    socket.on("close", () => resolve(status()));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? resolve(status()) : reject(error),
    );
  });
}
