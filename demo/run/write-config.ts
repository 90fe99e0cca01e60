// The demo's tidemark.yaml: the shipped rules, a CRM at the stand-in, a write key from the environment.
import { writeFileSync } from 'node:fs';

export interface DemoConfig {
  readonly file: string;
  readonly rules: string;
  readonly data: string;
  readonly crmUrl: string;
}

export function writeConfig({ file, rules, data, crmUrl }: DemoConfig): void {
  writeFileSync(
    file,
    `# Made by the demo; the same keys serve a real project.
rules: ${JSON.stringify(rules)}
data: ${JSON.stringify(data)}
listen: 127.0.0.1:0
write_keys: [{name: demo, key: "\${DEMO_WRITE_KEY}"}]
sinks:
  crm: {type: hubspot, token: "\${DEMO_CRM_TOKEN}", base_url: ${crmUrl}, fields: {pql_score: score.adoption}}
routes: {pql: [crm], mql: [crm], activation: [crm], onboarding: [crm], expansion: [crm], churn_risk: [crm]}
`,
  );
}
