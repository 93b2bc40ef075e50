import { readStackFile } from '../local/stack-file.ts';

export type Flags = {
  url?: string | undefined;
  data: string;
  role?: string | undefined;
  principal?: string | undefined;
};

/** Where the endpoint is, and with which token. Looked up for each message: a local stack may have come back elsewhere. */
export type Where = () => { url: string; token: string };

/** A local stack by its stack.json, or a deployed one by its address, with the token of the environment: arguments show in lists of processes. */
export const whereOf = ({ url, data, role, principal }: Flags, token: string | undefined): Where => {
  if (url !== undefined) {
    if (role ?? principal)
      throw new Error('--role and --principal name a token of a local stack; with --url it is HOTFIX_TOKEN');
    if (!token) throw new Error('the environment variable HOTFIX_TOKEN is missing: the token to call --url with');
    if (!URL.canParse(url)) throw new Error(`--url takes the address of the API, not ${url}`);
    return () => ({ url: endpointOf(url), token });
  }
  if (!role === !principal) throw new Error('whose token? --role @pm, or --principal dev-2');
  return () => local(data, principal ?? `@${role?.toLowerCase().replace(/^@/, '')}`);
};

const local = (data: string, holder: string): { url: string; token: string } => {
  const stack = readStackFile(data);
  if (!stack) throw new Error(`no stack runs on ${data}: npm start starts one`);
  const token = stack.tokens[holder];
  if (!token) throw new Error(`${data} has no token of ${holder}: it has ${Object.keys(stack.tokens).join(', ')}`);
  return { url: endpointOf(stack.url), token };
};

const endpointOf = (url: string): string => `${url.replace(/\/+$/, '').replace(/\/mcp$/, '')}/mcp`;
