const L = 'aB3dE6gH9jK2mN5pQ8sT';
/** Some letters and digits, `count` of them. None of it is anybody's. */
export const some = (count: number): string => L.repeat(Math.ceil(count / L.length)).slice(0, count);
export const hex = (count: number): string => '0123456789abcdef'.repeat(20).slice(0, count);

/** A sample of what each rule finds; joined, so that no scanner stops at this file. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  '1password': [`ops_${Buffer.from(JSON.stringify({ email: some(91) })).toString('base64')}`],
  anthropic: [['sk-ant', `api03-${some(93)}AA`].join('-')],
  aws: [`AWS_SECRET_ACCESS_KEY = ${some(40)}`],
  basicauth: [['https://someone:', 'passw0rd9x@host.example.org'].join('')],
  cloudflare: [['cfut', `${some(40)}${hex(8)}`].join('_')],
  'database-connection-string': [['postgres://app:', 's3cretpw9@db.internal.example.org:5432/app'].join('')],
  databricks: [['dap', `i${hex(32)}`].join('')],
  docker: [['dckr_pat', some(27)].join('_')],
  figma: [['figd', some(40)].join('_')],
  github: [['ghp', some(36)].join('_'), ['github_pat', some(82)].join('_')],
  gitlab: [['glpat', some(20)].join('-')],
  grafana: [['glsa', `${some(32)}_${hex(8)}`].join('_')],
  groq: [['gsk', some(52)].join('_')],
  'hashicorp-vault': [['hvs', some(95)].join('.')],
  huggingface: [['hf', 'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'].join('_')],
  linear: [['lin_api', some(40)].join('_')],
  notion: [['ntn', `12345678901${some(35)}`].join('_')],
  npm: [['npm', some(36)].join('_')],
  openai: [['sk', `${some(20)}T3BlbkFJ${some(20)}`].join('-')],
  privatekey: [`-----BEGIN RSA PRIVATE KEY-----\nMI${some(1_000)}\n-----END RSA PRIVATE KEY-----`],
  sendgrid: [['SG', some(22), some(43)].join('.')],
  shopify: [['shpat', hex(32)].join('_')],
  slack: [['xoxb', '123456789012', '1234567890123', some(24)].join('-'), ['https://hooks.slack.com/services', `T${some(9)}`, `B${some(9)}`, some(24)].join('/')],
  stripe: [['sk_live', some(24)].join('_')],
  tailscale: [['tskey', 'auth', some(12), some(24)].join('-')],
  vercel: [['vcp', some(24)].join('_')],
};
