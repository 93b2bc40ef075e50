import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * What of IPv4 is not the public Internet: the IANA IPv4 Special-Purpose Address Registry, with multicast and the
 * reserved class E. 169.254.0.0/16 holds the metadata services of clouds.
 */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * Of IPv6 only 2000::/3 is given out (IANA IPv6 Address Space): loopback, unique local, link-local, multicast, mapped
 * IPv4 and NAT64 all lie outside. Within it these are special: protocol assignments with Teredo, documentation, 6to4,
 * which holds an IPv4 address, and those of AS112.
 */
const given6 = ['2000::/3'];
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const listOf = (subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
};
const ipv4 = listOf(special4, 'ipv4');
const ipv6 = listOf(special6, 'ipv6');
const unicast6 = listOf(given6, 'ipv6');

/** Whether an address is one of the public Internet. What is no address is not. */
export const isPublic = (address: string): boolean => {
  if (isIPv4(address)) return !ipv4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) means something on one machine only.
  return isIPv6(address) && !address.includes('%') && unicast6.check(address, 'ipv6') && !ipv6.check(address, 'ipv6');
};

/** This very machine: what a receiver on a laptop listens on. */
export const isLoopback = (address: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
