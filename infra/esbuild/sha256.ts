import { createHmac, hash } from 'node:crypto';

type Data = string | Uint8Array;

/**
 * SHA-256 as the SDK signs with it (`Checksum` of @smithy/types), in one call of Node instead of a stream that is made,
 * written and copied. The key of an HMAC is handed over as text: Node takes three times as long over bytes, which it
 * first holds for a key of another kind.
 */
export class Sha256Node {
  readonly digestLength = 32;
  readonly #secret: string | undefined;
  readonly #encoding: BufferEncoding;
  #data: Data[] = [];

  constructor(secret?: Data) {
    this.#secret = secret && (typeof secret === 'string' ? secret : Buffer.from(secret).toString('latin1'));
    this.#encoding = typeof secret === 'string' ? 'utf8' : 'latin1';
  }

  update(data: Data): void {
    this.#data.push(data);
  }

  async digest(): Promise<Uint8Array> {
    const [only = '', ...more] = this.#data;
    const data = more.length === 0 ? only : Buffer.concat(this.#data.map((each) => Buffer.from(each as string)));
    if (!this.#secret) return hash('sha256', data, 'buffer');
    return createHmac('sha256', this.#secret, { encoding: this.#encoding }).update(data).digest();
  }

  reset(): void {
    this.#data = [];
  }
}
