/** TLS in front of the stack, which speaks none: the client of PagerDuty takes a host, and always speaks https to it. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';

export type TlsFront = {
  /** Host and port. */ server: string /** For NODE_EXTRA_CA_CERTS. */;
  certificate: string;
  stop: () => Promise<void>;
};

/** A certificate that signed itself, for a day. */
const selfSigned = (directory: string): { key: string; certificate: string } => {
  const key = join(directory, 'front.key');
  const certificate = join(directory, 'front.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { status, stderr } = spawnSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return { key, certificate };
};

/** Hands on what it decrypts, and the answer. */
export const serveTlsFront = async (directory: string, stackUrl: string): Promise<TlsFront> => {
  const { key, certificate } = selfSigned(directory);
  const { hostname, port } = new URL(stackUrl);
  const open = new Set<TLSSocket>();
  const front = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    const behind = connect(Number(port), hostname);
    open.add(socket);
    socket.once('close', () => open.delete(socket) && behind.destroy());
    behind.once('error', () => socket.destroy());
    socket.once('error', () => behind.destroy());
    socket.pipe(behind).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  return {
    server: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    certificate,
    stop: async () => {
      const closed = once(front, 'close');
      front.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};
