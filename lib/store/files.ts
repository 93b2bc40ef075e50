import { env, required } from '../env.ts';
import { requestTimeouts } from '../request-timeouts.ts';

/** The S3 client is loaded only for artifacts that lie in the bucket: it would double the start-up of all others. */
const bucket = async () => {
  const { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  return {
    client: new S3Client({ requestHandler: requestTimeouts }),
    DeleteObjectCommand,
    GetObjectCommand,
    PutObjectCommand,
    Bucket: required(env.artifactBucket),
  };
};
let opened: ReturnType<typeof bucket> | undefined;
const open = () => {
  opened ??= bucket();
  return opened;
};

/** Puts a file; answers how to delete it again, for a call that is refused after all. */
export const placeFile = async (Key: string, content: string): Promise<() => Promise<void>> => {
  const { client, Bucket, PutObjectCommand, DeleteObjectCommand } = await open();
  await client.send(new PutObjectCommand({ Bucket, Key, Body: content, ContentType: 'text/plain; charset=utf-8' }));
  return async () => {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  };
};

export const readFile = async (Key: string): Promise<string> => {
  const { client, Bucket, GetObjectCommand } = await open();
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString('utf8')) ?? '';
};
