/** How clients of the emulators are set up: any credentials serve. */
export const localAws = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** The emulators' account. */
export const localAccount = '000000000000';

export const functionArn = (name: string): string =>
  `arn:aws:lambda:${localAws.region}:${localAccount}:function:${name}`;
