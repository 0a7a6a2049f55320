import type { Order, OrderedAgent } from '../kernel/order.ts';

/** What an agent is asked, from its work order alone. */
export function agentPrompt(order: Order, agent: OrderedAgent): string {
  const parts = [order.objective, order.prompt ?? ''];
  if (agent.previous !== undefined) parts.push(`The attempt before was not accepted:\n${agent.previous.findings.map(({ code, message, path }) => `- ${code}${path === undefined ? '' : ` ${path}`}: ${message}`).join('\n')}`);
  return parts.filter((part) => part !== '').join('\n\n');
}
