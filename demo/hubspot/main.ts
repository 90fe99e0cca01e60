// Runs the HubSpot stand-in by itself: PORT, HUBSPOT_TOKEN and HUBSPOT_FILE from the environment, all optional.
import { startHubSpotStandIn } from './start-stand-in.ts';

const { PORT = '8090', HUBSPOT_TOKEN = 'demo-token', HUBSPOT_FILE } = process.env;

const standIn = await startHubSpotStandIn({
  port: Number(PORT),
  token: HUBSPOT_TOKEN,
  ...(HUBSPOT_FILE === undefined ? {} : { file: HUBSPOT_FILE }),
});
console.log(`HubSpot stand-in: ${standIn.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    standIn.close().then(() => process.exit(0));
  });
}
