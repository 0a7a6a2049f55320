/** Ports of a host that is listed without one. */
const USUAL: ReadonlySet<number> = new Set([80, 443]);

/** Whether a list of hosts (`host`, `host:port`, `*.domain`) lets anybody through to this one. Names are compared without case and without a last dot. */
export function isAllowed(list: readonly string[], host: string, port: number): boolean {
  const wanted = bare(host);
  return list.some((entry) => {
    const [, name = '', given] = /^(.*?)(?::([0-9]{1,5}))?$/.exec(entry) ?? [];
    if (given === undefined ? !USUAL.has(port) : Number(given) !== port) return false;
    const listed = bare(name);
    return listed.startsWith('*.') ? wanted.endsWith(listed.slice(1)) && wanted.length > listed.length - 1 : wanted === listed;
  });
}

function bare(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
