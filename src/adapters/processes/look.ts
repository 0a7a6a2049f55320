import { errno } from '../git-store/errors.ts';

/** Processes end, and belong to others, while one looks: what cannot be seen is absent. */
export function look<T>(at: () => T): T | undefined {
  try {
    return at();
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}
