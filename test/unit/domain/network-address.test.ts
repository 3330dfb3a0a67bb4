import { expect, it } from "vitest";
import { isAddressLiteral, isPublicAddress } from "../../../src/domain/network-address.js";

it.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.0.9",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.168.1.1",
  "198.19.0.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "[::1]",
  "fe80::1",
  "fe80::1%eth0",
  "fc00::1",
  "fd00:ec2::254",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "64:ff9b::10.0.0.1",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "::127.0.0.1",
  "not an address",
  "",
  "1.2.3",
  "256.1.1.1",
  "1::2::3",
  "1:2:3",
  "2606:47g0::1",
  "3fff::1",
  "2606:4700",
  "2606:1:1:1:1:1:1:1:1",
  "2606:1:1:1::1:1:1:1::9",
])("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each([
  "1.1.1.1",
  "52.216.0.1",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.0.1",
  "172.32.0.1",
  "192.167.0.1",
  "223.255.255.255",
  "2606:4700::1111",
  "[2600:1f18::1]",
  "::ffff:1.1.1.1",
  "64:ff9b::1.1.1.1",
  "2002:101:101::1",
  "2a00:1450:4001:812:0:0:0:200e",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ["1.2.3.4", true],
  ["[::1]", true],
  ["1.2.3.4.example.org", false],
  ["example.org", false],
])("isAddressLiteral(%j) is %j", (host, expected) => {
  expect(isAddressLiteral(host)).toBe(expected);
});
