export { duration, elapsed } from '../../format/time-span.ts';
