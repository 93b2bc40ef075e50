/** How clients of the emulators are set up: any region, any credentials. */
export const localAws = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** The emulators' account. */
export const localAccount = '000000000000';
