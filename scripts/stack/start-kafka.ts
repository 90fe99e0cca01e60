// A real Kafka broker of one node, in KRaft mode, on free ports of loopback, its data in a folder of its own.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { findFreePort } from './find-free-port.ts';
import { installKafka } from './install-kafka.ts';
import { runOrThrow } from './run-command.ts';
import {
  makeServiceDirectory,
  type RunningService,
  type ServiceCommand,
  startService,
} from './service-process.ts';

const READY_WITHIN_MILLIS = 60_000;

/** `address` is the list for KAFKA_BROKERS. */
export const startKafka = async (): Promise<RunningService> => startService(await prepareKafka());

/** With its storage formatted; to be started again on the same storage and ports when it was killed. */
export async function prepareKafka(): Promise<ServiceCommand> {
  const libs = installKafka();
  const directory = makeServiceDirectory('kafka');
  const [port, controllerPort] = [await findFreePort(), await findFreePort()];
  const properties = join(directory, 'server.properties');
  writeFileSync(properties, serverProperties({ directory, port, controllerPort }));
  const java = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(libs, '*')];
  const cluster = randomBytes(16).toString('base64url');
  const format = [
    'kafka.tools.StorageTool',
    'format',
    '--standalone',
    `--cluster-id=${cluster}`,
    '-c',
    properties,
  ];
  runOrThrow('java', [...java, ...format], 'formatting the storage of Kafka');
  const address = `127.0.0.1:${port}`;
  return {
    name: 'Kafka',
    address,
    command: 'java',
    args: [...java, 'kafka.Kafka', properties],
    directory,
    isReady: () => answers(address),
    readyWithinMillis: READY_WITHIN_MILLIS,
  };
}

function serverProperties(at: { directory: string; port: number; controllerPort: number }): string {
  return `process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:${at.port},CONTROLLER://127.0.0.1:${at.controllerPort}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:${at.controllerPort}
log.dirs=${join(at.directory, 'data')}
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
`;
}

async function answers(address: string): Promise<boolean> {
  const admin = new kafkajs.Kafka({
    clientId: 'tidemark-stack',
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}
