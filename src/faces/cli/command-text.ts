export { commandText } from '../../format/command-text.ts';
