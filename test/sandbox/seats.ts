/** Seats that do what is probed: in a sandbox, and as the operator. */
export const CONFINED = { seat: 'shut', count: 3, roles: ['prober'], harness: 'shell', sandbox: 'required' };
export const OPEN = { seat: 'open', count: 3, roles: ['prober'], harness: 'shell' };
