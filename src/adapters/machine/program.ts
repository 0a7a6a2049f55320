import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { errno } from '../git-store/errors.ts';

/** Where a search path finds a program; undefined when it does not. */
export function findProgram(searchPath: string, name: string): string | undefined {
  return searchPath.split(delimiter).map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return false;
  }
}
