import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { isAllowed } from './allowed.ts';

/** The one way out of a name space without a network: a proxy on a socket, outside, that lets listed hosts through. */
export interface Door {
  /** The folder that holds the socket. */
  readonly folder: string;
  readonly inside: {
    /** Where that folder stands inside. */
    readonly folder: string;
    /** In front of a program: brings the socket to a port of loopback. */
    readonly argv: readonly string[];
    /** By this programs find it. */
    readonly env: Readonly<Record<string, string>>;
  };
  close(): Promise<void>;
}

const INSIDE = '/run/coo';
const SOCKET = 'proxy';
/** Nobody else listens in a name space that is fresh. */
const PORT = 3128;
const PROXY = `http://127.0.0.1:${String(PORT)}`;
/** Both spellings are in use; Node's own fetch asks for NODE_USE_ENV_PROXY. */
const ENV = { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, http_proxy: PROXY, https_proxy: PROXY, NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1' };

/** Opens the way for one attempt, with its socket in `folder`. */
export async function openDoor(list: readonly string[], folder: string, bridge: readonly [string, ...string[]]): Promise<Door> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  // Node's server forgets a connection that became a tunnel.
  const tunnels = new Set<Duplex>();
  const server = proxy(list, tunnels);
  // By way of the folder's descriptor: a socket's path holds 107 bytes at most (unix(7)).
  const fd = openSync(folder, 'r');
  try {
    await listening(server, `/proc/self/fd/${String(fd)}/${SOCKET}`);
  } finally {
    closeSync(fd);
  }
  return {
    folder,
    inside: { folder: INSIDE, argv: [...bridge, `${INSIDE}/${SOCKET}`, String(PORT), '--'], env: ENV },
    close: async () => {
      server.closeAllConnections();
      for (const end of tunnels) end.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/** CONNECT (RFC 9110, 9.3.6) for what is encrypted, and plain requests in absolute form (RFC 9112, 3.2.2). */
function proxy(list: readonly string[], tunnels: Set<Duplex>): Server {
  const server = createServer((asked, answer) => forward(list, asked, answer));
  server.on('connect', (asked: IncomingMessage, inner: Duplex, head: Buffer) => {
    inner.on('error', () => inner.destroy());
    const at = placeOf(`http://${asked.url ?? ''}`);
    if (at === undefined || !isAllowed(list, at.host, at.port)) {
      inner.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal(asked.url ?? '')}`);
      return;
    }
    const outer = connect(at.port, at.host);
    for (const end of [inner, outer]) {
      tunnels.add(end);
      end.once('close', () => tunnels.delete(end));
    }
    outer.once('connect', () => {
      inner.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      outer.write(head);
      inner.pipe(outer).pipe(inner);
    });
    outer.once('error', () => inner.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'));
    inner.once('close', () => outer.destroy());
    outer.once('close', () => inner.destroy());
  });
  return server;
}

function forward(list: readonly string[], asked: IncomingMessage, answer: ServerResponse): void {
  const at = placeOf(asked.url ?? '');
  if (at === undefined || !isAllowed(list, at.host, at.port)) {
    answer.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(refusal(asked.url ?? ''));
    return;
  }
  const { 'proxy-connection': _hop, 'proxy-authorization': _own, ...headers } = asked.headers;
  const outer = request({ host: at.host, port: at.port, method: asked.method, path: at.path, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  outer.once('error', () => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502).end();
  });
  answer.once('close', () => outer.destroy());
  asked.pipe(outer);
}

function placeOf(url: string): { readonly host: string; readonly port: number; readonly path: string } | undefined {
  if (!url.startsWith('http://') || !URL.canParse(url)) return undefined;
  const { hostname, port, pathname, search } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 80 : Number(port), path: `${pathname}${search}` };
}

function refusal(url: string): string {
  return `${url.slice(0, 200)} is not in the network list of this seat (coo.yaml)\n`;
}
