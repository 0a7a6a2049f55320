export const PLAN_ID = 'textkit';

/** The demo's plan: ten steps over four seats. */
export const PLAN = `plan_id: ${PLAN_ID}
title: Slugs, wrapping and counting for textkit, tested and described
objective: textkit 0.2.0 in main
steps:
  # Three functions that know nothing of each other: two developers at once.
  - step_id: slug
    objective: a slug for any title
    role: developer
    scope: [src/slug.js]
    outputs: [src/slug.js]
    commands:
      - |
        cat > src/slug.js <<'END'
        /** 'Hello, World!' -> 'hello-world' */
        export function slug(title) {
          return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
        }
        END
  - step_id: wrap
    objective: text in lines of a given width
    role: developer
    scope: [src/wrap.js]
    outputs: [src/wrap.js]
    commands:
      - |
        cat > src/wrap.js <<'END'
        /** Lines of at most 'columns' characters, broken at blanks. */
        export function wrap(text, columns = 72) {
          const lines = [''];
          for (const word of text.split(/\\s+/)) {
            const line = lines[lines.length - 1];
            if (line === '') lines[lines.length - 1] = word;
            else if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = line + ' ' + word;
            else lines.push(word);
          }
          return lines;
        }
        END
  - step_id: count
    objective: how many words a text has
    role: developer
    scope: [src/count.js]
    outputs: [src/count.js]
    # debug.log is left in the worker's folder; the check must not find it in its own.
    commands:
      - echo left over > debug.log
      - |
        cat > src/count.js <<'END'
        export function count(text) {
          return text.split(/\\s+/).filter((word) => word !== '').length;
        }
        END
    checks: {after: ["test ! -e debug.log", "node --test --test-isolation=none"]}

  # Each test waits for its function.
  - step_id: test-slug
    objective: tests for slug
    role: tester
    depends_on: [slug]
    scope: [test/slug.test.js]
    outputs: [test/slug.test.js]
    commands:
      - |
        cat > test/slug.test.js <<'END'
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { slug } from '../src/slug.js';
        test('a title', () => assert.equal(slug('Hello, World!'), 'hello-world'));
        test('nothing but signs', () => assert.equal(slug('?!'), ''));
        END
  - step_id: test-wrap
    objective: tests for wrap (its first attempt fails)
    role: tester
    depends_on: [wrap]
    scope: [test/wrap.test.js]
    outputs: [test/wrap.test.js]
    commands:
      - |
        if [ "$COO_ATTEMPT" = 1 ]; then echo 'the fixture server does not answer' >&2; exit 1; fi
      - |
        cat > test/wrap.test.js <<'END'
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { wrap } from '../src/wrap.js';
        test('fits', () => assert.deepEqual(wrap('one two three', 7), ['one two', 'three']));
        END
  - step_id: test-count
    objective: tests for count
    role: tester
    depends_on: [count]
    scope: [test/count.test.js]
    outputs: [test/count.test.js]
    commands:
      - |
        cat > test/count.test.js <<'END'
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        import { count } from '../src/count.js';
        test('words', () => assert.equal(count(' one  two three '), 3));
        END

  - step_id: index
    objective: one door to all of it
    role: developer
    depends_on: [slug, wrap, count]
    outputs: [src/index.js]
    commands:
      - for name in trim slug wrap count; do echo "export { $name } from './$name.js';"; done > src/index.js

  # Its first attempt hangs until somebody kills its worker.
  - step_id: measure
    objective: how fast wrap is
    role: developer
    depends_on: [wrap]
    outputs: [docs/speed.md]
    commands:
      - |
        if [ "$COO_ATTEMPT" = 1 ]; then touch "$HOME/measuring"; exec sleep 60; fi
      - |
        mkdir -p docs
        node --input-type=module -e "
          import { wrap } from './src/wrap.js';
          const text = 'word '.repeat(100000), before = performance.now();
          const lines = wrap(text).length;
          console.log('# Speed\\n\\nwrap: ' + lines + ' lines in ' + Math.round(performance.now() - before) + ' ms');
        " > docs/speed.md

  # No commands: for a person, or an agent who has nothing but a shell.
  - step_id: readme
    objective: say what textkit can do
    seat: ada
    depends_on: [slug, wrap, count]
    scope: [README.md]
    outputs: [README.md]
    prompt: Write README.md. Name each function, with an example.
    checks: {after: ["grep -q slug README.md && grep -q wrap README.md && grep -q count README.md"]}

  - step_id: release
    objective: textkit 0.2.0
    role: developer
    depends_on: [test-slug, test-wrap, test-count, index, measure, readme]
    outputs: [CHANGELOG.md, package.json]
    expected_receipts: [tests.log]       # the proof: kept in the record, not merged
    commands:
      - sed 's/0\\.1\\.0/0.2.0/' package.json > package.tmp && mv package.tmp package.json
      - printf '# 0.2.0\\n\\nslug, wrap and count.\\n' > CHANGELOG.md
      - node --test --test-isolation=none --test-reporter=tap > tests.log
`;
