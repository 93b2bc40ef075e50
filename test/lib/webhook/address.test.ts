import { describe, expect, test } from 'vitest';
import { isPublic } from '../../../lib/webhook/address.ts';
import { ForbiddenTarget, targetOf, webhookUrl } from '../../../lib/webhook/target.ts';

const inside: Record<string, string[]> = {
  'this network, and no address at all': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'shared by the customers of a carrier': ['100.64.0.1', '100.127.255.255'],
  'link-local, the metadata services of clouds among them': ['169.254.169.254', '169.254.170.2', 'fe80::1', 'febf::1'],
  'the metadata service of AWS by IPv6': ['fd00:ec2::254'],
  'unique local': ['fc00::1', 'fdff::1'],
  'site-local': ['fec0::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255'],
  'for benchmarks and documents': ['198.18.0.1', '198.19.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
  'for documents by IPv6': ['2001:db8::1', '3fff::1'],
  'protocol assignments': ['192.0.0.8', '192.88.99.1', '2001::1', '2001:10::1'],
  'IPv4 within IPv6': ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '::127.0.0.1', '2002:7f00:1::'],
  'NAT64, to which a network may answer with anything': ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1'],
  discarded: ['100::1'],
  'a zone of one machine': ['fe80::1%eth0', '2606:4700::1%eth0'],
  'no address': ['', 'localhost', '1.2.3', '1.2.3.4.5', '0x7f.0.0.1', '[::1]', '127.1', '2130706433'],
};

const outside = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::8a',
  '2001:4860:4860::8888',
];

describe('an address', () => {
  test.each(Object.entries(inside))('that is %s is not public', (_, addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });

  test('on either side of what is special is public', () => {
    expect(outside.filter((address) => !isPublic(address))).toEqual([]);
  });
});

describe('a URL', () => {
  const far = { loopback: false };
  test.each([
    ['http://hooks.example.com/', 'only https'],
    ['ftp://hooks.example.com/', 'only https'],
    ['https://user:secret@hooks.example.com/', 'credentials'],
    ['https://user@hooks.example.com/', 'credentials'],
    ['https://hooks.example.com/#part', 'fragment'],
    ['https://hooks.example.com:22/', 'port 22'],
    ['https://hooks.example.com:80/', 'port 80'],
    ['hooks.example.com', 'is none'],
    [`https://hooks.example.com/${'a'.repeat(2_000)}`, 'longer'],
  ])('such as %s may not be registered', (url, why) => {
    expect(() => webhookUrl(url, far)).toThrow(why);
  });

  test.each([
    'https://hooks.example.com/atp?team=1',
    'https://hooks.example.com:443/',
    'https://hooks.example.com:8443/',
  ])('such as %s may', (url) => expect(webhookUrl(url, far).protocol).toBe('https:'));

  test.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://127.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://169.254.169.254\\@hooks.example.com/',
    'https:/169.254.169.254/latest/meta-data/',
    'https:\\\\10.0.0.1\\',
    ' https://10.0.0.1/\u0000',
    'https://1\r\n0.0.0.1/',
  ])('such as %j, however it spells what is inside, is not called', async (url) => {
    await expect(targetOf(url, far)).rejects.toThrow('not public');
  });

  test.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:,x',
    'https://',
    '',
    '\u0000',
    'https://a b/',
    'https://%00/',
  ])('such as %j is none', (url) => expect(() => webhookUrl(url, far)).toThrow(ForbiddenTarget));

  test('without TLS may be registered for the local stack alone', () => {
    expect(webhookUrl('http://127.0.0.1:80/', { loopback: true }).protocol).toBe('http:');
    expect(() => webhookUrl('http://127.0.0.1:80/', far)).toThrow('only https');
  });
});
