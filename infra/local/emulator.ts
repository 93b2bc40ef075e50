import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

/** Published by Fastify as a server is made ("Hooks", Fastify documentation, `diagnostics_channel`). */
const MADE = 'fastify.initialization';

type Listen = (options: { port: number; host: string }) => Promise<string>;

/** The emulator listens on every interface of the machine, whatever it is told: anybody near could read and send. */
const onLoopback = (message: unknown): void => {
  const { fastify } = message as { fastify: { listen: Listen } };
  const listen = fastify.listen.bind(fastify);
  fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' });
};

/** Runs fauxqs (SNS, SQS, S3) on a free port of this machine alone. What it holds is in files and survives a restart. */
export const startEmulator = async (dataDirectory: string): Promise<FauxqsServer> => {
  const dataDir = join(dataDirectory, 'messaging');
  const s3StorageDir = join(dataDirectory, 'files');
  subscribe(MADE, onLoopback);
  // Its server is made before anything is waited for, so only this one is bound.
  const starting = startFauxqs({ port: 0, logger: false, dataDir, s3StorageDir });
  unsubscribe(MADE, onLoopback);
  try {
    return await starting;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the emulator of SNS, SQS and S3 did not start on ${dataDir}: ${reason}; --fresh forgets it`, {
      cause,
    });
  }
};
