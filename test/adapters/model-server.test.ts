import { afterEach, expect, it } from 'vitest';
import { ModelServer, fail, say, shell } from '../support/model-server.ts';

let model: ModelServer;
afterEach(async () => model.close());

async function ask(path: string, body: object): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await fetch(`${model.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

it('follows its script by the results of tools that a conversation holds, in the tool and the dialect of whoever asks', async () => {
  model = await ModelServer.start([shell('echo hello'), say('done', { input: 7, output: 3, cache_read: 2 })]);
  const tools = [{ name: 'Bash' }];
  expect((await ask('/v1/messages', { tools, messages: [] })).text).toContain('"name":"Bash","input":{"command":"echo hello"');
  expect((await ask('/v1/messages', { tools, stream: true, messages: [{ content: [{ type: 'tool_result' }] }] })).text).toContain('"text":"done"');
  expect((await ask('/v1/responses', { tools: [{ name: 'exec_command' }], input: [] })).text).toContain(String.raw`{\"cmd\":\"echo hello\"}`);
  expect((await ask('/v1/responses', { tools, input: [{ type: 'function_call_output' }, { type: 'function_call_output' }] })).text).toContain('"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":2},"output_tokens":3');
  expect(model.asked.length).toBe(4);
});

it('answers out of turn once, and errands of a program without its script', async () => {
  model = await ModelServer.start([say('done')]);
  model.faults.push(fail(429, { type: 'rate_limit_error', headers: { 'retry-after': '60' } }));
  expect((await ask('/v1/messages', { messages: [] })).text).toContain('an errand');
  const refused = await ask('/v1/messages', { tools: [{ name: 'Bash' }], messages: [] });
  expect([refused.status, refused.headers.get('retry-after'), refused.text]).toEqual([429, '60', '{"type":"error","error":{"type":"rate_limit_error","message":"scripted"}}']);
  expect((await ask('/v1/messages', { tools: [{ name: 'Bash' }], messages: [] })).text).toContain('"text":"done"');
});
