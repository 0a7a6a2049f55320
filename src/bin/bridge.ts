import { bridge } from '../adapters/sandbox/bridge.ts';

/** `bridge <socket> <port> -- <program> [argument ...]`: the way to a list of hosts, inside a sandbox. */
const [, , socket = '', port = '', , ...argv] = process.argv;
process.exit(await bridge(socket, Number(port), argv, process.env));
