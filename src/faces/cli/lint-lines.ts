import type { Linted } from '../../app/operations/plans.ts';
import { plain } from './plain.ts';
import type { Style } from './style.ts';

/** Faults as editors and compilers write them, `file:line:column: message [code]`, the fix below; a line for each good file. */
export function lintLines({ files }: Linted, shorten: (path: string) => string, style: Style): readonly string[] {
  if (files.length === 0) return ['no plan files in _plans/: coo plan new <plan_id>'];
  return files.flatMap(({ path, ok, plan_id, steps, draft, faults }) => {
    const name = plain(shorten(path));
    const told = faults.flatMap(({ line, column, severity, message, code, fix }) => {
      const paint = severity === 'error' ? style.red : style.yellow;
      return [`${name}:${String(line)}:${String(column)}: ${paint(severity)}: ${plain(message)} [${code}]`, `  next:  ${plain(fix)}`];
    });
    const plan = plan_id === null ? '' : `, ${plan_id}, ${String(steps)} steps${draft ? ', a draft' : ''}`;
    return ok ? [...told, `${name}: ${style.green('good')}${plan}`] : told;
  });
}
