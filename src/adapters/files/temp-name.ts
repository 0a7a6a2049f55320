const SHAPE = /^\.tmp-([0-9a-z]+)-[0-9]+$/;

/**
 * The name of a file that is still being written: hidden, and with the nonce of the process that writes it, so that what a dead one
 * left behind can be told from what a live one is writing.
 */
export function tempName(nonce: string, serial: number): string {
  return `.tmp-${nonce}-${serial}`;
}

/** The nonce in a name made by `tempName`, or undefined for any other name. */
export function tempNonce(name: string): string | undefined {
  return SHAPE.exec(name)?.[1];
}
