export { plain, plainLines } from '../../format/plain.ts';
