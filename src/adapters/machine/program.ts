import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { errno } from '../git-store/errors.ts';

/** Where a search path finds a program, or the whole path itself; undefined when neither leads to one. */
export function findProgram(searchPath: string, name: string): string | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
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
