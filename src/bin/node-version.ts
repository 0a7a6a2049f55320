/** The oldest Node major that coo runs on; `engines` in package.json says the same. */
export const OLDEST_NODE = 24;

/**
 * Says whether this Node can run coo.
 *
 * @param version `process.versions.node`, such as `20.20.2`
 * @returns nothing where it can; else what is wrong and how to mend it, ready to print
 */
export function nodeTooOld(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return undefined;
  return [
    `coo: needs Node ${OLDEST_NODE} or newer, and this is Node ${version}.`,
    `  run it once with the right one:  npx -p node@${OLDEST_NODE} -p git-coo coo --help`,
    `  or in this project for good:     npm install --save-dev node@${OLDEST_NODE} git-coo && npx coo --help`,
    '',
  ].join('\n');
}
