import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";

/** What to connect to, and how often. */
export interface Hold {
  readonly port: number;
  readonly caPem: string;
  readonly count: number;
}

/** How far it got: connections that are open at the same time. */
export interface Held {
  readonly open: number;
}

/** Handshakes at a time: more would only wait for each other. */
const AT_A_TIME = 100;

/** Opens connections and keeps them until the parent process ends this one. */
async function hold({ port, caPem, count }: Hold): Promise<Held> {
  const sockets: TLSSocket[] = [];
  const secureContext = createSecureContext({ ca: caPem });
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - sockets.length) }, () =>
      open(port, secureContext),
    );
    sockets.push(...(await Promise.all(some)));
  }
  return { open: sockets.filter(({ destroyed }) => !destroyed).length };
}

function open(port: number, secureContext: SecureContext): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "ai.contoso.com", secureContext }, () =>
      resolve(socket),
    );
    socket.once("error", reject);
  });
}

process.on("message", (message: Hold) => void hold(message).then((held) => process.send?.(held)));
process.on("disconnect", () => process.exit());
